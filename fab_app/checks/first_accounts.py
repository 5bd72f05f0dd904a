"""The first account of an organisation: its role, the fields that hold it, the password it begins with."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.paths import field_hint
from fab_app.core.problems import Problem, nearest
from fab_app.spec.manifest import BASE, Entity, Manifest


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        if entity.spec.first_account is not None:
            yield from _first_account(manifest, entity)


def _first_account(manifest: Manifest, entity: Entity) -> Iterator[Problem]:
    said, at = entity.spec.first_account, entity.document.value_at
    assert said is not None
    if entity.owner != f"{BASE}.org":
        hint = "write view_of: base.org and is: {kind: …}, or remove it"
        yield Problem("first.E001", f"{entity.name} is no organisation", at("first_account"), hint)
    roles = {role.name for role in manifest.roles.values() if role.portal == entity.portal}
    if said.role not in roles:
        hint = nearest(said.role, roles) or f"make permissions/{entity.portal}/{said.role}.yaml"
        yield Problem("first.E002", f"there is no role '{said.role}'", at("first_account", "role"), hint)
    for key in ("account", "name", "phone", "email"):
        name = getattr(said, key)
        if name is not None and name not in entity.stored:
            text = f"'{name}' is not a field of {entity.name}"
            yield Problem("first.E003", text, at("first_account", key), field_hint(entity, name))
    if manifest.portals[entity.portal].spec.login.initial is None:
        text = "the portal says no password with which an account begins"
        hint = f"add login: {{initial: …}} to schema/{entity.portal}/portal.yaml"
        yield Problem("first.E004", text, at("first_account"), hint)
