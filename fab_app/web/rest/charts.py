"""The numbers of charts as JSON and as csv, under the same conditions as on the screen."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Response, request

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.runtime.exports.commas import BOM, safe
from fab_app.runtime.judging import NotFound
from fab_app.runtime.statistics.answering import Statistics
from fab_app.runtime.statistics.figures import Figures, Number, Place
from fab_app.runtime.statistics.joining import joined
from fab_app.spec.charted import leaves
from fab_app.spec.manifest import Portal
from fab_app.web.boards.conditions import asked, only_known, statistics
from fab_app.web.boards.links import links
from fab_app.web.boards.page import names_of
from fab_app.web.rest.answers import answer
from fab_app.web.rest.door import served

Body = dict[str, Any]


def chart(portal: Portal, code: str) -> Response:
    return served(lambda: answer(200, {"result": _chart(portal, code)}))


def chart_csv(portal: Portal, code: str) -> Response:
    return served(lambda: _csv(portal, code))


def _permitted(portal: Portal, code: str, action: str) -> Statistics:
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
    stats = _permitted(portal, code, "read")
    spec = portal.spec.charts[code]
    if spec.parts:
        parts = {part: _one(stats, part) for part in spec.parts if stats.permitted(part)}
        return {"code": code, "type": spec.type, "label": spec.label.of(locale.get()), "charts": parts}
    return _one(stats, code)


def _one(stats: Statistics, code: str) -> Body:
    spec = stats.portal.spec.charts[code]
    figures, ways = _numbers(stats, code)
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


def _numbers(stats: Statistics, code: str) -> tuple[Figures, list[list[str]]]:
    """The figures with the addresses behind them; of a joined chart those of its charts beside each other."""
    beside = [part for part in stats.portal.spec.charts[code].beside if stats.permitted(part)]
    if beside:
        found = [(part, *_numbers(stats, part)) for part in beside]
        return joined(code, found, stats.portal.spec.charts)
    conditions, values = asked(stats, code, request.args)
    figures = stats.figures(code, conditions)
    return figures, links(stats, code, figures, values)


def _place(place: Place) -> Body:
    more = {"tone": place.tone, "unit": place.unit}
    marked = {"own": True} if place.own else {}
    told = {name: value for name, value in more.items() if value}
    return {"key": place.key, "label": place.label, **told, **marked}


def _number(value: Number) -> int | float | None:
    """JSON's own numbers: whole ones as such."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == int(value) and not str(value).count(".") else float(value)


def _csv(portal: Portal, code: str) -> Response:
    stats = _permitted(portal, code, "export")
    out = io.StringIO()
    out.write(BOM)
    write = csv.writer(out).writerow
    parts = [part for part in leaves(portal, code) if stats.permitted(part, "export")]
    for index, part in enumerate(parts):
        if index:
            write([])
        _table(write, stats, part, _numbers(stats, part)[0])
    headers = {"Content-Disposition": f'attachment; filename="{code}.csv"', "Cache-Control": "no-store"}
    return Response(out.getvalue().encode(), 200, headers, mimetype="text/csv")


def _table(write: Any, stats: Statistics, code: str, figures: Figures) -> None:
    spec = stats.portal.spec.charts[code]
    units = [f"{one.label} ({one.unit})" if one.unit else one.label for one in figures.series]
    ranks = [say("Place")] if figures.places else []
    write([*ranks, safe(spec.label.of(locale.get())), *(safe(unit) for unit in units)])
    for at, (place, cells) in enumerate(zip(figures.x, figures.cells, strict=True)):
        rank = [figures.places[at] or "–"] if ranks else []
        write([*rank, safe(place.label), *("–" if cell.value is None else cell.value for cell in cells)])
    if figures.total:
        write([say("Total"), *("–" if cell.value is None else cell.value for cell in figures.total)])
