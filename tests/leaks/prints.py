"""Documents: who may have one of which row, and that nothing stands in it that its reader may not be told.

What stands in a PDF is packed; looked at is what its template was given, which is all that can stand in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from fab_app.runtime.prints import printing
from fab_app.spec.print import PrintSpec
from tests.leaks.walk import Asked, Check, stored, untold

NOWHERE = 987654
GOOD = [200, 409]
"""409: the print's own condition, which is no matter of rows."""


@contextmanager
def laid_open() -> Iterator[None]:
    """Documents are the data of their templates for a while."""
    real = printing.typeset

    def plain(template: str, files: Mapping[str, bytes], data: Mapping[str, Any]) -> bytes:
        return json.dumps(data, ensure_ascii=False).encode()

    printing.typeset = plain  # type: ignore[assignment]
    try:
        yield
    finally:
        printing.typeset = real


def _prints(asked: Asked) -> Mapping[str, PrintSpec]:
    return asked.visitor.rows.manifest.printed(asked.entity)


def one(asked: Asked) -> None:
    for name in _prints(asked):
        _row(asked, f"{asked.root}/print/{name}/{{id}}{_draft(asked)}")


def of_api(asked: Asked) -> None:
    for name in _prints(asked):
        _row(asked, f"{asked.api}/{{id}}/print/{name}")


def _draft(asked: Asked) -> str:
    return "" if asked.method == "POST" else "?pdf=1"


def _row(asked: Asked, place: str) -> None:
    visitor, method = asked.visitor, asked.method
    own, readable, hidden = asked.one("print"), asked.only_read("print"), asked.hidden()
    with laid_open():
        if not asked.may("print"):
            visitor.ask(method, place.format(id=hidden or own or NOWHERE), [403])
            return
        if own is not None:
            visitor.ask(method, place.format(id=own), GOOD)
        if readable is not None:
            visitor.ask(method, place.format(id=readable), [403], "(may be read)")
        visitor.ask(method, place.format(id=NOWHERE), [404])
        if hidden is not None:
            before = stored(visitor.site, asked.entity, hidden)
            visitor.ask(method, place.format(id=hidden), [asked.missing], "(hidden)")
            asked.unchanged(hidden, before, f"{method} print")


def several(asked: Asked) -> None:
    visitor, method = asked.visitor, asked.method
    for name, spec in _prints(asked).items():
        place = f"{asked.root}/print/{name}"
        if not asked.may("print"):
            visitor.ask(method, place, [403])
            continue
        keys, hidden = sorted(asked.visible("print"))[:3], asked.hidden()
        with laid_open():
            if keys and spec.many:
                visitor.ask(method, f"{place}?{_ids(keys)}&pdf=1", [*GOOD, 422])
            if keys and hidden is not None:
                told = [asked.missing] if spec.many else [422]
                visitor.ask(method, f"{place}?{_ids([*keys, hidden])}&pdf=1", told, "(one hidden)")


def list_itself(asked: Asked) -> None:
    """The browser prints what stands there: what is told of it names no row, and nothing of hidden ones."""
    visitor, hidden = asked.visitor, asked.hidden()
    if not asked.may("print"):
        visitor.ask(asked.method, f"{asked.root}/printed", [403])
        return
    visitor.ask(asked.method, f"{asked.root}/printed", [204])
    for search in asked.entity.spec.listing.search if hidden is not None else ():
        place = f"{asked.root}/printed?{search.field}={hidden}"
        visitor.ask(asked.method, place, [204, 400, 403, 404, 422], "(hidden)")


def _ids(keys: list[int]) -> str:
    return "&".join(f"ids={key}" for key in keys)


def _untold(check: Check) -> Check:
    """The check, and the log as it was before."""

    def checked(asked: Asked) -> None:
        check(asked)
        untold(asked)

    return checked


PRINTS: dict[str, Check] = {
    "/E/print/<name>/<int:pk>": _untold(one),
    "/E/print/<name>": _untold(several),
    "/api/E/<pk>/print/<name>": _untold(of_api),
    "/E/printed": _untold(list_itself),
}
