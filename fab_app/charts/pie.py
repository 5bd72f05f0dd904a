"""Shares of a whole."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class PieChart(Chart):
    """A ring: few groups that add up to something."""

    type: Literal["pie"]

    drawn: ClassVar[str] = "pie"
    span: ClassVar[int] = 4
    grouped: ClassVar[tuple[int, ...]] = (1,)
