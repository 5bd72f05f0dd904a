"""Trees: of many-valued choices what a chosen node covers is not stored beside it; closures are set right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from fab_app.core.problems import Refused
from fab_app.core.values import once
from fab_app.core.words import say
from fab_app.fields.tree_ref import TreeRefsField
from fab_app.runtime.env import Fetch
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.store.trees import insert_node, move_node, rebuild

LEFT_OUT = "left_out"
"""Where a session holds (entity, field, keys) of what was left out, for whoever tells it."""


def uncovered(
    world: World, session: AnySession, fetch: Fetch, entity: Entity, values: Mapping[str, Any]
) -> dict[str, Any]:
    """The values, without the nodes whose ancestors are chosen too where the field says ``covered: drop``."""
    found = dict(values)
    for name in _covering(entity):
        if value := values.get(name):
            kept = found[name] = _roots(world, fetch, entity, name, value)
            if len(kept) < len(value):
                gone = tuple(key for key in value if key not in kept)
                session.info.setdefault(LEFT_OUT, []).append((entity, name, gone))
    return found


@once
def _covering(entity: Entity) -> tuple[str, ...]:
    fields = entity.fields.items()
    return tuple(name for name, one in fields if isinstance(one, TreeRefsField) and one.covered == "drop")


def _roots(world: World, fetch: Fetch, entity: Entity, name: str, keys: tuple[int, ...]) -> tuple[int, ...]:
    target = world.manifest.target(entity, name)
    closure = world.stored(target).closure if target is not None else None
    if closure is None:
        return keys
    both = (closure.c.ancestor.in_(keys), closure.c.descendant.in_(keys), closure.c.depth > 0)
    covered = set(fetch(sa.select(closure.c.descendant).where(*both)).scalars())
    return tuple(key for key in keys if key not in covered)


def placed(
    world: World, session: AnySession, entity: Entity, id_: int, values: Mapping[str, Any], new: bool
) -> None:
    """The row stands in the closure of its tree where its parent says; nothing where its entity has no tree."""
    closure = world.stored(entity).closure
    if closure is None:
        return
    owner = world.manifest.entities[entity.owner]
    parent = next(name for name, column in entity.columns.items() if column == owner.spec.tree)
    if new:
        insert_node(session.connection(), closure, id_, values.get(parent))
    elif parent in values:
        try:
            move_node(session.connection(), closure, id_, values[parent])
        except ValueError as error:
            raise Refused(say(str(error)), {parent: [say(str(error))]}) from error


def trees(world: World) -> Iterator[Entity]:
    """The entities whose rows hang in a tree of their own."""
    for entity in world.manifest.entities.values():
        if not entity.shared and entity.spec.tree is not None and world.stored(entity).closure is not None:
            yield entity


def repair(world: World, session: AnySession, entity: Entity) -> int:
    """How many pairs of the closure were wrong; ValueError where the records form a circle. The caller commits."""
    stored = world.stored(entity)
    assert stored.closure is not None, entity.key
    parent = stored.table.c[entity.columns[str(entity.spec.tree)]]
    return rebuild(session.connection(), stored.closure, stored.table.c.id, parent)
