"""Rows that a statement's own row refers to, joined instead of asked for one by one: a planner may start from them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa


class Joins:
    """Collects the joins of one SELECT. Each goes to a primary key and keeps rows without a match: none is doubled."""

    def __init__(self, row: sa.FromClause) -> None:
        self.source = row
        self._known: dict[tuple[Any, sa.Table], sa.FromClause] = {}

    def parent(self, column: Any, table: sa.Table) -> sa.FromClause:
        """The row of ``table`` whose id ``column`` holds; the same column is joined once."""
        key = (column, table)
        if key not in self._known:
            row = self._known[key] = table.alias()
            self.source = self.source.outerjoin(row, row.c.id == column)
        return self._known[key]
