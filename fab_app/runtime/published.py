"""Files that a definition gives to everybody: of all records only the newest of which its condition holds."""

from __future__ import annotations

import sqlalchemy as sa

from fab_app.access.principal import system
from fab_app.access.resolver import RowResolver
from fab_app.expr import sql
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.selection import acting
from fab_app.runtime.world import World
from fab_app.spec.register import Download
from fab_app.store.files import File, Slot, of_records


def published(world: World, session: AnySession, portal: str, said: Download) -> File | None:
    """The file that stands for everybody now, None where there is none."""
    entity = world.manifest.entity(portal, said.of)
    assert entity is not None
    stored, who = world.stored(entity), system("register")
    row = stored.table
    where = world.access(who).standing(stored, row)
    if said.where is not None:
        where.append(sql(said.where, RowResolver(world.tables, entity.key, row, who, world.clock)))
    newest = sa.select(row.c.id).where(*where).order_by(row.c.id.desc()).limit(1)
    id_ = session.execute(newest, execution_options=acting(who)).scalar()
    if id_ is None:
        return None
    found = of_records(session.connection(), Slot(entity.portal, entity.name, said.file), [id_])
    return next(iter(found.get(id_, ())), None)
