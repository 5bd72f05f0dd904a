"""Numbers in rows and columns."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class PivotTable(Chart):
    """A row per group of ``by``; the columns are the figures, or the groups of ``split``.

    ``total``: a last row over all rows; shares, means and different values are taken anew, not added up.
    """

    type: Literal["pivot"]
    total: bool = False

    drawn: ClassVar[str] = "table"
    span: ClassVar[int] = 6
