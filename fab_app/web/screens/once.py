"""A form that is sent twice makes one record: people on the phone press again where the net is slow.

The key of the form is claimed in the transaction of the work itself, so a refused form may be sent again.
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from flask import request
from sqlalchemy.exc import IntegrityError

from fab_app.runtime.reading import Record
from fab_app.web import context

NAME = "_once"


def token(record: Record | None) -> list[tuple[str, str]]:
    """The hidden key of a form for a new record."""
    asked = context.principal().seat and record is None
    return [(NAME, secrets.token_urlsafe(18))] if asked else []


def first() -> bool:
    """Whether this form is sent for the first time; of two at once the second waits for the first."""
    who, key = context.principal(), request.form.get(NAME, "")
    if not who.seat or not 0 < len(key) <= 40:
        return True
    session, table = context.session(), context.world().tables.platform("base_idempotency")
    row = {"user_id": 0, "key": f"{who.maker} {key}"[:128], "digest": "", "at": context.world().clock.now()}
    try:
        with session.begin_nested():
            session.execute(sa.insert(table).values(row))
    except IntegrityError:
        return False
    return True
