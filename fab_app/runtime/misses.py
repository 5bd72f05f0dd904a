"""Who looks for what only who knows it may find has so many misses: remembered though the work is taken back.

Of several at once each is counted when it is answered, so a few more than the limit may be looked at.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from fab_app.access.principal import Principal
from fab_app.core.problems import Refused
from fab_app.runtime.env import Fetch
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity

LONGEST = timedelta(days=7)
"""No definition looks further back."""


class Missed(Refused):
    """``who``: whose misses it counts among."""

    who = ""


def name_of(who: Principal, entity: Entity) -> str:
    return f"{who.maker}:{entity.key}"[:160]


def spent(world: World, fetch: Fetch, who: str, most: int, minutes: int) -> bool:
    table = world.tables.platform("base_miss")
    since = world.clock.now() - timedelta(minutes=minutes)
    lately = sa.select(table.c.id).where(table.c.who == who, table.c.at > since).limit(most)
    return len(fetch(lately).all()) >= most


def remember(world: World, fetch: Fetch, who: str) -> None:
    table, now = world.tables.platform("base_miss"), world.clock.now()
    fetch(sa.delete(table).where(table.c.who == who, table.c.at < now - LONGEST))
    fetch(sa.insert(table).values(who=who, at=now))
