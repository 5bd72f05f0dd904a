"""The numbers of charts as JSON, under the same conditions as on the screen."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any
from weakref import WeakKeyDictionary

from flask import Response, request

from fab_app.charts.base import PERIOD
from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.runtime.judging import NotFound
from fab_app.runtime.query import Unreadable
from fab_app.runtime.statistics.answering import Statistics
from fab_app.runtime.statistics.figures import Figures, Number, Place
from fab_app.runtime.statistics.joining import joined
from fab_app.spec.charted import periods_of, way_down
from fab_app.spec.manifest import Portal
from fab_app.web.boards.conditions import asked, only_known, statistics
from fab_app.web.boards.links import links
from fab_app.web.boards.page import names_of
from fab_app.web.rest.answers import coded, written
from fab_app.web.rest.door import served

Body = dict[str, Any]


_TEXTS: WeakKeyDictionary[Figures, tuple[Hashable, str]] = WeakKeyDictionary()
"""With figures that are kept for a scope: under which conditions they were asked for, and what was answered."""


def chart(portal: Portal, code: str) -> Response:
    return served(lambda: written(200, f'{{"result":{_chart(portal, code)}}}'))


def permitted_chart(portal: Portal, code: str, action: str) -> Statistics:
    if code not in portal.spec.charts:
        raise NotFound(say("There is no such chart"))
    stats = statistics(portal)
    if not stats.permitted(code, action):
        words = portal.spec.messages.forbidden
        raise Refused(words.of(locale.get()) if words else say("You may not do this"), status=403)
    only_known(request.args, names_of(portal, code))
    if stats.period and stats.period not in periods_of(portal, code):
        raise Unreadable(say("there is no condition '{name}'", name=f"{PERIOD}={stats.period[:20]}"))
    return stats


def _chart(portal: Portal, code: str) -> str:
    """The JSON text of a chart, or of those of a group by their codes."""
    stats = permitted_chart(portal, code, "read")
    spec = portal.spec.charts[code]
    if not spec.parts:
        return _one(stats, code)
    parts = ",".join(f"{coded(part)}:{_one(stats, part)}" for part in spec.parts if stats.permitted(part))
    head = coded({"code": code, "type": spec.type, "label": spec.label.of(locale.get())})
    return f'{head[:-1]},"charts":{{{parts}}}}}'


def _one(stats: Statistics, code: str) -> str:
    if stats.portal.spec.charts[code].beside:
        return coded(_body(stats, code, *_joined(stats, code)))
    conditions, values = asked(stats, code, request.args)
    figures, under = stats.figures(code, conditions), tuple(values.items())
    kept = _TEXTS.get(figures)
    if kept is None or kept[0] != under:
        body = _body(stats, code, figures, links(stats, code, figures, values))
        kept = _TEXTS[figures] = (under, coded(body))
    return kept[1]


def _body(stats: Statistics, code: str, figures: Figures, ways: list[list[str]]) -> Body:
    spec = stats.portal.spec.charts[code]
    if spec.switch is not None and figures.wider:
        ways = [["" for _ in one] for one in ways]  # more is counted than a list would show
    body: Body = {
        "code": code,
        "type": spec.type,
        "label": spec.label.of(locale.get()),
        "x": [
            {
                **_place(place),
                **({"into": way_down(stats.portal, code)} if place.key in figures.below else {}),
            }
            for place in figures.x
        ],
        "series": [
            {
                **_place(one),
                "data": [_number(cells[at].value) for cells in figures.cells],
                "rows": [cells[at].rows for cells in figures.cells],
                "links": ways[at],
            }
            for at, one in enumerate(figures.series)
        ],
        "split": spec.split is not None,
        "wider": figures.wider,
        "more": figures.more,
    }
    more = {"places": list(figures.places), "total": [_number(cell.value) for cell in figures.total]}
    return {**body, **{name: value for name, value in more.items() if value}}


def numbers(stats: Statistics, code: str) -> Figures:
    """The figures under the conditions of the request; of a joined chart those of its charts beside each other."""
    if stats.portal.spec.charts[code].beside:
        return _joined(stats, code)[0]
    return stats.figures(code, asked(stats, code, request.args)[0])


def _joined(stats: Statistics, code: str) -> tuple[Figures, list[list[str]]]:
    beside = [part for part in stats.portal.spec.charts[code].beside if stats.permitted(part)]
    return joined(code, [(part, *_linked(stats, part)) for part in beside], stats.portal.spec.charts)


def _linked(stats: Statistics, code: str) -> tuple[Figures, list[list[str]]]:
    conditions, values = asked(stats, code, request.args)
    figures = stats.figures(code, conditions)
    return figures, links(stats, code, figures, values)


def _place(place: Place) -> Body:
    more = {"tone": place.tone, "unit": place.unit}
    marked: Body = {"own": True} if place.own else {}
    if place.digits is not None:
        marked["digits"] = place.digits
    told = {name: value for name, value in more.items() if value}
    return {"key": place.key, "label": place.label, **told, **marked}


def _number(value: Number) -> int | float | None:
    """JSON's own numbers: whole ones as such."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == int(value) and not str(value).count(".") else float(value)
