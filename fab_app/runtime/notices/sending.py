"""Sending what was told: one delivery at a time, claimed, sent, marked.

A delivery is claimed by a counter in its WHERE, so that of two workers one sends it. The process may die
between sending and marking: then the claim runs out and it is sent once more, under the same id, by which a
gateway can drop the second copy. At least once, never silently lost; never twice while all goes well.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fab_app.channels.base import Letter, Undelivered
from fab_app.jobs.outbox import Execute, enqueue
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.runtime.writes import count_write
from fab_app.spec.manifest import BASE
from fab_app.store.engine import writing

if TYPE_CHECKING:
    from fab_app.runtime.working import Work

log = logging.getLogger(__name__)

KIND = "notices.deliver"
DELIVERY = f"{BASE}.delivery"
LEASE = timedelta(minutes=5)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""Between one attempt and the next; after the last of them a delivery has failed."""


def sent_later(execute: Execute, id_: int, portal: str, at: datetime) -> None:
    """Asks, in the caller's transaction, for an attempt at a delivery: after the commit, and not before ``at``."""
    enqueue(execute, KIND, {"id": id_}, portal=portal, key=f"{KIND}:{id_}:{at.isoformat()}", at=at)


def attempt(work: Work) -> None:
    """The job: one attempt, and where the delivery still waits the next one is asked for.

    After a crash in the midst the claim has not run out yet: then this attempt does nothing but wait for that.
    """
    id_ = work.arguments["id"]
    with work.run.reading() as session:
        engine = session.get_bind()
    assert isinstance(engine, sa.Engine)
    deliver(work.world, engine, id_)
    table = work.world.tables.of(DELIVERY).table
    waiting = sa.select(table.c.next_at).where(table.c.id == id_, table.c.status == "queued")
    with engine.connect() as connection:
        later = connection.scalar(waiting)
    if later is not None:
        sent_later(work.session.execute, id_, work.run.portal, later)


def deliver_due(world: World, engine: sa.Engine, most: int = 100) -> int:
    """Sends what is due, the oldest first; gives how many were sent. Each in transactions of its own."""
    table = world.tables.of(DELIVERY).table
    due = sa.select(table.c.id).where(table.c.status == "queued", table.c.next_at <= world.clock.now())
    with engine.connect() as connection:
        ids = list(connection.scalars(due.order_by(table.c.next_at, table.c.id).limit(most)))
    return sum(deliver(world, engine, id_) for id_ in ids)


def deliver(world: World, engine: sa.Engine, id_: int) -> bool:
    """One attempt at one delivery; whether it was sent now. Safe to call again at any time."""
    row = _claimed(world, engine, id_)
    if row is None:
        return False
    try:
        if row["attempts"] > _most(world, row):
            raise Undelivered("it was tried too often", again=False)
        receipt = world.channels[row["channel"]].send(_letter(row))
    except Undelivered as error:
        _missed(world, engine, row, error)
        return False
    now = world.clock.now()
    _mark(world, engine, id_, status="sent", sent_at=now, receipt=receipt[:200], error=None, payload=None)
    return True


def resend(world: World, session: AnySession, id_: int) -> bool:
    """Makes a delivery that was not sent due again, from the first attempt on.

    False where there is none, or where it held a password: that is set anew instead.
    """
    table, now = world.tables.of(DELIVERY).table, world.clock.now()
    again = {"status": "queued", "attempts": 0, "next_at": now, "updated_at": now}
    failed = (table.c.id == id_, table.c.status != "sent", table.c.payload.is_not(None))
    options = {"authorised": KIND}
    changed: Any = session.execute(sa.update(table).where(*failed).values(again), execution_options=options)
    if changed.rowcount != 1:
        return False
    portal = session.execute(sa.select(table.c.portal).where(table.c.id == id_), execution_options=options)
    sent_later(session.execute, id_, portal.scalar_one(), now)
    return True


def _claimed(world: World, engine: sa.Engine, id_: int) -> Mapping[str, Any] | None:
    """The row, if it is due and nobody else has it; committed, so that no transaction is open while it is sent."""
    table, now = world.tables.of(DELIVERY).table, world.clock.now()
    due = (table.c.id == id_, table.c.status == "queued", table.c.next_at <= now)
    with writing(engine) as connection:
        row = connection.execute(sa.select(table).where(*due)).mappings().first()
        if row is None:
            return None
        claim = {"attempts": row["attempts"] + 1, "next_at": now + LEASE}
        mine = (*due, table.c.attempts == row["attempts"])
        won = connection.execute(sa.update(table).where(*mine).values(claim)).rowcount == 1
        count_write(connection, world.tables, table)
    return {**row, **claim} if won else None


def _letter(row: Mapping[str, Any]) -> Letter:
    kept = json.loads(row["payload"] or "{}")
    return Letter(
        id=row["uuid"],
        address=row["address"],
        event=row["event"],
        title=row["title"] or "",
        text=kept.get("text") or row["text"] or "",
        link=row["link"] or "",
        values=kept.get("values", {}),
    )


def _missed(world: World, engine: sa.Engine, row: Mapping[str, Any], error: Undelivered) -> None:
    """Tried again later, or given up; the reason never holds what was sent, and a password goes with it."""
    attempts, told = row["attempts"], error.reason[:500]
    log.warning("%s of %s was not delivered: %s", row["channel"], row["event"], told)
    if error.again and attempts < _most(world, row):
        later = world.clock.now() + WAITS[attempts - 1]
        _mark(world, engine, row["id"], next_at=later, error=told)
        return
    secret = json.loads(row["payload"] or "{}").get("secret")
    _mark(world, engine, row["id"], status="failed", error=told, **({"payload": None} if secret else {}))


def _most(world: World, row: Mapping[str, Any]) -> int:
    """How many attempts the portal allows."""
    portal = world.manifest.portals.get(row["portal"])
    return portal.spec.sending.attempts if portal is not None else len(WAITS) + 1


def _mark(world: World, engine: sa.Engine, id_: int, **columns: Any) -> None:
    table = world.tables.of(DELIVERY).table
    values = {**columns, "updated_at": world.clock.now()}
    with writing(engine) as connection:
        connection.execute(sa.update(table).where(table.c.id == id_).values(values))
        count_write(connection, world.tables, table)
