"""Several charts under one code."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class Group(Chart):
    """Charts that are asked for together, with the same conditions: ``filters`` holds for each of them."""

    type: Literal["group"]
    charts: tuple[str, ...]

    drawn: ClassVar[str] = ""
    span: ClassVar[int] = 12
    grouped: ClassVar[tuple[int, ...]] = (0,)

    @property
    def parts(self) -> tuple[str, ...]:
        return self.charts
