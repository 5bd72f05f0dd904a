"""Custom roles as rows: kept compiled in each process, read anew when a counter in the database has moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from fab_app.access.custom import Kept, compiled
from fab_app.access.grants import Grant, Place

if TYPE_CHECKING:
    from fab_app.runtime.world import World

VERSION = "roles_version"
_OPTIONS = {"authorised": "roles"}


def role_key(portal: str, code: str | None, id_: int) -> str:
    """``<portal>.<role>`` of a built-in role; of a custom one, whose code others may have too, by its id."""
    return f"{portal}.{code}" if code else f"{portal}.#{id_}"


class CustomRoles:
    """The version that is loaded. Two threads may load at once: both end with the same grants."""

    def __init__(self) -> None:
        self.version = 0

    def load(self, world: World, session: Any, version: int) -> None:
        """The grants of all custom roles, in three statements."""
        table = world.tables.of("base.role").table
        rights, orgs = _members(world, session, "rights"), _members(world, session, "orgs")
        columns = (table.c.id, table.c.portal, table.c.kind, table.c.scope)
        living = (table.c.alive == 0, table.c.builtin.is_not(True))
        found: dict[str, dict[Place, Grant]] = {}
        for id_, portal, kind, scope in session.execute(
            sa.select(*columns).where(*living), execution_options=_OPTIONS
        ):
            key = role_key(portal, None, id_)
            kept = Kept(key, portal, kind or "", scope or "", rights.get(id_, ()), orgs.get(id_, ()))
            found[key] = dict(compiled(world.manifest, world.grants, kept))
        custom = world.grants.custom
        for gone in set(custom) - set(found):
            custom.pop(gone, None)
        custom.update(found)
        self.version = max(version, self.version)


def _members(world: World, session: Any, name: str) -> dict[int, tuple[Any, ...]]:
    """What each role holds in a many-valued field."""
    side = world.tables.of("base.role").side[name]
    statement = sa.select(side.c.owner_id, side.c.value).order_by(side.c.owner_id, side.c.position)
    found: dict[int, tuple[Any, ...]] = {}
    for owner, value in session.execute(statement, execution_options=_OPTIONS):
        found[owner] = (*found.get(owner, ()), value)
    return found


def bump(world: World, session: Any) -> None:
    """Tells every process that custom roles have changed, in the transaction that changes them."""
    setting = world.tables.platform("base_setting")
    kept = session.execute(sa.select(setting.c.value).where(setting.c.name == VERSION)).scalar()
    if kept is None:
        session.execute(sa.insert(setting).values(name=VERSION, value="1"))
    else:
        session.execute(sa.update(setting).where(setting.c.name == VERSION).values(value=str(int(kept) + 1)))
