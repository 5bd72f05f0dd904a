"""The fields of a manifest as the expression checker sees them."""

from __future__ import annotations

from dataclasses import replace

from fab_app.expr import FieldType, Kind
from fab_app.spec.manifest import BASE, Entity, Manifest


class ManifestTypes:
    """What the expression checker asks about fields (``expr.Types``). ``portal``: whose accounts act."""

    def __init__(self, manifest: Manifest, portal: str = BASE) -> None:
        self.manifest = manifest
        self.portal = portal

    def field(self, entity: str, name: str) -> FieldType | None:
        found = self.manifest.known(entity)
        if found is None:
            return None
        if name not in found.fields:
            return self._children(found, name)
        type_ = found.fields[name].field_type()
        if not type_.target:
            return type_
        target = self.manifest.target(found, name)
        key = target.key if target else ""
        if entity.startswith("@") and target is not None and target.owner == f"{BASE}.org":
            key = f"@{found.portal}.org"
        return replace(type_, target=key)

    def _children(self, entity: Entity, name: str) -> FieldType | None:
        """The records of another entity that refer to this one, by that entity's name."""
        child = self.manifest.entity(entity.portal, name)
        if entity is self.manifest.known(f"@{entity.portal}.{entity.name}"):
            return None
        if child is None or all(found is not child for found, _ in self.manifest.referring(entity)):
            return None
        return FieldType(Kind.children, child.key)

    def names(self, entity: str) -> tuple[str, ...]:
        found = self.manifest.known(entity)
        return tuple(found.fields) if found else ()

    def same(self, one: str, other: str) -> bool:
        first, second = self.manifest.known(one), self.manifest.known(other)
        return first is None or second is None or first.owner == second.owner

    def user(self, name: str) -> FieldType | None:
        """A field of the account, or the row of a person without one by his kind of seat."""
        owner = self.manifest.portals.get(self.portal)
        seat = owner.spec.seats.get(name) if owner is not None else None
        entity = self.manifest.entity(self.portal, seat.entity) if seat is not None else None
        if entity is not None:
            return FieldType(Kind.ref, entity.key)
        return self.field(f"@{self.portal}.user", name)
