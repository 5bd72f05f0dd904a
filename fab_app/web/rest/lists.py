"""Lists: pages of rows as JSON, and all rows of the same question as csv."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from flask import Response, request

from fab_app.core.words import locale
from fab_app.runtime.preparing import Prepared
from fab_app.runtime.query import Query
from fab_app.runtime.reading import Reader, Record
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.rest.answers import answer
from fab_app.web.rest.door import permitted
from fab_app.web.rest.plans import Planner
from fab_app.web.rest.shown import is_masked

BOM = "\ufeff"
PIECE = 1000
REMEMBERED = 5000
_SIGNS = frozenset("=+-@\t\r")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?%?")


def page(entity: Entity, planner: Planner) -> Response:
    permitted(entity, "read")
    query = planner.asked(entity, request.args.get("q", ""))
    result = planner.page(entity, query)
    count = planner.count(entity, query)
    body: dict[str, Any] = {"count": count.number, "ids": [row["id"] for row in result], "result": result}
    if count.more:
        body["more"] = True
    return answer(200, body)


def export(entity: Entity, planner: Planner) -> Response:
    """Streamed from a session of its own: the request's ends before the last row is sent."""
    permitted(entity, "export")
    query = replace(planner.asked(entity, request.args.get("q", "")), page=0)
    own = context.session().session_factory()
    reader = Reader(context.world(), own, context.principal(), context.show(entity.portal))
    try:
        prepared = reader.prepare_all(entity, query, "export")
        pieces = reader.stream(prepared, PIECE)
    except BaseException:
        own.close()
        raise
    body = _streamed(own.close, _rows(reader, prepared, query, entity, pieces))
    name = f"{entity.name}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    response = Response(body, 200, headers, mimetype="text/csv")
    response.call_on_close(own.close)
    return response


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if text[:1] in _SIGNS and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _rows(
    reader: Reader, prepared: Prepared, query: Query, entity: Entity, pieces: Iterable[list[Record]]
) -> Iterator[str]:
    out = io.StringIO()
    write = csv.writer(out).writerow
    cells = [(".".join(path), _cell(reader, entity, path)) for path in query.columns]
    write([safe(_label(reader, entity, path)) for path in query.columns])
    yield BOM + out.getvalue()
    for piece in pieces:
        out.seek(0)
        out.truncate()
        for record in piece:
            write([cell(record.values[name]) for name, cell in cells])
        yield out.getvalue()


def _cell(reader: Reader, entity: Entity, path: tuple[str, ...]) -> Callable[[Any], str]:
    """What writes the values of a column; those that occur again and again are written once."""
    walked = reader.world.manifest.walk(entity, path)
    assert walked is not None
    owner, field = walked
    masked = not reader.principal.everything and is_masked(reader.world, reader.principal, owner, path[-1])
    show, known = reader.show, dict[Any, str]()

    def written(value: Any) -> str:
        return safe(str(field.masked(value)) if masked else field.text(value, show))

    def cell(value: Any) -> str:
        if value is None or value == ():
            return ""
        try:
            text = known.get(value)
        except TypeError:
            return written(value)
        if text is None:
            text = written(value)
            if len(known) < REMEMBERED:
                known[value] = text
        return text

    return cell


def _label(reader: Reader, entity: Entity, path: tuple[str, ...]) -> str:
    """The label of the list's column, else that of the field."""
    for column in entity.spec.listing.columns:
        if column.field == ".".join(path) and column.label is not None:
            return column.label.of(locale.get())
    walked = reader.world.manifest.walk(entity, path)
    assert walked is not None
    return walked[1].label.of(locale.get())


def _streamed(close: Any, rows: Iterator[str]) -> Iterator[bytes]:
    try:
        for text in rows:
            yield text.encode()
    finally:
        close()
