"""What a chart says: groups along two axes and a number for each pair."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

Number = int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Place:
    """A group of rows, or a figure. ``key`` "" stands for rows without a value.

    ``given`` are the arguments that ask for exactly these rows: the value itself, an end of a range, "none".
    """

    key: str
    label: str
    tone: str = ""
    given: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    own: bool = False
    """Whether it is the reader's own organisation."""
    digits: int | None = None
    """Of a figure: how many stand after its point, zeros among them, where the author says so."""


class Cell(NamedTuple):
    """``rows`` is the number of rows behind the value: what the opened list counts."""

    value: Number
    rows: int


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Figures:
    """``cells[x][s]``. ``wider``: figures over more rows than the person may open. ``more``: groups were left out."""

    code: str
    x: tuple[Place, ...]
    series: tuple[Place, ...]
    cells: tuple[tuple[Cell, ...], ...]
    wider: bool = False
    more: bool = False
    places: tuple[int, ...] = field(default=())
    """Of a ranking: the place of each group, 0 where it has none."""
    total: tuple[Cell, ...] = field(default=())
    """Over all rows, where the chart says so: of each figure."""

    below: frozenset[str] = frozenset()
    """The groups that are nodes with others below them, where a condition leads there."""

    @property
    def weight(self) -> int:
        """What it takes to keep, in numbers."""
        return 1 + len(self.x) * len(self.series)
