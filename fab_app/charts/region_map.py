"""Regions coloured by a number."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class RegionMap(Chart):
    """Groups of a tree as labelled tiles in five steps of colour: it needs no outlines of the regions."""

    type: Literal["region_map"]

    drawn: ClassVar[str] = "map"
    span: ClassVar[int] = 6
    grouped: ClassVar[tuple[int, ...]] = (1,)
    falling: ClassVar[bool] = False
