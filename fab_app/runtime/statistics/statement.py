"""The one statement of a chart: a grouped SELECT per entity under the row predicate, joined by UNION ALL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from fab_app.access.guards import AGGREGATE
from fab_app.access.resolver import RowResolver
from fab_app.charts.base import Chart, Measure
from fab_app.expr import Expr, parse, sql
from fab_app.runtime.query import Query
from fab_app.runtime.reading import Reader
from fab_app.runtime.selection import Selection
from fab_app.runtime.statistics import running
from fab_app.runtime.statistics.dimensions import Axis, element
from fab_app.spec.manifest import Entity

Condition = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One entity of a chart: which of its rows, and what they are grouped by (None: by nothing).

    ``action``: whose rows are counted, those of figures or those that may be read.
    """

    entity: Entity
    query: Query
    axes: tuple[Axis | None, ...]
    action: str = AGGREGATE


def statement(
    reader: Reader, chart: Chart, parts: tuple[Part, ...]
) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Rows of (index of the part, a value per axis, number of rows, the sums of each figure)."""
    selects = [_grouped(reader, chart, part, index) for index, part in enumerate(parts)]
    return selects[0] if len(selects) == 1 else sa.union_all(*selects)


def _grouped(reader: Reader, chart: Chart, part: Part, index: int) -> sa.Select[Any]:
    """The groups of one entity: its rows first, plainly, so that each database may group them its own way."""
    row = reader.world.stored(part.entity).table.alias("p")
    access = reader.world.access(reader.principal)
    selection = Selection(reader.world, part.entity, row, access, reader.show)
    dialect = reader.session.get_bind().dialect.name
    minutes = reader.world.clock.offset(str(reader.show.zone))
    resolver, query = selection.resolver(selection.root), part.query
    keys = {
        at: element(selection, axis, dialect, minutes)
        for at, axis in enumerate(part.axes)
        if axis is not None and axis.path
    }
    if (since := running.began(chart, part.axes[0], query)) is not None:
        keys[0] = running.grouped(reader, part.entity, since, resolver, keys[0])
        query = running.earlier(query, since)
    groups = [key.label(f"d{at}") for at, key in keys.items()]
    sums = [one for at, measure in enumerate(chart.figures.values()) for one in _terms(measure, at, resolver)]
    where = reader.rows_where(part.entity, query, row, part.action)
    inner = (
        sa.select(*groups, *sums, *([] if groups or sums else [sa.literal(1).label("one")]))
        .select_from(selection.source)
        .where(*where)
        .subquery("q")
    )
    columns = [inner.c[group.name] for group in groups]
    figures = list(chart.figures.values())
    totals = [_folded(figures, inner.c[one.name]).label(one.name) for one in sums]
    chosen = [sa.literal(index, sa.Integer()).label("part"), *columns, sa.func.count().label("n"), *totals]
    return sa.select(*chosen).select_from(inner).group_by(*columns)


def _terms(measure: Measure, at: int, resolver: RowResolver) -> list[sa.Label[Any]]:
    """What is summed up for a figure: two terms for a mean and a share."""
    if measure.count is not None:
        return [_flag(sql(measure.count, resolver)).label(f"m{at}")]
    if measure.ratio is not None:
        part, over = sql(measure.ratio.part, resolver), measure.ratio.over
        whole = sa.true() if over is None else sql(over, resolver)
        return [_flag(sa.and_(part, whole)).label(f"m{at}"), _flag(whole).label(f"w{at}")]
    if measure.value is None:
        return []
    amount = sql(measure.value, resolver)
    return [amount.label(f"m{at}"), _flag(amount.is_not(None)).label(f"w{at}")]


def _folded(figures: list[Measure], term: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A term over the rows of a group: added up, but for what a figure takes otherwise."""
    name = str(term.key)
    measure = figures[int(name[1:])]
    if name[0] == "w" or not any(measure.single):
        return sa.func.sum(term)
    if measure.distinct is not None:
        return sa.func.count(sa.distinct(term))
    return sa.func.min(term) if measure.min is not None else sa.func.max(term)


def everything(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The same rows, grouped by nothing."""
    return tuple(replace(part, axes=(None, None)) for part in parts)


def every(reader: Reader, parts: tuple[Part, ...]) -> sa.Select[Any] | None:
    """The records that stand in a chart whether or not they have rows: of those figures may be taken of."""
    axis = parts[0].axes[0]
    if axis is None or axis.written.every is None or axis.target is None or axis.written.tree is not None:
        return None
    row = reader.world.stored(axis.target).table.alias("e")
    access = reader.world.access(reader.principal)
    resolver = Selection(reader.world, axis.target, row, access, reader.show)
    holds = sql(axis.written.every, resolver.resolver(resolver.root))
    return sa.select(row.c.id).where(access.predicate(axis.target.key, parts[0].action, row), holds)


def _flag(condition: Condition) -> Condition:
    return sa.case((sa.type_coerce(condition, sa.Boolean()), 1), else_=0)


def behind(measure: Measure) -> Expr | None:
    """Of the rows of a group those on which the figure rests; None where it rests on all of them."""
    if measure.count is not None:
        return measure.count
    if measure.ratio is not None:
        return measure.ratio.over
    return None if measure.value is None else parse(f"({measure.value.text}) is not none")


def query_of(chart: Chart, conditions: tuple[Any, ...], also: Mapping[str, Any] | None = None) -> Query:
    """The rows of a chart, as a list asks for them too."""
    query = Query(where=conditions, tab=getattr(chart, "tab", None) or "")
    return replace(query, also=(chart.where,) if chart.where is not None else (), **(also or {}))
