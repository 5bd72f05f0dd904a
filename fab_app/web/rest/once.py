"""``Idempotency-Key``: a POST that is sent again gets the answer that it got, and nothing happens twice.

The key is claimed in the transaction of the work itself: work and answer are kept together or not at all.
Of two at once the second waits for the first (SQLite: for its turn to write; others: at the unique key) and
then gets its answer. A refusal is not kept: nothing was done, so the same request may be tried again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import sqlalchemy as sa
from flask import Response, request
from sqlalchemy.exc import IntegrityError

from fab_app.core.words import say
from fab_app.runtime.judging import Conflict
from fab_app.runtime.query import Unreadable
from fab_app.runtime.sweeping import KEPT
from fab_app.web import context
from fab_app.web.rest.answers import written

LARGEST = 60_000
REPLAYED = {"Idempotency-Replayed": "true"}
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?")


def once(work: Callable[[], Response], kept: Callable[[Response], str] | None = None) -> Response:
    """The answer of ``work``, or the one it gave before. ``kept``: what is remembered of a secret answer."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work()
    if not _KEY.fullmatch(key):
        raise Unreadable(say("Idempotency-Key has 1 to 128 visible characters"))
    digest = _digest()
    known = _claimed(key, digest)
    if known is not None:
        return known
    response = work()
    if 200 <= response.status_code < 300:
        _remember(key, response.status_code, kept(response) if kept else response.get_data(as_text=True))
    return response


def _claimed(key: str, digest: str) -> Response | None:
    """The earlier answer; None where the key is now ours."""
    found = _found(key, digest)
    if found is not None:
        return found
    session, now = context.session(), context.world().clock.now()
    row = {"user_id": _owner(), "key": key, "digest": digest, "at": now}
    try:
        with session.begin_nested():
            session.execute(sa.insert(_table()).values(row))
    except IntegrityError:
        found = _found(key, digest)
        if found is None:
            raise Conflict(say("The same request is being worked on")) from None
    return found


def _found(key: str, digest: str) -> Response | None:
    table, session = _table(), context.session()
    mine = (table.c.user_id == _owner(), table.c.key == key)
    row = session.execute(sa.select(table).where(*mine)).mappings().first()
    if row is None:
        return None
    if row["at"] < context.world().clock.now() - KEPT:
        session.execute(sa.delete(table).where(*mine))
        return None
    if row["digest"] != digest:
        raise Conflict(say("This Idempotency-Key was used for another request"))
    if row["status"] is None:
        raise Conflict(say("The same request is being worked on"))
    return written(row["status"], row["body"], REPLAYED)


def _remember(key: str, status: int, body: str) -> None:
    table = _table()
    if len(body.encode()) > LARGEST:
        raise Conflict(say("The answer is too large to be kept for this Idempotency-Key"))
    update = sa.update(table).where(table.c.user_id == _owner(), table.c.key == key)
    context.session().execute(update.values(status=status, body=body))


def _digest() -> str:
    """Of all that makes the request another one: where it goes and what it brings."""
    total = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    if request.mimetype != "multipart/form-data":
        total.update(request.get_data())
        return total.hexdigest()
    for name, value in sorted(request.form.items(multi=True)):
        total.update(f"{name}={value}\n".encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        total.update(f"{name}={file.filename}\n".encode())
        total.update(hashlib.sha256(file.stream.read()).digest())
        file.stream.seek(0)
    return total.hexdigest()


def _owner() -> int:
    return context.principal().subject


def _table() -> sa.Table:
    return context.world().tables.platform("base_idempotency")
