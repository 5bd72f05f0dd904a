"""From a number to exactly the rows that it counts."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from fab_app.charts.base import Chart
from fab_app.runtime.statistics.answering import Statistics
from fab_app.runtime.statistics.figures import Cell, Figures, Place
from fab_app.runtime.statistics.statement import behind
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.boards.conditions import ENDS, Typed
from fab_app.web.screens.behind import AXES, filter_searches, operator
from fab_app.web.screens.plan import plan_of
from fab_app.web.shell import list_url

Pairs = list[tuple[str, str]]
Own = dict[tuple[tuple[str, ...], str], str]


def links(stats: Statistics, code: str, figures: Figures, values: Typed) -> list[list[str]]:
    """The address behind each number, by series and group; "" where nothing stands behind it."""
    chart = stats.portal.spec.charts[code]
    lists = {entity.name: _list(stats, entity, code, values) for entity in stats.entities(code)}
    return [
        [
            _link(stats, code, chart, place, one, cells[at], values, lists)
            for place, cells in zip(figures.x, figures.cells, strict=True)
        ]
        for at, one in enumerate(figures.series)
    ]


def _link(
    stats: Statistics,
    code: str,
    chart: Chart,
    x: Place,
    one: Place,
    cell: Cell,
    values: Typed,
    lists: dict[str, _List],
) -> str:
    if not cell.rows and chart.drawn != "tile":
        return ""
    rests = chart.split is None and behind(chart.figures[one.key]) is not None
    figure = one.key if rests else ""
    groups = [*_group("x", chart, x), *(_group("s", chart, one) if chart.split is not None else [])]
    named = _named(chart, x, one)
    found = [lists[named]] if named else list(lists.values())
    if len(found) == 1:
        return _address(chart, code, figure, groups, found[0])
    given = [(n, value) for n, many in values.items() for value in many if value or n.endswith(ENDS)]
    pairs = [*given, *groups, *([("figure", figure)] if figure else [])]
    return f"/{stats.portal.name}/charts/{code}/rows" + (f"?{urlencode(pairs)}" if pairs else "")


def _group(name: str, chart: Chart, place: Place) -> Pairs:
    dimension = chart.by if name == "x" else chart.split
    if dimension is None:
        return []
    return [(f"{name}_{end}" if end else name, value) for end, value in place.given]


def _named(chart: Chart, x: Place, one: Place) -> str:
    """The kind of record that a number counts, where it is of one kind."""
    for dimension, place in ((chart.by, x), (chart.split, one)):
        if dimension is not None and dimension.each is not None:
            return place.key
    return ""


@dataclass(frozen=True, slots=True)
class _List:
    """A list with the conditions that were asked for: ``own`` are its fields by what they ask."""

    url: str
    own: Own
    pairs: Pairs


def _list(stats: Statistics, entity: Entity, code: str, values: Typed) -> _List:
    world = context.world()
    own = {(s.path, s.op): s.name for s in plan_of(world, entity).searches}
    pairs: Pairs = []
    for search in filter_searches(world, stats.portal, entity, code):
        name = own.get((search.path, search.op), search.name)
        for end in ("_from", "_to") if search.op == "range" else ("",):
            pairs += [(f"{name}{end}", value) for value in values.get(f"{search.name}{end}", ()) if value]
    return _List(list_url(entity), own, pairs)


def list_of(stats: Statistics, entity: Entity, code: str, figure: str, groups: Pairs, values: Typed) -> str:
    """The list under the same conditions, each in the list's own field where it has the same one."""
    chart = stats.portal.spec.charts[code]
    return _address(chart, code, figure, groups, _list(stats, entity, code, values))


def _address(chart: Chart, code: str, figure: str, groups: Pairs, to: _List) -> str:
    pairs = [*to.pairs, *_grouped(to.own, chart, groups, {name for name, _ in to.pairs})]
    tab = getattr(chart, "tab", None)
    plain = tab is not None and not pairs and chart.where is None and not figure
    head = [] if plain else [("chart", f"{code}:{figure}" if figure else code)]
    return f"{to.url}?{urlencode([*head, *([('tab', tab)] if tab else []), *pairs])}"


def _grouped(own: Own, chart: Chart, groups: Pairs, taken: set[str]) -> Pairs:
    """The groups as conditions, in the list's own fields where these are free."""
    found: Pairs = []
    for name, value in groups:
        dimension = getattr(chart, AXES[name[0]])
        if not dimension.path:
            continue  # the list is that kind of record
        field = own.get((tuple(dimension.path.split(".")), operator(dimension)), "")
        free = field and name in AXES and field not in taken
        found.append((field if free else name, value))
    return found
