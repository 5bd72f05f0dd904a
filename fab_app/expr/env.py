"""Where a closure finds its values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Protocol

from fab_app.expr.nodes import Names


class Env(Protocol):
    """Where the values come from: one record, one user, one moment.

    Two more methods are used where they exist: `offset() -> int`, the minutes that the zone of `today()` lies
    east of UTC (0 without it), and `root` may answer an Env in the place of a mapping.
    """

    def value(self, path: Names) -> Any:
        """Of the record; a dotted path follows references, () is the record's id.

        Decimals are Decimal, datetimes naive UTC, many-valued fields any collection.
        """
        ...

    def user(self, path: Names) -> Any:
        """() is the user's id; None where nobody is logged in."""
        ...

    def children(self, name: str) -> Iterable[Env]: ...

    def today(self) -> date: ...

    def now(self) -> datetime: ...

    def steps(self, root: str, path: Names, members: Iterable[int], node: int) -> int | None:
        """The steps from node up to the nearest of the ticked members that covers it; None where none does.

        `root` and `path` say where the members stand, and so in which tree, and what a tick stands for.
        """
        ...

    def root(self, name: str) -> Any:
        """An extra root such as dialog: a mapping, or an Env."""
        ...
