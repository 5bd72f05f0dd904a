"""What a receiver decides of his own messages: that they are read, and in which language they are."""

from __future__ import annotations

import sqlalchemy as sa

from fab_app.runtime.env import Fetch
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE

MESSAGE = f"{BASE}.message"


def mark_read(world: World, fetch: Fetch, receiver: int, id_: int | None = None) -> None:
    """The receiver has read this message, or all of his: never one of somebody else."""
    table, now = world.tables.of(MESSAGE).table, world.clock.now()
    unread = [table.c.receiver == receiver, table.c.read_at.is_(None)]
    unread += [table.c.id == id_] if id_ is not None else []
    fetch(sa.update(table).where(*unread).values(read_at=now, updated_at=now))


def read_delivery(world: World, fetch: Fetch, id_: int) -> None:
    """Who has no account has opened what was sent to him."""
    table, now = world.tables.of(f"{BASE}.delivery").table, world.clock.now()
    fetch(sa.update(table).where(table.c.id == id_, table.c.read_at.is_(None)).values(read_at=now))


def write_in(world: World, fetch: Fetch, receiver: int, language: str) -> None:
    """The language in which the receiver is written to from now on."""
    user = world.tables.of(f"{BASE}.user").table
    fetch(sa.update(user).where(user.c.id == receiver).values(language=language))
