"""Several lines, each of its own rows and its own date, in one drawing."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class Lines(Chart):
    """The lines of several charts over the same periods: what came in, and what was done of it on which day.

    Each counts its own entity by its own date; a condition holds for those that know one of its name.
    """

    type: Literal["lines"]
    charts: tuple[str, ...]

    drawn: ClassVar[str] = "line"
    span: ClassVar[int] = 12
    grouped: ClassVar[tuple[int, ...]] = (0,)

    @property
    def beside(self) -> tuple[str, ...]:
        return self.charts
