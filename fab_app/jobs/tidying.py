"""Old runs go: what is done or cancelled after a while, what failed after six times as long."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Final

import sqlalchemy as sa

from fab_app.jobs.run import Run
from fab_app.jobs.runner import Handler, now
from fab_app.jobs.schedules import Schedule
from fab_app.spec.timing import read_at
from fab_app.store.blobs import Blobs
from fab_app.store.job_tables import RUN

KIND: Final = "jobs.tidy"
_FAILED: Final = 6
_AT_ONCE: Final = 500


def tidy(days: int, blobs: Blobs, run: Run) -> None:
    """``days``: how long runs are kept that ended well. A run's key is free again when its row is gone, its file
    goes after it."""
    gone, limits = 0, {"done": days, "cancelled": days, "failed": days * _FAILED}
    for state, kept in limits.items():
        old = (RUN.c.state == state, RUN.c.ended_at < now() - timedelta(days=kept))
        while rows := run.session.execute(
            sa.select(RUN.c.id, RUN.c.result).where(*old).limit(_AT_ONCE)
        ).all():
            run.session.execute(sa.delete(RUN).where(RUN.c.id.in_([row.id for row in rows])))
            gone += len(rows)
            run.commit()
            blobs.delete(filter(None, (_file(row.result) for row in rows)))
            run.progress(gone, 0)
    run.finish(removed=gone)


def handler(days: int, blobs: Blobs) -> Handler:
    return partial(tidy, days, blobs)


def _file(result: str | None) -> str:
    """The key of the file that the run left; "" where it left none."""
    answer = json.loads(result) if result else {}
    return str(answer.get("file", {}).get("key", ""))


def schedule(portal: str, zone: str) -> Schedule:
    return Schedule(KIND, portal, read_at("03:30"), KIND, zone, title="Old runs are removed")
