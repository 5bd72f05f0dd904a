"""The course of a record: who moved it, when, from which state to which, and what was said. Append only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fab_app.runtime.audit import told
from fab_app.runtime.env import Fetch
from fab_app.runtime.storing import Storer
from fab_app.runtime.who import who
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Entity


@dataclass(frozen=True, slots=True)
class Passed:
    """``said`` by field of the dialog, as the log tells it."""

    at: datetime
    who: str
    move: str
    from_state: str | None
    to_state: str | None
    said: Mapping[str, Any]
    id: int = 0


def record(
    writer: Storer,
    entity: Entity,
    id_: int,
    workflow: str,
    code: str,
    from_state: Any,
    to_state: Any,
    asks: Entity,
    said: Mapping[str, Any],
) -> int:
    """The key of the new entry."""
    actor = writer.principal
    words = {name: told(asks.fields[name], value) for name, value in said.items()}
    row = {
        "portal": entity.portal,
        "entity": entity.key,
        "record_id": id_,
        "workflow": workflow,
        "move": code,
        "from_state": from_state,
        "to_state": to_state,
        "user_id": actor.subject or None,
        "account": actor.account[:64],
        "at": writer.world.clock.now(),
        "said": json.dumps(words, ensure_ascii=False, default=str),
    }
    made = writer.fetch(sa.insert(writer.world.tables.platform("base_move")).values(row))
    return int(made.inserted_primary_key[0])


def course(world: World, fetch: Fetch, entity: Entity, id_: int, most: int = 100) -> list[Passed]:
    """The newest first, in one statement. Whether the record may be read is the caller's question."""
    moves, user = world.tables.platform("base_move"), world.tables.of(f"{BASE}.user").table
    names = ("move", "from_state", "to_state", "said", "id")
    columns = (moves.c.at, user.c.name, moves.c.account, *(moves.c[name] for name in names))
    statement = sa.select(*columns).select_from(moves.outerjoin(user, user.c.id == moves.c.user_id))
    where = (moves.c.entity == entity.key, moves.c.record_id == id_)
    rows = fetch(statement.where(*where).order_by(moves.c.id.desc()).limit(most)).all()
    return [
        Passed(at, who(world, entity.portal, name, account), move, old, new, json.loads(said), id_)
        for at, name, account, move, old, new, said, id_ in rows
    ]
