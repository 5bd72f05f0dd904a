"""Who has most."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar, Literal

from fab_app.charts.base import Chart

Number = int | float | Decimal | None


class Ranking(Chart):
    """Groups by their number, the greatest first; equal numbers share a place, and the next place is left out.

    ``rank``: the figure that decides, of several (the first where not said); ``then``: which of those with equal
    numbers stands first, else the label tells. Groups without a number stand last and have no place.
    """

    type: Literal["ranking"]
    rank: str | None = None
    then: str | None = None

    drawn: ClassVar[str] = "rank"
    span: ClassVar[int] = 4
    grouped: ClassVar[tuple[int, ...]] = (1,)
    falling: ClassVar[bool] = True

    @property
    def at(self) -> int:
        """The index of the figure that decides."""
        return list(self.figures).index(self.rank) if self.rank in self.figures else 0


def places(numbers: Sequence[Number]) -> list[int]:
    """The place of each of the falling numbers: 5, 3, 3, 1, none are 1, 2, 2, 4, 0."""
    found: list[int] = []
    for at, number in enumerate(numbers):
        same = bool(at) and number == numbers[at - 1]
        found.append(0 if number is None else found[-1] if same else at + 1)
    return found
