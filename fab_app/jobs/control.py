"""What people do to runs: stop them, and start those again that failed or were stopped. The caller commits."""

from __future__ import annotations

import sqlalchemy as sa

from fab_app.jobs.outbox import Execute, remember
from fab_app.jobs.runner import now
from fab_app.store.job_tables import RUN


def cancel(execute: Execute, uuid: str) -> bool:
    """A waiting run ends at once, a running one where its handler looks; False where it had ended already."""
    waiting = sa.update(RUN).where(RUN.c.uuid == uuid, RUN.c.state == "waiting")
    running = sa.update(RUN).where(RUN.c.uuid == uuid, RUN.c.state == "running")
    if execute(waiting.values(state="cancelled", ended_at=now())).rowcount == 1:
        return True
    return bool(execute(running.values(cancel_asked=1)).rowcount == 1)


def retry(execute: Execute, uuid: str) -> bool:
    """A run that failed or was cancelled starts anew, with all its attempts; False where it has not."""
    ended = sa.update(RUN).where(RUN.c.uuid == uuid, RUN.c.state.in_(("failed", "cancelled")))
    fresh = {"state": "waiting", "due_at": None, "ended_at": None, "error": None}
    again = execute(ended.values(**fresh, attempts=0, cancel_asked=0)).rowcount == 1
    if again:
        remember(execute, uuid)
    return bool(again)
