"""One number that leads to its rows."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class Tile(Chart):
    """A number. ``tab``: the rows of that tab of the list, which it opens; ``icon`` as of a menu entry."""

    type: Literal["tile"]
    tab: str | None = None
    icon: str | None = None

    drawn: ClassVar[str] = "tile"
    span: ClassVar[int] = 3
    grouped: ClassVar[tuple[int, ...]] = (0,)
