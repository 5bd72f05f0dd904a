"""Two groupings against each other."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class HeatMap(Chart):
    """A cell per pair of ``by`` and ``split``, coloured by its number."""

    type: Literal["heat_map"]

    drawn: ClassVar[str] = "heat"
    span: ClassVar[int] = 6
    grouped: ClassVar[tuple[int, ...]] = (2,)
