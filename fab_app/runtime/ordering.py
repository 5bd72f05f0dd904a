"""The order of rows: by what is stored, or by the place of a choice among the options of its field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.runtime.filters import followed
from fab_app.runtime.query import Order, Query
from fab_app.spec.manifest import Entity, Manifest


def ranked(manifest: Manifest, entity: Entity, query: Query) -> Query:
    """The query with the codes of each choice that it is ordered by, as they are listed now.

    They belong to the question: a statement that is kept for it has them in its order.
    """
    return replace(query, order=tuple(_ranked(manifest, entity, order) for order in query.order))


def _ranked(manifest: Manifest, entity: Entity, order: Order) -> Order:
    found = manifest.walk(entity, followed(entity, order.path))
    return order if found is None else replace(order, ranks=found[1].ranks())


def place(value: ColumnElement[Any], order: Order) -> ColumnElement[Any]:
    """What rows are ordered by: of a choice its place. Rows without one come last whichever way, and behind them
    those with a code that nobody lists.
    """
    if not order.ranks:
        return value
    none, unknown = _behind(order)
    places = {code: written(index) for index, code in enumerate(order.ranks)} | {"": written(none)}
    return sa.case(places, value=sa.func.coalesce(value, ""), else_=written(unknown))


def parts(value: ColumnElement[Any], order: Order) -> list[tuple[ColumnElement[bool], ColumnElement[Any]]]:
    """A condition and the place of the rows for which it holds, in their order: of each code that is listed, then
    of no code.
    """
    codes = [(value == code, written(index)) for index, code in enumerate(order.ranks)]
    return [*(reversed(codes) if order.down else codes), (value.is_(None), written(_behind(order)[0]))]


def _behind(order: Order) -> tuple[int, int]:
    return (-1, -2) if order.down else (len(order.ranks), len(order.ranks) + 1)


def written(number: int) -> ColumnElement[Any]:
    """The number in the text of a statement: PostgreSQL chooses the way by it."""
    return sa.literal(number, sa.Integer(), literal_execute=True)


def ordered(keys: Iterable[Any], orders: Sequence[Order], row: sa.FromClause, query: Query) -> list[Any]:
    """The ORDER BY of these keys, and at last what tells rows of the same keys apart."""
    return [*_ways(keys, orders), last_key(row, query)]


def _ways(keys: Iterable[Any], orders: Sequence[Order]) -> Iterator[Any]:
    for key, order in zip(keys, orders, strict=True):
        yield key.desc() if order.down else key.asc()


def last_key(row: sa.FromClause, query: Query) -> Any:
    """The id, falling where nothing was asked."""
    falling = query.order[0].down if query.order else True
    return row.c.id.desc() if falling else row.c.id.asc()


def alive(row: sa.FromClause) -> Sequence[Any]:
    """That it was not deleted, where that is kept: the indexes of such a table have their order so."""
    return (row.c.alive == 0,) if "alive" in row.c else ()


def with_keys(found: sa.Select[Any], keys: Iterable[Any]) -> sa.Select[Any]:
    """The rows found with the keys that they are ordered by, as columns k0, k1, …"""
    return found.add_columns(*(key.label(f"k{index}") for index, key in enumerate(keys)))


def by_choice(query: Query) -> bool:
    return bool(query.order and query.order[0].ranks)
