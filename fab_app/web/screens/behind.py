"""The rows behind a number: the list of an entity under the conditions of a chart, all of them shown in its form.

``chart=code`` or ``chart=code:figure`` takes the author's own conditions; ``x…`` and ``s…`` name the group of
``by`` and of ``split``; conditions of the reader go under the names of the list's own where it has the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from fab_app.charts.base import BY_TYPE, Chart, Dimension, Filter
from fab_app.core.text import Text
from fab_app.core.words import locale, say
from fab_app.fields.base import Field
from fab_app.runtime.query import Asking, Unreadable
from fab_app.runtime.selection import shown_field
from fab_app.runtime.statistics.permission import counted, permitted
from fab_app.runtime.statistics.statement import behind
from fab_app.runtime.world import World
from fab_app.spec.charted import entities, filters_of
from fab_app.spec.manifest import Entity, Portal
from fab_app.web.screens.plan import Plan, PlannedSearch

AXES = {"x": "by", "s": "split"}


def behind_chart(world: World, asking: Asking, plan: Plan, args: MultiDict[str, str]) -> Plan:
    """The plan of a list of a chart's rows, or the plan as it is. Raises Unreadable for an unknown chart or figure."""
    given = args.get("chart", "")
    if not given:
        return plan
    code, _, figure = given.partition(":")
    entity = plan.entity
    portal = world.manifest.portals[entity.portal]
    chart: Chart | None = portal.spec.charts.get(code)
    if chart is None or entity not in entities(world.manifest, portal.name, chart):
        raise Unreadable(say("there is no chart '{name}'", name=given))
    if figure and figure not in chart.figures:
        raise Unreadable(say("there is no chart '{name}'", name=given))
    who = asking.principal
    if not permitted(world, who, portal, code) or entity not in counted(world, who, portal, code):
        raise Unreadable(say("there is no chart '{name}'", name=given))
    own = {(search.name, search.path, search.op) for search in plan.searches}
    extra = [
        search
        for search in (*filter_searches(world, portal, entity, code), *_groups(world, entity, chart, args))
        if (search.name, search.path, search.op) not in own and _asked(search, args)
    ]
    names = {search.name for search in extra}
    searches = (*(search for search in plan.searches if search.name not in names), *extra)
    return replace(plan, searches=searches, chart=given, also=conditions_of(chart, figure))


def conditions_of(chart: Chart, figure: str) -> tuple[Any, ...]:
    """What the author says of every row of the chart, and of those on which the figure rests."""
    rests = behind(chart.figures[figure]) if figure else None
    return tuple(expr for expr in (chart.where, rests) if expr is not None)


def about_chart(plan: Plan) -> tuple[str, ...]:
    """A sentence that says which number the list stands behind."""
    if not plan.chart:
        return ()
    code, _, figure = plan.chart.partition(":")
    return (say("Rows behind the chart {label}", label=_label(plan, code, figure)),)


def _label(plan: Plan, code: str, figure: str) -> str:
    from fab_app.web import context

    chart = context.world().manifest.portals[plan.entity.portal].spec.charts[code]
    label = chart.figures[figure].label if figure else None
    words = chart.label.of(locale.get())
    return words if label is None else f"{words} · {label.of(locale.get())}"


def filter_searches(world: World, portal: Portal, entity: Entity, code: str) -> tuple[PlannedSearch, ...]:
    """The conditions that the chart takes of its reader."""
    return tuple(filter_search(world, entity, one) for one in filters_of(portal, code).values())


def filter_search(world: World, entity: Entity, one: Filter) -> PlannedSearch:
    search = _search(world, entity, one.code, one.field, one.by or "", one.label)
    return search if one.by else replace(search, op=_usual(search.field))


def _usual(field: Field) -> str:
    """How a condition compares where the author did not say; of what holds several values one is asked for."""
    known = BY_TYPE.get(field.type)
    return known or next((op for op in ("eq", "contains") if op in field.operators), "eq")


def _groups(world: World, entity: Entity, chart: Chart, args: MultiDict[str, str]) -> list[PlannedSearch]:
    """The groups of ``by`` and ``split`` as conditions."""
    found = []
    for name, key in AXES.items():
        dimension: Dimension | None = getattr(chart, key)
        if dimension is None or not dimension.path:
            continue
        for end, op in ((f"{name}_none", "null"), (f"{name}_is", "eq"), (name, operator(dimension))):
            found.append(_search(world, entity, end, dimension.path, op, dimension.label))
    return found


def operator(dimension: Dimension) -> str:
    """How rows are found that lie in a group."""
    return "range" if dimension.period else "below" if dimension.tree is not None else "eq"


def _search(
    world: World, entity: Entity, name: str, field: str, op: str, label: Text | None
) -> PlannedSearch:
    path = tuple(field.split("."))
    found = world.manifest.walk(entity, path)
    assert found is not None, f"{entity.key}: {field}"
    target = world.manifest.target(found[0], path[-1])
    return PlannedSearch(name, path, shown_field(found[1]), label or found[1].label, op, target)


def _asked(search: PlannedSearch, args: MultiDict[str, str]) -> bool:
    names = (f"{search.name}_from", f"{search.name}_to") if search.op == "range" else (search.name,)
    return any(args.get(name) for name in names)
