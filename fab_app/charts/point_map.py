"""Records at their place."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class PointMap(Chart):
    """A point per position; ``by`` is a field of the type geo_point."""

    type: Literal["point_map"]

    drawn: ClassVar[str] = "points"
    span: ClassVar[int] = 6
    grouped: ClassVar[tuple[int, ...]] = (1,)
