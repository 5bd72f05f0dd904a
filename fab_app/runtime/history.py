"""What the log tells of one record, to those who may read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fab_app.runtime.audit import table as audit_table
from fab_app.runtime.env import Fetch
from fab_app.runtime.refusing import REFUSED
from fab_app.runtime.who import who
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Entity


@dataclass(frozen=True, slots=True)
class Entry:
    """``changes``: by field old and new as the log keeps them; who may know them is the caller's question."""

    at: datetime
    who: str
    action: str
    changes: Mapping[str, Sequence[Any]]


def history(world: World, fetch: Fetch, entity: Entity, id_: int, most: int = 50) -> list[Entry]:
    """The newest entries first, in one statement. Whether the record may be read is the caller's question."""
    statement = world.plans.get(("history",), lambda: (_statement(world), True))
    rows = fetch(statement, {"entity": entity.key, "record": id_, "most": most}).all()
    return [
        Entry(at, who(world, entity.portal, name, account), action, changes or {})
        for at, name, account, action, changes in rows
    ]


def _statement(world: World) -> sa.Select[Any]:
    audit, user = audit_table(world), world.tables.of(f"{BASE}.user").table
    source = audit.outerjoin(user, user.c.id == audit.c.user_id)
    columns = (audit.c.at, user.c.name, audit.c.account, audit.c.action, audit.c.changes)
    where = (
        audit.c.entity == sa.bindparam("entity"),
        audit.c.record_id == sa.bindparam("record"),
        audit.c.action != REFUSED,  # who knocked in vain is for the readers of the log
    )
    most: sa.BindParameter[int] = sa.bindparam("most", type_=sa.Integer())
    return sa.select(*columns).select_from(source).where(*where).order_by(audit.c.id.desc()).limit(most)
