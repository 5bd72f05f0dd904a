"""From a number to exactly the rows that it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
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

Pairs = tuple[tuple[str, str], ...]
Own = dict[tuple[tuple[str, ...], str], str]


def links(stats: Statistics, code: str, figures: Figures, values: Typed) -> list[list[str]]:
    """The address behind each number, by series and group; "" where nothing stands behind it."""
    chart = stats.portal.spec.charts[code]
    lists = {entity.name: _list(stats, entity, code, values) for entity in stats.entities(code)}
    given = tuple((n, value) for n, many in values.items() for value in many if value or n.endswith(ENDS))
    several = _Way(f"/{stats.portal.name}/charts/{code}/rows", given)
    groups = [_group("x", chart, place) for place in figures.x]
    return [
        [
            _link(chart, (place, one), cells[at], (group, series), lists, several)
            for place, cells, group in zip(figures.x, figures.cells, groups, strict=True)
        ]
        for at, one in enumerate(figures.series)
        for series in (_group("s", chart, one) if chart.split is not None else (),)
    ]


def list_of(stats: Statistics, entity: Entity, code: str, figure: str, groups: Pairs, values: Typed) -> str:
    """The list under the same conditions, each in the list's own field where it has the same one."""
    return _list(stats, entity, code, values).to(figure, groups)


def _link(
    chart: Chart,
    places: tuple[Place, Place],
    cell: Cell,
    groups: tuple[Pairs, Pairs],
    lists: dict[str, _List],
    several: _Way,
) -> str:
    if not cell.rows and chart.drawn != "tile":
        return ""
    series = places[1].key
    figure = series if chart.split is None and behind(chart.figures[series]) is not None else ""
    named = _named(chart, *places)
    found = [lists[named]] if named else list(lists.values())
    return found[0].to(figure, *groups) if len(found) == 1 else several.to(figure, *groups)


def _group(name: str, chart: Chart, place: Place) -> Pairs:
    dimension = chart.by if name == "x" else chart.split
    if dimension is None:
        return ()
    return tuple((f"{name}_{end}" if end else name, value) for end, value in place.given)


def _named(chart: Chart, x: Place, one: Place) -> str:
    """The kind of record that a number counts, where it is of one kind."""
    for dimension, place in ((chart.by, x), (chart.split, one)):
        if dimension is not None and dimension.each is not None:
            return place.key
    return ""


@dataclass
class _Way:
    """Addresses that differ in their groups: what a group says is written once, for a chart has thousands."""

    url: str
    given: Pairs
    """The conditions that were asked for."""
    written: dict[Any, str] = field(default_factory=dict)

    def to(self, figure: str, *groups: Pairs) -> str:
        asked = "&".join(filter(None, [self._written(pairs) for pairs in (self.given, *groups)]))
        query = "&".join(filter(None, (self._head(figure, bool(asked)), asked, *self.tail(figure))))
        return f"{self.url}?{query}" if query else self.url

    def head(self, figure: str, asked: bool) -> Pairs:
        return ()

    def tail(self, figure: str) -> tuple[str, ...]:
        return (urlencode({"figure": figure}),) if figure else ()

    def named(self, pairs: Pairs) -> Pairs:
        return pairs

    def _head(self, figure: str, asked: bool) -> str:
        if (figure, asked) not in self.written:
            self.written[figure, asked] = urlencode(self.head(figure, asked))
        return self.written[figure, asked]

    def _written(self, pairs: Pairs) -> str:
        if pairs not in self.written:
            self.written[pairs] = urlencode(pairs if pairs is self.given else self.named(pairs))
        return self.written[pairs]


@dataclass
class _List(_Way):
    """A list of one kind of record. ``own`` are its fields by what they ask."""

    chart: Chart = field(kw_only=True)
    code: str = field(kw_only=True)
    own: Own = field(kw_only=True)

    def head(self, figure: str, asked: bool) -> Pairs:
        tab = getattr(self.chart, "tab", None)
        plain = tab is not None and not asked and self.chart.where is None and not figure
        chart = (("chart", f"{self.code}:{figure}" if figure else self.code),)
        return (*(() if plain else chart), *((("tab", tab),) if tab else ()))

    def tail(self, figure: str) -> tuple[str, ...]:
        return ()

    def named(self, pairs: Pairs) -> Pairs:
        """The groups as conditions, in the list's own fields where these are free."""
        found: list[tuple[str, str]] = []
        taken = {name for name, _ in self.given}
        for name, value in pairs:
            dimension = getattr(self.chart, AXES[name[0]])
            if not dimension.path:
                continue  # the list is that kind of record
            known = self.own.get((tuple(dimension.path.split(".")), operator(dimension)), "")
            free = known and name in AXES and known not in taken
            found.append((known if free else name, value))
        return tuple(found)


def _list(stats: Statistics, entity: Entity, code: str, values: Typed) -> _List:
    world = context.world()
    own = {(s.path, s.op): s.name for s in plan_of(world, entity).searches}
    pairs: list[tuple[str, str]] = []
    for search in filter_searches(world, stats.portal, entity, code):
        name = own.get((search.path, search.op), search.name)
        for end in ENDS if search.op == "range" else ("",):
            pairs += [(f"{name}{end}", value) for value in values.get(f"{search.name}{end}", ()) if value]
    return _List(list_url(entity), tuple(pairs), chart=stats.portal.spec.charts[code], code=code, own=own)
