"""The way to a page: along the order through the whole table, or from the rows that conditions give.

SQLite always takes the second where a condition has an index, and sorts all rows of a person for twenty of them.
The counter of a list knows how many there are: where many rows are asked for few, it is told to look through the
first of the order. Other databases weigh that by themselves, but for one: of people whose rows lie together in the
order PostgreSQL would gather and sort all rows, where the first of each place will do.

No index has the order of a choice's options, on no database. It has the rows of each option: from the first rows of
each the first of the order are put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa

from fab_app.runtime.counting import Count
from fab_app.runtime.places import leading
from fab_app.runtime.query import Order, Query
from fab_app.spec.manifest import Entity

SPARE = 64
TOGETHER = 20_000
"""Rows of all options together up to which they are looked for option by option."""
OPTIONS = 60
"""Options up to which they are: a statement has a part for each."""


class Ahead(NamedTuple):
    """``first``, ``apart`` and ``each`` of a query; of all none: what the conditions give is gathered."""

    first: int = 0
    apart: int = 0
    each: bool = False


NOWHERE = Ahead()


def ahead(entity: Entity, table: sa.Table, query: Query, known: Count | None, kind: str) -> Ahead:
    """How to look for a page along its order. ``kind`` is that of the database."""
    if known is None:
        return NOWHERE
    first, apart = _first(entity, table, query, known, kind), _apart(entity, table, query, known)
    return Ahead(first, apart, not (first or apart) and _each(entity, table, query, known, kind))


def complete(query: Query, known: Count | None, way: Ahead, found: int) -> bool:
    """Whether a page of ``found`` rows that was looked for so is all there is to show."""
    if known is None or not (way.first or way.apart) or found == query.size:
        return True
    return not known.more and not known.old and query.page * query.size + found >= known.number


def _first(entity: Entity, table: sa.Table, query: Query, known: Count, kind: str) -> int:
    """How many rows of the order to look through for the page, 0 for none.

    Rows that lie evenly in the order are found in half of them. Rounded up, so that statements are kept.
    """
    options = _options(query)
    most = known.rows if options else known.rows - 1
    if (
        (kind != "sqlite" and not options)
        or not 0 < known.number <= most
        or not _led(entity, table, query.order)
    ):
        return 0
    size = _rounded(2 * _wanted(query) * known.rows // known.number + SPARE)
    return size if size < known.number and size * options <= TOGETHER else 0


def _apart(entity: Entity, table: sa.Table, query: Query, known: Count) -> int:
    """How many rows of each option to look for where nothing is asked of rows; 0: order all of them."""
    options, size = _options(query), _rounded(_wanted(query))
    few = size * options < known.number if not known.more else size * options <= TOGETHER
    return size if options and few and _led(entity, table, query.order) else 0


def _each(entity: Entity, table: sa.Table, query: Query, known: Count, kind: str) -> bool:
    """Whether to put together the first rows of each place, if some are asked for."""
    few = 2 * known.number < known.rows
    if kind != "postgresql" or not few:
        return False
    by = head(entity, query)
    return any(by == column or (by, "id") == (place, column) for place, column in leading(table))


def _wanted(query: Query) -> int:
    return (query.page + 1) * query.size


def _rounded(number: int) -> int:
    step = 1 << max(number.bit_length() - 3, 0)
    return number // step * step + step


def _options(query: Query) -> int:
    """Of a query ordered by a choice the number of its options."""
    return len(query.order[0].ranks) if query.order else 0


def _led(entity: Entity, table: sa.Table, order: Sequence[Order]) -> bool:
    """Whether an index of the table gives its rows in this order, or those of each option."""
    names = [column_of(entity, item) for item in order]
    if not all(name in table.c for name in names):
        return False
    return not names or (names[0] in _leading(table) and len(order[0].ranks) <= OPTIONS)


@lru_cache(maxsize=1024)
def _leading(table: sa.Table) -> frozenset[str]:
    """The columns by which the table, or an index of it, is ordered first."""
    return frozenset({"id", *(next(iter(index.columns)).name for index in table.indexes)})


def head(entity: Entity, query: Query) -> str:
    """The stored column that a query is ordered by first; empty where that is none, or a choice's."""
    return column_of(entity, query.order[0]) if query.order and not query.order[0].ranks else ""


def column_of(entity: Entity, order: Order) -> str:
    """The column of the entity's own table that is ordered by, empty where the way to it is longer."""
    return "" if len(order.path) > 1 else entity.columns.get(order.path[0], order.path[0])
