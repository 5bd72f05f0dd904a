"""Who asked for a record that is not for him: told in the log, not so often that anybody could fill it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from fab_app.access.principal import Principal
from fab_app.runtime import audit
from fab_app.runtime.env import Fetch
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity

REFUSED: Final = "refused"
WHILE: Final = timedelta(minutes=1)
MOST: Final = 60
"""Entries of one person in a while; of one record there is one."""

LARGEST: Final = 2**31 - 1


def told(world: World, fetch: Fetch, who: Principal, entity: Entity, id_: int) -> bool:
    """Whether the log knows of it already, or is told no more. Two requests at once may both be told."""
    log = audit.table(world)
    lately = sa.select(log.c.entity, log.c.record_id).where(
        log.c.at > world.clock.now() - WHILE, log.c.user_id == who.subject, log.c.action == REFUSED
    )
    rows = fetch(lately.limit(MOST)).all()
    return len(rows) >= MOST or any(tuple(row) == (entity.key, id_) for row in rows)


def tell(world: World, fetch: Fetch, who: Principal, entity: Entity, id_: int) -> None:
    """The entry names kind and id and nothing of the record."""
    audit.record(world, fetch, who, entity, id_, REFUSED, {})
