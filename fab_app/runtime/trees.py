"""Many-valued choices of a tree: what a chosen node covers anyway is not stored beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from fab_app.fields.tree_ref import TreeRefsField
from fab_app.runtime.env import Fetch
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity


def uncovered(world: World, fetch: Fetch, entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, without the nodes whose ancestors are chosen too where the field says ``covered: drop``."""
    found = dict(values)
    for name, value in values.items():
        field = entity.fields[name]
        if isinstance(field, TreeRefsField) and field.covered == "drop" and value:
            found[name] = _roots(world, fetch, entity, name, value)
    return found


def _roots(world: World, fetch: Fetch, entity: Entity, name: str, keys: tuple[int, ...]) -> tuple[int, ...]:
    target = world.manifest.target(entity, name)
    closure = world.stored(target).closure if target is not None else None
    if closure is None:
        return keys
    both = (closure.c.ancestor.in_(keys), closure.c.descendant.in_(keys), closure.c.depth > 0)
    covered = set(fetch(sa.select(closure.c.descendant).where(*both)).scalars())
    return tuple(key for key in keys if key not in covered)
