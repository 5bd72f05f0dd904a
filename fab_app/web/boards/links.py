"""From a number to exactly the rows that it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fab_app.charts.base import Chart
from fab_app.runtime.statistics.answering import Statistics
from fab_app.runtime.statistics.figures import Figures, Place
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
    ways = {**lists, "": next(iter(lists.values())) if len(lists) == 1 else several}
    groups = [_group("x", chart, place) for place in figures.x]
    texts = {kind: way.texts(groups) for kind, way in ways.items()}
    return [_row(chart, figures, at, texts, ways) for at in range(len(figures.series))]


def _row(
    chart: Chart, figures: Figures, at: int, texts: Mapping[str, list[str]], ways: Mapping[str, _Way]
) -> list[str]:
    """The addresses behind one series."""
    one = figures.series[at]
    split = _group("s", chart, one) if chart.split is not None else ()
    figure = one.key if chart.split is None and behind(chart.figures[one.key]) is not None else ""
    kinds = _kinds(chart, figures, one)
    rows = {kind: ways[kind].row(figure, texts[kind], split) for kind in set(kinds)}
    empty = chart.drawn == "tile"
    counted = enumerate(zip(kinds, figures.cells, strict=True))
    return [rows[kind][x] if cells[at].rows or empty else "" for x, (kind, cells) in counted]


def _kinds(chart: Chart, figures: Figures, one: Place) -> list[str]:
    """Of each group of a series the kind of record that is counted; "" where all kinds are."""
    if chart.by is not None and chart.by.each is not None:
        return [place.key for place in figures.x]
    each = chart.split is not None and chart.split.each is not None
    return [one.key if each else ""] * len(figures.x)


def list_of(stats: Statistics, entity: Entity, code: str, figure: str, groups: Pairs, values: Typed) -> str:
    """The list under the same conditions, each in the list's own field where it has the same one."""
    return _list(stats, entity, code, values).to(figure, groups)


def _group(name: str, chart: Chart, place: Place) -> Pairs:
    dimension = chart.by if name == "x" else chart.split
    if dimension is None:
        return ()
    return tuple((f"{name}_{end}" if end else name, value) for end, value in place.given)


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

    def texts(self, groups: Sequence[Pairs]) -> list[str]:
        """Groups as they are written in addresses: the same ones for every series."""
        return [self._written(group) for group in groups]

    def row(self, figure: str, texts: Sequence[str], split: Pairs) -> list[str]:
        """``to`` of many groups that share their figure and the other axis."""
        before = "".join(f"{text}&" for text in (self._head(figure, True), self._written(self.given)) if text)
        after = "".join(f"&{text}" for text in (self._written(split), *self.tail(figure)) if text)
        begin = f"{self.url}?{before}"
        return [f"{begin}{text}{after}" if text else self.to(figure, split) for text in texts]

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
