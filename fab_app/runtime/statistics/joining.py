"""Figures of several charts over the same groups, put beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fab_app.charts.base import Chart
from fab_app.runtime.statistics.adding import nothing
from fab_app.runtime.statistics.figures import Cell, Figures, Place
from fab_app.runtime.statistics.periods import between, period_words

Part = tuple[str, Figures, list[list[str]]]
"""A chart, its figures and the addresses behind them, by series and group."""


def joined(code: str, parts: Sequence[Part], charts: Mapping[str, Chart]) -> tuple[Figures, list[list[str]]]:
    """A row per group of any of them; where one has no rows of a group, its figures of nothing."""
    x = _course(parts) if charts[code].drawn == "line" else _groups(parts)
    series: list[Place] = []
    rows: list[tuple[Cell, ...]] = [() for _ in x]
    ways: list[list[str]] = []
    for part, figures, links in parts:
        at = {place.key: index for index, place in enumerate(figures.x)}
        none = nothing(charts[part])
        series += [replace(one, key=f"{part}.{one.key}") for one in figures.series]
        for index, place in enumerate(x):
            rows[index] += figures.cells[at[place.key]] if place.key in at else none
        ways += [[one[at[place.key]] if place.key in at else "" for place in x] for one in links]
    total = tuple(cell for _, figures, _ in parts for cell in figures.total)
    return (
        Figures(
            code,
            x,
            tuple(series),
            tuple(rows),
            any(figures.wider for _, figures, _ in parts),
            any(figures.more for _, figures, _ in parts),
            total=total if all(figures.total for _, figures, _ in parts) else (),
        ),
        ways,
    )


def _course(parts: Sequence[Part]) -> tuple[Place, ...]:
    """The periods from the first to the last of any, none left out."""
    keys = sorted({place.key for _, figures, _ in parts for place in figures.x if place.key})
    return tuple(Place(key, period_words(key)) for key in (between(keys[0], keys[-1]) if keys else ()))


def _groups(parts: Sequence[Part]) -> tuple[Place, ...]:
    """Each group once, those without a value last."""
    found = {place.key: place for _, figures, _ in parts for place in figures.x}
    return tuple(sorted(found.values(), key=lambda place: place.key == ""))
