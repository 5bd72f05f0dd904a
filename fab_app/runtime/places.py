"""An order in which the rows of each place lie together: the first rows of each place, put together.

For people of a region whose list is ordered by organisation an index of its author's (``indexes: [[region, org]]``)
has the rows of each region in that order. PostgreSQL gathers and sorts the rows of all regions together instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.elements import BinaryExpression, ColumnClause
from sqlalchemy.sql.operators import in_op
from sqlalchemy.sql.selectable import ScalarSelect

from fab_app.runtime.arms import every
from fab_app.runtime.ordering import ordered, with_keys
from fab_app.runtime.query import Query

MOST = 200
"""Places up to which the first rows of each are looked for. They are counted when a statement is made, not when it
runs: more of them later cost time alone."""


class Places(NamedTuple):
    """``keys`` gives the places, ``at`` is the column that tells the place of a row, ``rest`` what is asked besides."""

    keys: sa.Subquery
    at: ColumnClause[Any]
    rest: list[Any]


def places(table: sa.Table, row: sa.FromClause, where: Sequence[Any], column: str) -> Places | None:
    """The places of which rows are asked, where an index of the table has the rows of each ordered by ``column``.

    ``row``: the name that the rows have in the conditions.
    """
    rules = [part for one in where for part in every(one)]
    for rule in rules:
        found = _place(row, rule)
        if found is not None and _in_order(table, found[0].name, column):
            return Places(found[1], found[0], [one for one in rules if one is not rule])
    return None


def _in_order(table: sa.Table, place: str, column: str) -> bool:
    """Whether an index has the rows of a place in the order; by the place itself all are equal: by their ids."""
    return (place, "id" if place == column else column) in leading(table)


def leading(table: sa.Table) -> set[tuple[str, str]]:
    """The first two columns of each index, that of deletion left out."""
    names = ([column.name for column in index.columns if column.name != "alive"] for index in table.indexes)
    return {(first, second) for first, second, *_ in (found for found in names if len(found) > 1)}


def few(found: Places, ask: Callable[[sa.Select[Any]], sa.Result[Any]]) -> bool:
    """Whether there are at most ``MOST``."""
    keys = sa.select(found.keys).limit(MOST + 1).subquery()
    return int(ask(sa.select(sa.func.count()).select_from(keys)).scalar_one()) <= MOST


def first_of_each(
    places: Places, source: sa.FromClause, row: sa.FromClause, query: Query, keys: Sequence[Any]
) -> tuple[sa.Select[Any], list[Any], sa.FromClause]:
    """The ids of so many rows of each place as the page may need, with the keys that they are ordered by."""
    size = sa.bindparam("skip", type_=sa.Integer()) + query.size
    part = sa.select(row.c.id).select_from(source).where(places.at == next(iter(places.keys.c)), *places.rest)
    part = with_keys(part, keys).order_by(*ordered(keys, query.order, row, query)).limit(size)
    each = part.lateral("e")
    return sa.select(*each.c).select_from(places.keys.join(each, sa.true())), list(each.c)[1:], each


def _place(row: sa.FromClause, rule: Any) -> tuple[ColumnClause[Any], sa.Subquery] | None:
    """The column and the places of ``column IN (SELECT …)``."""
    if not isinstance(rule, BinaryExpression) or rule.operator is not in_op:
        return None
    at, keys = rule.left, rule.right
    if not isinstance(at, ColumnClause) or at.table is not row or not isinstance(keys, ScalarSelect):
        return None
    return at, sa.select(*keys.element.subquery().c).distinct().subquery("s")
