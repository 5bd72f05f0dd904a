"""Exports as responses: judged, told in the log, then streamed from sessions of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from flask import Response, request
from sqlalchemy.orm import Session

from fab_app.runtime.exports.exporting import Export
from fab_app.runtime.query import Query
from fab_app.runtime.reading import Reader
from fab_app.spec.manifest import Entity
from fab_app.store.engine import WRITING
from fab_app.web import context


class Leaves(Protocol):
    """What is judged (its rows) and told in the log before its first byte leaves."""

    def judge(self) -> Any: ...

    def tell(self, rows: Any) -> None: ...

    @property
    def title(self) -> str: ...

    @property
    def called(self) -> str: ...


_SECONDS, _MINUTES = "%Y%m%d%H%M%S", "%Y%m%d%H%M"
Leaving = TypeVar("Leaving", bound=Leaves)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file."""

    ending: str
    mime: str
    write: Callable[[Export], Iterator[bytes]]


CSV = Kind("csv", "text/csv; charset=utf-8", Export.csv)
XLSX = Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Export.xlsx)


def sent(
    entity: Entity, query: Query, kind: Kind, sheets: tuple[str, ...] = (), called: str = ""
) -> Response:
    """The file of all rows of the query. The request's own session ends before the last row is sent."""

    def made(reader: Reader, beside: Session) -> Export:
        return Export(reader, beside, entity, query, sheets, called)

    return streamed(entity.portal, entity.name, kind, made, kind.write)


def streamed(
    portal: str,
    plain: str,
    kind: Kind,
    made: Callable[[Reader, Session], Leaving],
    write: Callable[[Leaving], Iterator[bytes]],
) -> Response:
    """What is made for a reader and a session beside it: judged, told, sent."""
    new = context.session().session_factory
    own, beside = new(), new()

    def close() -> None:
        own.close()
        beside.close()

    try:
        reader = Reader(context.world(), own, context.principal(), context.show(portal))
        export = made(reader, beside)
        rows: Any = export.judge()
        if request.method == "HEAD":
            body: Iterator[bytes] = iter(())
        else:
            own.rollback()
            own.connection(execution_options=WRITING)
            export.tell(rows)
            own.commit()
            body = write(export)
    except BaseException:
        close()
        raise
    headers = {
        "Content-Disposition": named(
            reader, export.called or export.title, plain, kind, _MINUTES if export.called else _SECONDS
        ),
        "Cache-Control": "no-store",
    }
    response = Response(_closing(body, close), 200, headers, content_type=kind.mime)
    response.call_on_close(close)
    return response


def named(reader: Reader, title: str, plain: str, kind: Kind, form: str = _SECONDS) -> str:
    """``<name of what is sent>_yyyyMMddHHmmss``, with a plain name for who reads no other."""
    moment = reader.show.local(context.world().clock.now()).strftime(form)
    full = quote(f"{title}_{moment}.{kind.ending}", safe="")
    return f"attachment; filename=\"{plain}_{moment}.{kind.ending}\"; filename*=UTF-8''{full}"


def _closing(body: Iterator[bytes], close: Callable[[], None]) -> Iterator[bytes]:
    try:
        yield from filter(None, body)
    finally:
        close()
