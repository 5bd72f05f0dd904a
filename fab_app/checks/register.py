"""Registration: what it makes, what it asks and whom it lets in can be, before anybody tries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fab_app.checks.formulas import Written, judged
from fab_app.checks.paths import field_hint
from fab_app.core.problems import Place, Problem, nearest
from fab_app.core.source import Loc
from fab_app.expr import Expr
from fab_app.fields.file import Uploads
from fab_app.spec.manifest import BASE, SYSTEM, Entity, Manifest, Portal
from fab_app.spec.register import Register

_NOT_HERE = ("serial", "password", "rights", "richtext", "dynamic_ref")


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        said = portal.spec.registration
        if said is None:
            continue
        entity = manifest.entity(portal.name, said.entity)
        if entity is None or entity.portal != portal.name or entity.owner != f"{BASE}.org":
            text = f"'{said.entity}' is no organisation of this portal"
            hint = "name an entity with view_of: base.org and is: {kind: …}"
            yield Problem("register.E001", text, _at(portal, "entity"), hint)
            continue
        yield from _fields(portal, said, entity)
        yield from _left_out(portal, said, entity)
        yield from _account(manifest, portal, said, entity)
        yield from _downloads(manifest, portal, said)
        switch = portal.spec.settings.get(said.switch or "")
        if said.switch is not None and (switch is None or switch.type != "bool"):
            hint = nearest(said.switch, portal.spec.settings) or "add it to 'settings:' as type: bool"
            text = f"there is no setting '{said.switch}' of yes or no"
            yield Problem("register.E006", text, _at(portal, "switch"), hint)


def _always(expr: Expr | None) -> bool:
    return expr is not None and expr.constant and expr.text.strip().lower() == "true"


def _at(portal: Portal, *loc: str | int) -> Place:
    return portal.document.value_at("register", *loc)


def _fields(portal: Portal, said: Register, entity: Entity) -> Iterator[Problem]:
    for index, name in enumerate(said.fields):
        place, field = _at(portal, "fields", index), entity.fields.get(name)
        if field is None or name in SYSTEM:
            text = f"'{name}' is not a field of {entity.name}"
            yield Problem("register.E002", text, place, field_hint(entity, name))
        elif name in said.fields[:index]:
            yield Problem("register.E002", f"'{name}' is asked already", place, "leave it out here")
        elif _unaskable(entity, name):
            text = f"a visitor cannot fill in '{name}'"
            hint = "ask for it once he is logged in: a visitor sees no records, and writes no fixed or read-only field"
            yield Problem("register.E003", text, place, hint)


def _unaskable(entity: Entity, name: str) -> bool:
    """Whether it is chosen among records, which a visitor may not see, or written by nobody."""
    field = entity.fields[name]
    unwritten = field.storage == "none" or name in entity.spec.fixed or _always(field.readonly)
    return unwritten or bool(field.field_type().target) or field.type in _NOT_HERE


def _left_out(portal: Portal, said: Register, entity: Entity) -> Iterator[Problem]:
    """What every record needs must be asked, or nobody could ever register."""
    for name, field in entity.fields.items():
        given = name in said.fields or name in entity.spec.fixed or field.begin is not None
        if name in SYSTEM or given or not _always(field.required) or field.type == "serial":
            continue
        text = f"every {entity.name} needs '{name}', and the form does not ask for it"
        hint = "add it to 'fields:', or require it only once the record is beyond registration"
        yield Problem("register.E004", text, _at(portal, "fields"), hint)


def _account(manifest: Manifest, portal: Portal, said: Register, entity: Entity) -> Iterator[Problem]:
    account = said.account
    role = manifest.roles.get(f"{portal.name}.{account.role}")
    role = role if role is not None and not role.spec.seats else None  # those are held by no account
    kind = account.kind or entity.spec.fixed.get("kind")
    if role is None:
        roles = {
            one.name for one in manifest.roles.values() if one.portal == portal.name and not one.spec.seats
        }
        hint = nearest(account.role, roles) or f"make permissions/{portal.name}/{account.role}.yaml"
        text = f"there is no role '{account.role}'"
        yield Problem("register.E005", text, _at(portal, "account", "role"), hint)
    elif role.spec.kinds and kind not in role.spec.kinds:
        hint = f"write kind: {role.spec.kinds[0]}, or another role"
        text = f"accounts of kind '{kind}' do not hold the role '{account.role}'"
        yield Problem("register.E005", text, _at(portal, "account", "role"), hint)
    if portal.spec.kinds and kind not in portal.spec.kinds:
        hint = nearest(str(kind), portal.spec.kinds) or "add it to 'kinds:'"
        text = f"the portal has no kind of account '{kind}'"
        yield Problem("register.E005", text, _at(portal, "account"), hint)
    for key in ("name", "phone", "email"):
        name = getattr(account, key)
        if name is not None and name not in said.fields:
            hint = nearest(name, said.fields) or "add it to 'fields:'"
            text = f"'{name}' is not asked on the form"
            yield Problem("register.E002", text, _at(portal, "account", key), hint)


def _downloads(manifest: Manifest, portal: Portal, said: Register) -> Iterator[Problem]:
    for code, one in said.downloads.items():
        loc: Loc = ("register", "downloads", code)
        entity = manifest.entity(portal.name, one.of)
        field = entity.fields.get(one.file) if entity is not None else None
        if entity is None or entity.portal != portal.name:
            text, where = f"there is no entity '{one.of}'", (*loc, "of")
            yield _unknown(portal, text, where, one.of, (e.name for e in manifest.of_portal(portal.name)))
        elif not isinstance(field, Uploads):
            text, where = f"'{one.file}' of {entity.name} holds no file", (*loc, "file")
            files = (name for name, other in entity.fields.items() if isinstance(other, Uploads))
            yield _unknown(portal, text, where, one.file, files)
        elif one.where is not None:
            yield from judged(manifest, Written(one.where, portal.document, (*loc, "where"), entity.key))
        if one.at not in said.fields:
            yield _unknown(portal, f"'{one.at}' is not asked on the form", (*loc, "at"), one.at, said.fields)


def _unknown(portal: Portal, text: str, loc: Loc, name: str, known: Iterable[str]) -> Problem:
    hint = nearest(name, known) or "name one that is there"
    return Problem("register.E007", text, portal.document.value_at(*loc), hint)
