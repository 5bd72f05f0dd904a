"""The numbers of charts as files: a workbook, or csv; the tables of a group one below the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response

from fab_app.core.words import locale, say
from fab_app.runtime.exports import commas, workbook
from fab_app.runtime.statistics.answering import Statistics
from fab_app.runtime.statistics.figures import Cell
from fab_app.spec.charted import leaves
from fab_app.spec.manifest import Portal
from fab_app.web.exports import CSV, XLSX, Kind, named
from fab_app.web.rest.charts import numbers, permitted_chart
from fab_app.web.rest.door import served

NONE = "–"
Row = list[Any]


def chart_csv(portal: Portal, code: str) -> Response:
    return served(lambda: _sent(portal, code, CSV))


def chart_xlsx(portal: Portal, code: str) -> Response:
    return served(lambda: _sent(portal, code, XLSX))


def _sent(portal: Portal, code: str, kind: Kind) -> Response:
    stats = permitted_chart(portal, code, "export")
    title = portal.spec.charts[code].label.of(locale.get())
    heading, *rows = _rows(stats, code)
    if kind is XLSX:
        body = workbook.book(title, heading, [_columns([*map(workbook.cell, row)] for row in rows)])
    else:
        body = commas.lines(heading, [_columns([commas.cell(str(cell)) for cell in row] for row in rows)])
    headers = {"Content-Disposition": named(stats.reader, title, code, kind), "Cache-Control": "no-store"}
    return Response(b"".join(body), 200, headers, content_type=kind.mime)


def _columns(rows: Any) -> Sequence[Sequence[str]]:
    return list(zip(*rows, strict=True))


def _rows(stats: Statistics, code: str) -> list[Row]:
    """The tables, an empty line between two, all lines equally long."""
    found: list[Row] = []
    for part in leaves(stats.portal, code):
        if stats.permitted(part, "export"):
            found += [[], *_table(stats, part)] if found else _table(stats, part)
    most = max(map(len, found))
    return [[*row, *[""] * (most - len(row))] for row in found]


def _table(stats: Statistics, code: str) -> Iterator[Row]:
    figures, label = numbers(stats, code), stats.portal.spec.charts[code].label.of(locale.get())
    units = [f"{one.label} ({one.unit})" if one.unit else one.label for one in figures.series]
    ranked = bool(figures.places)
    yield [*([say("Place")] if ranked else []), label, *units]
    for at, (place, cells) in enumerate(zip(figures.x, figures.cells, strict=True)):
        yield [*([figures.places[at] or NONE] if ranked else []), place.label, *map(_value, cells)]
    if figures.total:
        yield [*([""] if ranked else []), say("Total"), *map(_value, figures.total)]


def _value(cell: Cell) -> Any:
    return NONE if cell.value is None else cell.value
