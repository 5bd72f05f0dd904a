"""Roles that follow from the account itself."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.core.problems import Problem, nearest
from fab_app.spec.manifest import BASE, Entity, Manifest


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        if entity.spec.roles_by:
            yield from _roles(manifest, entity)


def _roles(manifest: Manifest, entity: Entity) -> Iterator[Problem]:
    if entity.owner != f"{BASE}.user":
        hint = "write view_of: base.user, or remove it"
        yield Problem("account.E001", f"{entity.name} are no accounts", entity.document.at("roles_by"), hint)
    known = {role.name for role in manifest.roles.values() if role.portal == entity.portal}
    for code in entity.spec.roles_by:
        if code not in known:
            hint = nearest(code, known) or f"make permissions/{entity.portal}/{code}.yaml"
            place = entity.document.at("roles_by", code)
            yield Problem("account.E002", f"there is no role '{code}'", place, hint)
