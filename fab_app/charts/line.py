"""A course over time."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class LineChart(Chart):
    """A line per figure, or per group of ``split``."""

    type: Literal["line"]

    drawn: ClassVar[str] = "line"
    span: ClassVar[int] = 6
