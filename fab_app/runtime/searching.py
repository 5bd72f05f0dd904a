"""Keeps the index of searched texts true: in the transaction of each write, and made anew where definitions changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, repeat
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from fab_app.runtime.env import Fetch
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.store.grams import grams, searched
from fab_app.store.inserting import Columns
from fab_app.store.ledger import locked
from fab_app.store.tables import Stored

_AT_ONCE = 5_000
_MARK = "g:"


def store(
    world: World,
    fetch: Fetch,
    entity: Entity,
    id_: int,
    values: Mapping[str, Any],
    before: Mapping[str, Any] | None,
) -> None:
    """After a record was written: at most two statements, none where its searched texts are as they were."""
    table = world.stored(entity).grams
    names = searched(entity)
    if table is None or not any(name in values for name in names):
        return
    had = grams(before.get(name) for name in names) if before is not None else frozenset()
    has = grams({**(before or {}), **values}.get(name) for name in names)
    if had - has:
        fetch(sa.delete(table).where(table.c.owner_id == id_, table.c.gram.in_(sorted(had - has))))
    if has - had:
        fetch(sa.insert(table), [{"gram": gram, "owner_id": id_} for gram in sorted(has - had)])


def of_new(entity: Entity, ids: Sequence[int], values: Sequence[Mapping[str, Any]]) -> Columns:
    """The index of new records, by column and in its own order, in which it grows fastest."""
    names, owners = searched(entity), defaultdict[str, list[int]](list)
    for id_, made in zip(ids, values, strict=True):
        for gram in grams(map(made.get, names)):
            owners[gram].append(id_)
    found = sorted(owners)
    return {
        "gram": list(chain.from_iterable(repeat(gram, len(owners[gram])) for gram in found)),
        "owner_id": list(chain.from_iterable(map(owners.__getitem__, found))),
    }


def prepare(world: World, engine: sa.Engine) -> None:
    """At start: fills the index of a table that has none yet, or whose searched fields are others than before.

    Of processes that start together one fills it and the others wait.
    """
    with engine.connect() as connection:
        if not _stale(world, connection):
            return
    with locked(engine) as connection:
        _refill(world, connection, _stale(world, connection))


def refill(world: World, engine: sa.Engine) -> int:
    """Makes the index anew from the rows as they stand; how many were read. Others may write meanwhile."""
    with locked(engine) as connection:
        return _refill(world, connection, _indexed(world))


def _refill(world: World, connection: sa.Connection, tables: list[Stored]) -> int:
    setting, count = world.tables.platform("base_setting"), 0
    for stored in tables:
        count += _fill(connection, stored)
        connection.execute(sa.delete(setting).where(setting.c.name == _name(stored)))
        connection.execute(sa.insert(setting).values(name=_name(stored), value=_held(stored)))
    return count


def _fill(connection: sa.Connection, stored: Stored) -> int:
    table, entity, index = stored.table, stored.entity, stored.grams
    assert index is not None
    connection.execute(sa.delete(index))
    columns = [table.c[entity.columns[name]] for name in searched(entity)]
    after, count = 0, 0
    page = sa.select(table.c.id, *columns).where(table.c.id > sa.bindparam("after")).order_by(table.c.id)
    while found := connection.execute(page.limit(_AT_ONCE), {"after": after}).all():
        pairs = [{"gram": gram, "owner_id": id_} for id_, *texts in found for gram in grams(texts)]
        if pairs:
            connection.execute(_added(index, connection.dialect.name), pairs)
        after, count = found[-1][0], count + len(found)
    return count


def _added(index: sa.Table, dialect: str) -> Any:
    """What somebody wrote meanwhile stands already."""
    if dialect == "postgresql":
        return postgresql.insert(index).on_conflict_do_nothing()
    return sa.insert(index).prefix_with("OR IGNORE" if dialect == "sqlite" else "IGNORE")


def _stale(world: World, connection: sa.Connection) -> list[Stored]:
    setting = world.tables.platform("base_setting")
    told = sa.select(setting.c.name, setting.c.value).where(setting.c.name.like(f"{_MARK}%"))
    known = {str(name): str(value) for name, value in connection.execute(told)}
    return [stored for stored in _indexed(world) if known.get(_name(stored)) != _held(stored)]


def _indexed(world: World) -> list[Stored]:
    return [stored for stored in world.tables.entities.values() if stored.grams is not None]


def _name(stored: Stored) -> str:
    return f"{_MARK}{stored.table.name}"


def _held(stored: Stored) -> str:
    return ",".join(stored.entity.columns[name] for name in searched(stored.entity))
