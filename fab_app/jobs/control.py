"""What people do to runs: stop them, and start those again that failed or were stopped."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from fab_app.jobs.runner import now
from fab_app.store.engine import writing
from fab_app.store.job_tables import RUN


def cancel(engine: sa.Engine, uuid: str) -> bool:
    """A waiting run ends at once, a running one where its handler looks; False where it had ended already."""
    waiting = sa.update(RUN).where(RUN.c.uuid == uuid, RUN.c.state == "waiting")
    running = sa.update(RUN).where(RUN.c.uuid == uuid, RUN.c.state == "running")
    with writing(engine) as connection:
        if _changed(connection, waiting.values(state="cancelled", ended_at=now())):
            return True
        return _changed(connection, running.values(cancel_asked=1))


def retry(engine: sa.Engine, uuid: str) -> bool:
    """A run that failed or was cancelled starts anew, with all its attempts; False where it has not."""
    ended = sa.update(RUN).where(RUN.c.uuid == uuid, RUN.c.state.in_(("failed", "cancelled")))
    fresh = {
        "state": "waiting",
        "attempts": 0,
        "due_at": None,
        "ended_at": None,
        "cancel_asked": 0,
        "error": None,
    }
    with writing(engine) as connection:
        return _changed(connection, ended.values(fresh))


def _changed(connection: sa.Connection, statement: Any) -> bool:
    return connection.execute(statement).rowcount == 1
