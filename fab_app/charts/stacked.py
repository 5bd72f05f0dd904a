"""Bars in parts."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class StackedChart(Chart):
    """A bar per group of ``by``, made of the groups of ``split``."""

    type: Literal["stacked"]

    drawn: ClassVar[str] = "stack"
    span: ClassVar[int] = 6
    grouped: ClassVar[tuple[int, ...]] = (2,)
