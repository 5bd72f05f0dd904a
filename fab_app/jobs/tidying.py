"""Old runs go: what is done or cancelled after a while, what failed after six times as long."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

import sqlalchemy as sa

from fab_app.jobs.run import Run
from fab_app.jobs.runner import Handler, now
from fab_app.jobs.schedules import Schedule
from fab_app.spec.timing import read_at
from fab_app.store.job_tables import RUN

KIND: Final = "jobs.tidy"
_FAILED: Final = 6
_AT_ONCE: Final = 500


def tidy(days: int, run: Run) -> None:
    """``days``: how long runs are kept that ended well. A run's key is free again when its row is gone."""
    gone, limits = 0, {"done": days, "cancelled": days, "failed": days * _FAILED}
    for state, kept in limits.items():
        old = (RUN.c.state == state, RUN.c.ended_at < now() - timedelta(days=kept))
        while ids := list(run.session.scalars(sa.select(RUN.c.id).where(*old).limit(_AT_ONCE))):
            run.session.execute(sa.delete(RUN).where(RUN.c.id.in_(ids)))
            gone += len(ids)
            run.commit()
            run.progress(gone, 0)
    run.finish(removed=gone)


def handler(days: int) -> Handler:
    return partial(tidy, days)


def schedule(portal: str, zone: str) -> Schedule:
    return Schedule(KIND, portal, read_at("03:30"), KIND, zone, title="Old runs are removed")
