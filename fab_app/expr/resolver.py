"""Where SQL finds its columns and parameters."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.expr.nodes import Names
from fab_app.expr.types import FieldType


class _Any:
    def __repr__(self) -> str:
        return "ANY"


ANY = _Any()
"""Given to `Resolver.member` in the place of a value: whether the field has a member at all."""


class Resolver(Protocol):
    """Columns and parameters for one row.

    Two more methods are used where they exist: `offset() -> int` and `root(name)`, as in `Env`; what they
    give is bound as parameters.
    """

    def column(self, path: Names) -> ColumnElement[Any]:
        """A dotted path is a scalar subquery or the column of a join; a decimal is its raw whole number."""
        ...

    def type(self, path: Names) -> FieldType: ...

    def user(self, path: Names) -> Any: ...

    def today(self) -> date: ...

    def now(self) -> datetime: ...

    def member(self, path: Names, value: Any) -> ColumnElement[bool]:
        """Whether value is in the field: an element, a Python value, one of a tuple of them, or ANY.

        Never null.
        """
        ...

    def children(self, name: str) -> tuple[sa.FromClause, ColumnElement[bool], Resolver]:
        """Rows (an alias where the table is also outside), how they join the outer row, their resolver."""
        ...

    def below(self, path: Names, ancestor: Any) -> ColumnElement[bool]:
        """Whether the field lies below ancestor (an element, a Python value, or one of a tuple of them).

        Null where the field is null: `column IN (SELECT …)` is.
        """
        ...

    def links(self, root: str, path: Names, members: tuple[Any, ...] | None) -> sa.Select[Any]:
        """(node, depth) of each pair of a node and a tick that covers it, depth the steps between the two.

        The ticks are those of this row (root `this`, `members` None) or the given ones, of which path and root say
        what they stand for.
        """
        ...
