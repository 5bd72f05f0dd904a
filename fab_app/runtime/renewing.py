"""What people change on screen, read anew by each process when the counter in the database has moved.

Settings, dictionaries and custom roles share one counter, which the statement that finds the person reads with it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from fab_app.runtime import dictionaries, settings
from fab_app.runtime.custom_roles import VERSION
from fab_app.runtime.world import World


def renew(world: World, session: Any, version: int) -> None:
    """No statement where the version is the one that stands here."""
    if version > world.roles.version:
        settings.load(world, session)
        dictionaries.load(world, session)
        world.roles.load(world, session, version)


def ask(world: World, session: Any) -> None:
    """As ``renew`` where there is no person whose statement told the version; one statement more."""
    setting = world.tables.platform("base_setting")
    version = session.execute(sa.select(setting.c.value).where(setting.c.name == VERSION)).scalar()
    renew(world, session, int(version or 0))
