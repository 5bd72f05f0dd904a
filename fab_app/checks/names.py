"""Names that addresses, tables or the language itself already use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from keyword import iskeyword

from fab_app.core.problems import Place, Problem
from fab_app.spec.manifest import BASE, Entity, Manifest

PORTALS = frozenset(
    [
        "api",
        "back",
        "groups",
        "lang",
        "login",
        "logout",
        "permissions",
        "permissionviews",
        "resetmypassword",
        "resetpassword",
        "roles",
        "static",
        "swagger",
        "userinfoeditview",
        "users",
        "userstatschartview",
        "viewmenus",
        "health",
        "security",
        "menu",
        "ab",
        "dictionaries",
        "jobs",
    ]
)
ENTITIES = frozenset(
    [
        "m",
        "entry",
        "do",
        "charts",
        "jobs",
        "todo",
        "register",
        "mine",
        "list",
        "show",
        "add",
        "edit",
        "delete",
    ]
)
COLUMNS = frozenset(("id", "uuid", "row_version", "alive", "deleted_at", "deleted_by"))
WORDS = frozenset(("this", "outer", "dialog", "before", "setting", "true", "false", "none", "null", "where"))
PLATFORM = frozenset(
    f"base_{name}"
    for name in (
        "api_key",
        "audit_seal",
        "approval",
        "captcha",
        "case",
        "code",
        "definition",
        "file",
        "idempotency",
        "import",
        "import_row",
        "job_run",
        "login_failure",
        "miss",
        "move",
        "number",
        "password",
        "schedule",
        "seat",
        "session",
        "setting",
        "task",
        "timed",
        "written",
    )
)
"""Tables of the framework's own; a test compares this list with them."""

LONGEST = 60
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,49}")
_RULE = "letters, digits and _, at most 50, beginning with a letter"


def check(manifest: Manifest) -> Iterator[Problem]:
    for name, portal in manifest.portals.items():
        if name in PORTALS:
            yield Problem(
                "name.E001",
                f"the portal name '{name}' is an address of the framework",
                portal.document.at(),
                "rename the folder",
            )
    tables: dict[str, Entity] = {}
    for entity in manifest.entities.values():
        yield from _entity(entity)
        yield from _fields(entity)
        if not entity.shared:
            yield from _table(entity, tables)


def _entity(entity: Entity) -> Iterator[Problem]:
    if entity.name in ENTITIES:
        text = f"the entity name '{entity.name}' is an address of the framework"
        yield Problem("name.E002", text, entity.document.at(), "rename the file")


def _table(entity: Entity, tables: dict[str, Entity]) -> Iterator[Problem]:
    place = Place(entity.document.path)
    if len(entity.table) > LONGEST:
        text = f"the table name {entity.table} has {len(entity.table)} characters, {LONGEST} is the most"
        yield Problem("name.E003", text, place, "shorten the file's name")
    other = tables.setdefault(entity.table, entity)
    if other is not entity:
        text = f"{other.key} and {entity.key} would share the table {entity.table}"
        yield Problem("name.E004", text, place, "rename one of the two files")
    if entity.table in PLATFORM:
        text = f"the table {entity.table} is the framework's own"
        yield Problem("name.E004", text, place, "rename the file")


def _fields(entity: Entity) -> Iterator[Problem]:
    folded: dict[str, str] = {}
    axes = {f"b_{axis}" for axis, path in entity.spec.belongs.items() if "." in path}
    for name in entity.spec.fields:
        place = entity.document.at("fields", name)
        if not _CODE.fullmatch(name):
            yield Problem("name.E005", f"'{name}' cannot be the code of a field", place, _RULE)
        elif iskeyword(name) or name in WORDS:
            yield Problem(
                "name.W001",
                f"no expression can name '{name}': it is a word of their language",
                place,
                f"write '{name}_'",
            )
        elif name in COLUMNS | axes or (entity.portal == BASE and name in ("portal", "login")):
            yield Problem(
                "name.E006", f"the framework keeps a column '{name}' of its own", place, "choose another code"
            )
        elif len(entity.columns[name]) > LONGEST:
            text = f"the column name {entity.columns[name]} has more than {LONGEST} characters"
            yield Problem("name.E003", text, place, "shorten the code of the field")
        twin = folded.setdefault(name.lower(), name)
        if twin != name:
            text = (
                f"'{twin}' and '{name}' differ only in capital letters, and databases do not tell them apart"
            )
            yield Problem("name.E007", text, place, "choose another code")
