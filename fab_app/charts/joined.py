"""Figures of several charts in one table."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class Joined(Chart):
    """A table of the figures of several pivots beside each other, a row per group that any of them has.

    Each counts its own entity, by its own path to the same thing (a staff's agency's region, a contract's own), over
    the rows that the reader may have figures of; a condition holds for those that know one of its name.
    """

    type: Literal["joined"]
    charts: tuple[str, ...]

    drawn: ClassVar[str] = "table"
    span: ClassVar[int] = 12
    grouped: ClassVar[tuple[int, ...]] = (0,)

    @property
    def beside(self) -> tuple[str, ...]:
        return self.charts
