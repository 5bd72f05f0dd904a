"""The demo clock: its offset is kept in one row, set by the first process that starts with one."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from fab_app.jobs.clock import RealClock
from fab_app.store.tables import Tables

_NAME = "clock_ahead_seconds"


def clock_of(engine: sa.Engine, tables: Tables, ahead: timedelta | None) -> RealClock:
    """The clock that all processes of this database share; a process started without an offset resets it."""
    table = tables.platform("base_setting")
    with engine.begin() as connection:
        kept = connection.execute(sa.select(table.c.value).where(table.c.name == _NAME)).scalar()
        if ahead is None:
            if kept is not None:
                connection.execute(sa.delete(table).where(table.c.name == _NAME))
            return RealClock()
        if kept is not None and abs(float(kept) - ahead.total_seconds()) < 60:
            return RealClock(timedelta(seconds=float(kept)))
        connection.execute(sa.delete(table).where(table.c.name == _NAME))
        connection.execute(sa.insert(table).values(name=_NAME, value=str(ahead.total_seconds())))
    return RealClock(ahead)
