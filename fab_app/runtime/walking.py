"""The way to a page: along the order through the whole table, or from the rows that conditions give.

SQLite always takes the second where a condition has an index, and sorts all rows of a person for twenty of them.
The counter of a list knows how many there are: where many rows are asked for few, it is told to look through the
first of the order. Other databases weigh that by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from fab_app.runtime.counting import Count
from fab_app.runtime.query import Order, Query
from fab_app.spec.manifest import Entity

SPARE = 64


def first_rows(entity: Entity, table: sa.Table, query: Query, known: Count) -> int:
    """How many rows of the order to look through for the page; 0: gather what the conditions give.

    Rows that lie evenly in the order are found in half of them. Rounded up, so that statements are kept.
    """
    if not 0 < known.number < known.rows or not _led(entity, table, query.order):
        return 0
    wanted = (query.page + 1) * query.size
    most = 2 * wanted * known.rows // known.number + SPARE
    step = 1 << most.bit_length() - 3
    size = most // step * step + step
    return size if size < known.number else 0


def complete(query: Query, known: Count, found: int) -> bool:
    """Whether a page of ``found`` rows is all there is to show."""
    ends = query.page * query.size + found
    return found == query.size or (not known.more and not known.old and ends >= known.number)


def _led(entity: Entity, table: sa.Table, order: Sequence[Order]) -> bool:
    """Whether an index of the table gives its rows in this order."""
    names = [column_of(entity, item) for item in order]
    if not all(name in table.c for name in names):
        return False
    led = {"id", *(next(iter(index.columns)).name for index in table.indexes)}
    return not names or names[0] in led


def column_of(entity: Entity, order: Order) -> str:
    """The column of the entity's own table that is ordered by, empty where the way to it is longer."""
    return "" if len(order.path) > 1 else entity.columns.get(order.path[0], order.path[0])
