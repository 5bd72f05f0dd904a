"""The first files of a portal or an entity: small, valid, and saying what may come next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from fab_app.checks.names import ENTITIES, PORTALS
from fab_app.core.problems import Refused, nearest
from fab_app.fields.family import FIELDS

_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")
_WANTS = {
    "ref": "to: {0}",
    "refs": "to: {0}",
    "tree_ref": "to: {0}",
    "choice": "of: {0}",
    "choices": "of: {0}",
}
"""Types that name something else, given behind a second colon: ``customer:ref:customer``."""

_USUAL = {
    "choice": "options: {open: Open, done: Done}",
    "choices": "options: {one: One, two: Two}",
    "serial": 'pattern: "NO{yyyyMMdd}{0000}"',
}
"""Keys without which a type is nothing, where none were given."""

PORTAL = """\
# The portal {name}. Each entity is a file beside this one: python run.py new entity {name}/order
title: {title}
# icon: building-store
# zone: Asia/Shanghai
# Kinds of accounts, and login pages of their own for some of them:
# kinds:
#   clerk: {{label: Clerk}}
# doors:
#   staff: {{label: Staff, kinds: [clerk]}}
"""
MENU = """\
# The menu of {name}: names of entities, or groups of them.
items: []
# items:
#   - {{label: Sales, icon: shopping-cart, items: [order, customer]}}
"""
ROLE = """\
# The administrator of {name}. Nothing said is nothing allowed: name each entity under rows and under may.
label: {{zh: 管理员, en: Administrator}}
rows: {{}}
may: {{}}
# rows: {{order: all}}
# may: {{order: [read, add, edit, delete, export]}}
"""
ENTITY = """\
# {title}: its list, form, detail page and API are at /{portal}/{name}/ and /api/v1/{portal}/{name}/.
label: {title}
title: "{{{first}}}"
fields:
{fields}
listing:
  columns: [{columns}]
  search: [{search}]
# form:
#   - {{section: Basics, fields: [{columns}]}}
"""


def portal_files(home: Path, name: str) -> dict[str, str]:
    """Path -> text. Raises Refused where the name cannot be one, or where something stands already."""
    _judge(name, PORTALS | {"base"})
    words = {"name": name, "title": _title(name)}
    files = {
        f"schema/{name}/portal.yaml": PORTAL.format(**words),
        f"menus/{name}.yaml": MENU.format(**words),
        f"permissions/{name}/admin.yaml": ROLE.format(**words),
    }
    return _new(home, files)


def entity_files(home: Path, path: str, fields: list[str]) -> dict[str, str]:
    """As ``portal_files``, for ``portal/name`` and fields such as ``amount:money``."""
    portal, slash, name = path.partition("/")
    if not slash:
        raise Refused(f"'{path}' is no PORTAL/NAME: write {path}/order, or new portal {path}")
    _judge(portal, PORTALS)
    _judge(name, ENTITIES | {"portal"})
    if not (home / "schema" / portal).is_dir():
        known = [folder.name for folder in (home / "schema").glob("*") if folder.is_dir()]
        hint = nearest(portal, known) or f"python run.py new portal {portal}"
        raise Refused(f"there is no portal '{portal}': {hint}")
    plain = [text.split(":")[0] for text in fields if text.partition(":")[2] in ("", "text", "serial")]
    if not plain:
        fields, plain = ["name:text", *fields], ["name"]
    lines = [_field(text, first=plain[0]) for text in fields]
    codes = [code for code, _ in lines]
    if len(set(codes)) < len(codes):
        raise Refused("a field is named twice")
    words = {
        "portal": portal,
        "name": name,
        "title": _title(name),
        "first": plain[0],
        "fields": "\n".join(line for _, line in lines),
        "columns": ", ".join(code for code, line in lines if "type: password" not in line),
        "search": plain[0],
    }
    files = _new(home, {f"schema/{portal}/{name}.yaml": ENTITY.format(**words)})
    return {**files, **dict(_entered(home, portal, name))}


def _entered(home: Path, portal: str, name: str) -> Iterator[tuple[str, str]]:
    """The menu and the administrator's role with the entity in them, if they are as written here."""
    may = f"  {name}: [read, add, edit, delete, export]"
    line = {"items": f"  - {name}", "rows": f"  {name}: all", "may": may}
    for path, keys in (
        (f"menus/{portal}.yaml", ["items"]),
        (f"permissions/{portal}/admin.yaml", ["rows", "may"]),
    ):
        if not (home / path).is_file():
            continue
        before = text = (home / path).read_text(encoding="utf-8")
        for key in keys:
            text = _with_line(text, key, line[key])
        if text != before:
            yield path, text


def _with_line(text: str, key: str, line: str) -> str:
    """The text with a line more below a key whose value is empty or stands on lines of its own."""
    whole = re.compile(rf"^{key}:(?: \[\]| {{}})?((?:\n  [^\n]*)*)$", re.M)
    return whole.sub(lambda found: f"{key}:{found[1]}\n{line}", text, count=1)


def _field(text: str, first: str) -> tuple[str, str]:
    code, _, rest = text.partition(":")
    kind, _, about = (rest or "text").partition(":")
    _judge(code, frozenset(("id", "uuid", "row_version")))
    if kind not in FIELDS:
        raise Refused(f"there is no type '{kind}' of a field: {nearest(kind, FIELDS)}")
    keys = [f"type: {kind}", f"label: {_title(code)}"]
    if about and kind not in _WANTS:
        raise Refused(f"'{text}': the type {kind} takes nothing behind it")
    if about:
        keys.append(_WANTS[kind].format(about))
    elif kind in _USUAL:
        keys.append(_USUAL[kind])
    elif needed := [key for key in needed_keys(kind) if key not in ("type", "label")]:
        raise Refused(f"'{text}': the type {kind} needs {' and '.join(needed)}; write the field in the file")
    if code == first:
        keys += ["required: true", "search: true"] if kind == "text" else ["search: true"]
    return code, f"  {code}: {{{', '.join(keys)}}}"


def needed_keys(kind: str) -> list[str]:
    return [key.alias or name for name, key in FIELDS[kind].model_fields.items() if key.is_required()]


def _judge(name: str, taken: frozenset[str]) -> None:
    if not _NAME.fullmatch(name):
        raise Refused(f"'{name}' cannot be a name: lower-case letters, digits and _, beginning with a letter")
    if name in taken:
        raise Refused(f"'{name}' is taken by the framework: choose another name")


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _new(home: Path, files: dict[str, str]) -> dict[str, str]:
    there = [name for name in files if (home / name).exists()]
    if there:
        raise Refused(f"{there[0]} stands already; nothing was written")
    return files
