"""Who acts in whose stead: the entity that says so has the accounts and the days."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.paths import field_hint
from fab_app.core.problems import Problem, nearest
from fab_app.fields.base import Field
from fab_app.spec.manifest import BASE, Entity, Manifest, Portal


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        if portal.spec.stand_ins is not None:
            yield from _judged(manifest, portal)


def _judged(manifest: Manifest, portal: Portal) -> Iterator[Problem]:
    spec = portal.spec.stand_ins
    assert spec is not None
    entity = manifest.entity(portal.name, spec.of)
    if entity is None or entity.portal != portal.name:
        known = [one.name for one in manifest.of_portal(portal.name)]
        place = portal.document.value_at("stand_ins", "of")
        text, hint = f"there is no entity '{spec.of}'", nearest(spec.of, known) or "name one of this portal"
        yield Problem("chain.E020", text, place, hint)
        return
    people, days = {"person": spec.person, "deputy": spec.deputy}, {"from": spec.from_, "to": spec.to}
    for key, name in (people | days).items():
        field, of_people = entity.fields.get(name), key in people
        if field is None or not (_account(manifest, entity, name) if of_people else _day(field)):
            wanted, type_ = ("reference to an account", "user") if of_people else ("stored day", "date")
            written = key in portal.document.data["stand_ins"]
            place = portal.document.value_at("stand_ins", *((key,) if written else ()))
            text = f"'{name}' of {entity.name} is no {wanted}"
            hint = field_hint(entity, name) if field is None else ""
            yield Problem("chain.E020", text, place, hint or f"give it the type {type_}, or name another")


def _account(manifest: Manifest, entity: Entity, name: str) -> bool:
    target = manifest.target(entity, name)
    return target is not None and target.owner == f"{BASE}.user" and entity.fields[name].storage == "column"


def _day(field: Field) -> bool:
    return field.type == "date" and field.storage == "column"
