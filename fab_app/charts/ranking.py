"""Who has most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from fab_app.charts.base import Chart


class Ranking(Chart):
    """Groups by their number, the greatest first; equal numbers share a place, and the next place is left out."""

    type: Literal["ranking"]

    drawn: ClassVar[str] = "rank"
    span: ClassVar[int] = 4
    grouped: ClassVar[tuple[int, ...]] = (1,)
    falling: ClassVar[bool] = True


def places(numbers: Sequence[float]) -> list[int]:
    """The place of each of the falling numbers: 5, 3, 3, 1 are 1, 2, 2, 4."""
    found: list[int] = []
    for at, number in enumerate(numbers):
        found.append(found[-1] if at and number == numbers[at - 1] else at + 1)
    return found
