"""A refused access is told in the log, in a transaction of its own: that of the request has been taken back."""

from __future__ import annotations

import logging

from flask import request
from sqlalchemy.exc import DBAPIError

from fab_app.core.problems import Refused
from fab_app.runtime import misses, refusing
from fab_app.runtime.judging import Withheld
from fab_app.spec.manifest import Entity
from fab_app.store.engine import contended
from fab_app.web import context

log = logging.getLogger(__name__)


def at_address(refused: Withheld, entity: Entity) -> Withheld:
    """With the record of the address, where it is the address of one."""
    key = str((request.view_args or {}).get("pk", ""))
    return refused.of(entity, int(key)) if key.isascii() and key.isdecimal() and len(key) < 11 else refused


def note(refused: Refused) -> None:
    """Of somebody who is known, and of one record; the answer does not depend on it. A miss is counted."""
    if isinstance(refused, misses.Missed) and refused.who:
        _count(refused.who)
    who = context.principal()
    if not isinstance(refused, Withheld) or refused.record is None or not who.known:
        return
    key, id_ = refused.record
    if not 0 < id_ <= refusing.LARGEST:
        return
    world, session, fetch = context.world(), context.session(), context.writer().fetch
    entity = world.manifest.entities[key]
    session.rollback()
    try:
        if not refusing.told(world, fetch, who, entity, id_):
            context.writing()
            refusing.tell(world, fetch, who, entity, id_)
            session.commit()
    except DBAPIError as error:
        session.rollback()
        if not contended(error):
            raise
        log.warning("contention: the log is not told that %s asked for %s %s", who.account, key, id_)


def _count(who: str) -> None:
    context.writing()
    misses.remember(context.world(), context.writer().fetch, who)
    context.session().commit()
