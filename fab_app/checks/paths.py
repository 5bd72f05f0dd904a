"""Names and dotted paths as an author writes them, followed to what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from fab_app.core.problems import nearest
from fab_app.expr import Kind
from fab_app.fields.base import Field
from fab_app.spec.manifest import BASE, Entity, Manifest


@dataclass(frozen=True, slots=True)
class Astray:
    """A path that leads nowhere: the sentence and the hint."""

    text: str
    hint: str = ""


def walked(manifest: Manifest, entity: Entity, path: str) -> tuple[Entity, Field] | Astray | None:
    """The field at the end of a path; None where the way leads through a file complained of already."""
    *before, last = path.split(".")
    for step in before:
        field = entity.fields.get(step)
        if field is None:
            return _no_field(entity, step)
        if not field.field_type().target or field.field_type().kind is not Kind.ref:
            return Astray(
                f"'{step}' of {entity.name} is no reference, so nothing stands behind it", f"write '{step}'"
            )
        following = manifest.target(entity, step)
        if following is None:
            return None
        entity = following
    return (entity, entity.fields[last]) if last in entity.fields else _no_field(entity, last)


def named(manifest: Manifest, portal: str, name: str) -> Entity | Astray | None:
    """The entity of that name; None where its own file was complained of already."""
    found = manifest.entity(portal, name)
    if found is not None:
        return found
    if unread(manifest, portal, name):
        return None
    return Astray(f"there is no entity '{name}'", nearest_entity(manifest, portal, name))


def unread(manifest: Manifest, portal: str, name: str) -> bool:
    """Whether the file of the entity is there, but something in it was refused."""
    owner, _, short = name.rpartition(".")
    folders = (owner,) if owner else (portal, "base")
    return any(f"schema/{folder}/{short}.yaml" in manifest.documents for folder in folders)


def nearest_entity(manifest: Manifest, portal: str, name: str) -> str:
    """Own names bare, those of other portals with their portal."""
    own = [entity.name for entity in manifest.of_portal(portal)]
    if own and not get_close_matches(name, own, n=1) and "." not in name:
        shared = [entity.name for entity in manifest.of_portal("base")]
        return nearest(name, shared if get_close_matches(name, shared, n=1) else own)
    return nearest(name, [*own, *manifest.entities] if "." in name else own or list(manifest.entities))


def backwards(manifest: Manifest, child: Entity, parent: Entity) -> tuple[str, ...]:
    """The references of ``child`` to ``parent``."""
    targets = (
        (name, manifest.target(child, name)) for name, field in child.fields.items() if is_reference(field)
    )
    return tuple(name for name, target in targets if target is not None and target.owner == parent.owner)


def memberships(manifest: Manifest, child: Entity, parent: Entity) -> tuple[str, ...]:
    """The fields of ``child`` that refer to several rows of ``parent``."""
    several = (name for name, field in child.fields.items() if field.storage == "side")
    return tuple(
        name for name in several if getattr(manifest.target(child, name), "owner", "") == parent.owner
    )


def axes(manifest: Manifest, entity: Entity) -> dict[str, str]:
    """How rows of the entity hang on trees and people, what the shared entity says of them included.

    A place itself hangs there by its id.
    """
    owner = manifest.entities.get(entity.owner, entity)
    own = {axis: "id" for axis in ("org", "region") if entity.owner == f"{BASE}.{axis}"}
    return {**own, **owner.spec.belongs, **entity.spec.belongs}


def is_reference(field: Field) -> bool:
    return field.field_type().kind is Kind.ref


def scalar(field: Field) -> bool:
    """Stored in one column and readable as it stands."""
    return field.storage == "column" and field.kind not in (Kind.ref, Kind.many, Kind.json) and field.readable


def _no_field(entity: Entity, name: str) -> Astray:
    return Astray(f"'{name}' is not a field of {entity.name}", field_hint(entity, name))


def field_hint(entity: Entity, name: str) -> str:
    """The nearest of all fields, else those that the author wrote."""
    return nearest(name, entity.fields if get_close_matches(name, entity.fields, n=1) else entity.listed)
