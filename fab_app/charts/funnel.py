"""Steps that fewer and fewer pass."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class FunnelChart(Chart):
    """A step per group of ``by`` in their own order, or per figure where rows are not grouped."""

    type: Literal["funnel"]

    drawn: ClassVar[str] = "funnel"
    span: ClassVar[int] = 4
    grouped: ClassVar[tuple[int, ...]] = (0, 1)
