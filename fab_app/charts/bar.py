"""Columns side by side."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class BarChart(Chart):
    """A column per group; several figures stand beside each other."""

    type: Literal["bar"]

    drawn: ClassVar[str] = "column"
    span: ClassVar[int] = 6
