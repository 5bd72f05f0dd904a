"""The numbers of charts as JSON, under the same conditions as on the screen."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.runtime.judging import NotFound
from fab_app.runtime.statistics.answering import Statistics
from fab_app.runtime.statistics.figures import Figures, Number, Place
from fab_app.runtime.statistics.joining import joined
from fab_app.spec.manifest import Portal
from fab_app.web.boards.conditions import asked, only_known, statistics
from fab_app.web.boards.links import links
from fab_app.web.boards.page import names_of
from fab_app.web.rest.answers import answer
from fab_app.web.rest.door import served

Body = dict[str, Any]


def chart(portal: Portal, code: str) -> Response:
    return served(lambda: answer(200, {"result": _chart(portal, code)}))


def permitted_chart(portal: Portal, code: str, action: str) -> Statistics:
    if code not in portal.spec.charts:
        raise NotFound(say("There is no such chart"))
    stats = statistics(portal)
    if not stats.permitted(code, action):
        words = portal.spec.messages.forbidden
        raise Refused(words.of(locale.get()) if words else say("You may not do this"), status=403)
    only_known(request.args, names_of(portal, code))
    return stats


def _chart(portal: Portal, code: str) -> Body:
    """A chart, or those of a group by their codes."""
    stats = permitted_chart(portal, code, "read")
    spec = portal.spec.charts[code]
    if spec.parts:
        parts = {part: _one(stats, part) for part in spec.parts if stats.permitted(part)}
        return {"code": code, "type": spec.type, "label": spec.label.of(locale.get()), "charts": parts}
    return _one(stats, code)


def _one(stats: Statistics, code: str) -> Body:
    spec = stats.portal.spec.charts[code]
    figures, ways = numbers(stats, code)
    if spec.switch is not None and figures.wider:
        ways = [["" for _ in one] for one in ways]  # more is counted than a list would show
    body: Body = {
        "code": code,
        "type": spec.type,
        "label": spec.label.of(locale.get()),
        "x": [_place(place) for place in figures.x],
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


def numbers(stats: Statistics, code: str) -> tuple[Figures, list[list[str]]]:
    """The figures with the addresses behind them; of a joined chart those of its charts beside each other."""
    beside = [part for part in stats.portal.spec.charts[code].beside if stats.permitted(part)]
    if beside:
        found = [(part, *numbers(stats, part)) for part in beside]
        return joined(code, found, stats.portal.spec.charts)
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
