"""How rows hang on trees and people: long paths are kept as columns, true after every write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from fab_app.access.principal import system
from fab_app.access.resolver import RowResolver
from fab_app.runtime.env import Fetch, RecordEnv
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept column and the path it is the end of."""

    entity: Entity
    axis: str
    path: tuple[str, ...]

    @property
    def column(self) -> str:
        return f"b_{self.axis}"


def kept_of(entity: Entity) -> Iterator[Kept]:
    for axis, path in entity.spec.belongs.items():
        if "." in path:
            yield Kept(entity, axis, tuple(path.split(".")))


def values_of(entity: Entity, env: RecordEnv) -> dict[str, int | None]:
    """The kept columns of one record."""
    return {kept.column: env.value(kept.path) for kept in kept_of(entity)}


def follow(world: World, fetch: Fetch, entity: Entity, id_: int, changed: Iterable[str]) -> None:
    """Brings the kept columns of other rows up to date after fields of this row changed."""
    names = {entity.columns[name] for name in changed if name in entity.columns}
    for kept in _all(world):
        prefix = _passes(world, kept, entity, names)
        if prefix is not None:
            fetch(_update(world, kept, prefix, id_))


def repair(world: World, fetch: Fetch) -> None:
    """Recomputes every kept column of every row."""
    for kept in _all(world):
        fetch(_update(world, kept, None, 0))


def _all(world: World) -> Iterator[Kept]:
    for entity in world.manifest.entities.values():
        yield from kept_of(entity)


def _passes(world: World, kept: Kept, entity: Entity, columns: set[str]) -> tuple[str, ...] | None:
    """The references that lead from the kept row to the changed one; None where the change is not on the path."""
    here = kept.entity
    for index, step in enumerate(kept.path):
        if index and here.owner == entity.owner and here.columns.get(step) in columns:
            return kept.path[:index]
        following = world.manifest.target(here, step)
        if following is None:
            return None
        here = following
    return None


def _update(world: World, kept: Kept, prefix: tuple[str, ...] | None, id_: int) -> sa.Update:
    stored = world.stored(kept.entity)
    resolver = Following(world.tables, kept.entity.key, stored.table, system("belongs"), world.clock)
    statement = sa.update(stored.table).values({kept.column: resolver.column(kept.path)})
    return statement if prefix is None else statement.where(resolver.column(prefix) == id_)


class Following(RowResolver):
    """A resolver that follows the references themselves, never a kept column."""

    def _kept(self, path: tuple[str, ...]) -> None:
        return None
