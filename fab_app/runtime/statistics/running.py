"""Figures that run on from period to period: balances, with what came before the first period that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from fab_app.access.resolver import RowResolver
from fab_app.charts.base import Chart
from fab_app.runtime.filters import conditions
from fab_app.runtime.query import Asking, Condition, Query
from fab_app.runtime.reading import Reader
from fab_app.runtime.statistics.dimensions import Axis
from fab_app.runtime.statistics.figures import Cell, Place
from fab_app.spec.manifest import Entity

Sums = dict[str, Any]
Totals = dict[tuple[str, str], Sums]

BEFORE = ("", "")
"""The group of the rows before the first period: those asked for by a range have a date, so none else is there."""


def running(chart: Chart) -> tuple[int, ...]:
    """Which of the figures run on."""
    return tuple(at for at, one in enumerate(chart.figures.values()) if one.running is not None)


def began(chart: Chart, axis: Axis | None, query: Query) -> Condition | None:
    """The range of periods that has a beginning, before which rows count for what runs on."""
    if axis is None or not running(chart):
        return None
    return next((one for one in query.where if _begins(one, axis)), None)


def _begins(one: Condition, axis: Axis) -> bool:
    return one.path == axis.path and one.op == "range" and one.value[0] is not None


def earlier(query: Query, since: Condition) -> Query:
    """The same rows and those before the range begins."""
    wider = replace(since, value=(None, since.value[1]))
    return replace(query, where=tuple(wider if one == since else one for one in query.where))


def grouped(reader: Reader, entity: Entity, since: Condition, resolver: RowResolver, group: Any) -> Any:
    """The period of a row; none of those before the range."""
    asking = Asking(reader.world, entity, reader.principal)
    return sa.case((sa.and_(*conditions(Query(where=(since,)), resolver, asking)), group), else_=None)


def carried(chart: Chart, totals: Totals, before: Sums, places: Sequence[Place]) -> Totals:
    """What runs on as it stands at the end of each of these periods."""
    names = [f"m{at}" for at in running(chart)]
    standing: Sums = {name: before.get(name, 0) or 0 for name in names}
    found = dict(totals)
    for place in places:
        own = totals.get((place.key, ""), {})
        standing = {name: standing[name] + (own.get(name) or 0) for name in names}
        found[(place.key, "")] = {**own, **standing}
    return found


def ended(chart: Chart, total: tuple[Cell, ...], cells: Sequence[tuple[Cell, ...]]) -> tuple[Cell, ...]:
    """The row over all: what runs on stands there as at the end."""
    on = running(chart)
    return tuple(
        Cell(cells[-1][at].value, one.rows) if at in on and cells else one for at, one in enumerate(total)
    )
