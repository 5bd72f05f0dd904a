"""People without an account: their rows are known by a key, their pages and roles are there."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.formulas import Written, judged
from fab_app.checks.paths import Astray, field_hint, named
from fab_app.core.problems import Problem, nearest
from fab_app.spec.manifest import BASE, Entity, Manifest, Portal, Role
from fab_app.spec.seat import MobilePage, Seat

_LONGEST = 50


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        for code, seat in portal.spec.seats.items():
            yield from _seat(manifest, portal, code, seat)
        if portal.spec.mobile is not None:
            yield from _without_people(portal)
            for code, page in portal.spec.mobile.pages.items():
                yield from _page(manifest, portal, code, page)
    for role in manifest.roles.values():
        yield from _role(manifest, role)


def _seat(manifest: Manifest, portal: Portal, code: str, seat: Seat) -> Iterator[Problem]:
    at = portal.document
    taken = {*portal.spec.kinds, *manifest.entities[f"{BASE}.user"].fields}
    seen = manifest.known(f"@{portal.name}.user")
    if (
        code in taken | set(seen.fields if seen is not None else ())
        or len(f"{portal.name}.{code}") > _LONGEST
    ):
        text = f"'{code}' cannot be the code of a seat: accounts have it already, or it is too long"
        yield Problem("seat.E001", text, at.at("seats", code), "choose another code")
    entity = named(manifest, portal.name, seat.entity)
    if isinstance(entity, Astray):
        yield Problem("seat.E002", entity.text, at.value_at("seats", code, "entity"), entity.hint)
    if entity is None or isinstance(entity, Astray):
        return
    if entity.portal != portal.name:
        text = f"{entity.key} belongs to all portals, and a seat's people are of one"
        yield Problem("seat.E002", text, at.value_at("seats", code, "entity"), "name an entity of the portal")
    field = entity.fields.get(seat.key)
    place = at.value_at("seats", code, "key")
    if field is None:
        text = f"'{seat.key}' is not a field of {entity.name}"
        yield Problem("seat.E003", text, place, field_hint(entity, seat.key))
    elif not (field.type == "text" and getattr(field, "unique", False)):
        text = f"'{seat.key}' of {entity.name} is no unique text, so two people could have the same"
        yield Problem("seat.E003", text, place, f"add 'unique: true' to {seat.key}")
    for name in seat.joins or ():
        if name not in entity.fields or name == seat.key:
            text = f"'{name}' is not a field of {entity.name} that a new person's row is given"
            yield Problem("seat.E009", text, at.at("seats", code, "joins", name), field_hint(entity, name))
    yield from _rules(manifest, portal, code, seat, entity)


def _rules(manifest: Manifest, portal: Portal, code: str, seat: Seat, entity: Entity) -> Iterator[Problem]:
    for way, rule in (("open", seat.open), ("told", seat.told)):
        if rule is not None:
            place = ("seats", code, way)
            written = Written(rule, portal.document, place, entity.key, portal=portal.name)
            yield from judged(manifest, written)


def _without_people(portal: Portal) -> Iterator[Problem]:
    if not portal.spec.seats:
        text = "nobody can open these pages: the portal has no seats"
        yield Problem("seat.E004", text, portal.document.at("mobile"), "add 'seats:' to portal.yaml")


def _page(manifest: Manifest, portal: Portal, code: str, page: MobilePage) -> Iterator[Problem]:
    at, loc = portal.document, ("mobile", "pages", code)
    entity = named(manifest, portal.name, page.entity)
    if isinstance(entity, Astray):
        yield Problem("seat.E005", entity.text, at.value_at(*loc, "entity"), entity.hint)
    elif entity is not None and entity.portal != portal.name:
        text = f"{entity.key} belongs to all portals and has no page on the phone"
        yield Problem("seat.E005", text, at.value_at(*loc, "entity"), "name a view of it in the portal")
    elif entity is not None and page.tab is not None and page.tab not in entity.spec.listing.tabs:
        text = f"'{page.tab}' is not a tab of {entity.name}"
        yield Problem(
            "seat.E006", text, at.value_at(*loc, "tab"), nearest(page.tab, entity.spec.listing.tabs)
        )
    if page.when is not None:
        yield from judged(manifest, Written(page.when, at, (*loc, "when"), "a menu", portal=portal.name))


def _role(manifest: Manifest, role: Role) -> Iterator[Problem]:
    known = manifest.portals[role.portal].spec.seats
    for index, code in enumerate(role.spec.seats):
        if code not in known:
            place = role.document.value_at("seats", index)
            hint = nearest(code, known) or "add it to 'seats:' of portal.yaml"
            yield Problem("seat.E007", f"the portal has no seat '{code}'", place, hint)
    if role.spec.seats and role.spec.kinds:
        text = "accounts and people without one hold no role in common"
        yield Problem("seat.E008", text, role.document.at("kinds"), "write a role of its own for either")
