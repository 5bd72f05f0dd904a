"""Every night goes what nobody came back for: uploads that no record holds, answers kept for repeated requests,
pictures of the doors that were tried, failed logins of names that never succeed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from fab_app.jobs.schedules import Schedule
from fab_app.runtime.working import Work
from fab_app.spec.timing import read_at
from fab_app.store.files import sweep

KIND: Final = "files.sweep"
KEPT: Final = timedelta(days=1)
"""How long a form may stand open before its uploads go, and a request be repeated for the same answer."""
FAILED: Final = timedelta(days=2)
"""Longer than any lock looks back, which counts within a day and closes for a day."""


def run(work: Work) -> None:
    """A content goes after its row was committed: what a crash leaves is never a record without its file."""
    before, gone = work.world.clock.now() - KEPT, 0
    for name, kept in (("idempotency", KEPT), ("captcha", KEPT), ("login_failure", FAILED)):
        table = work.world.tables.platform(f"base_{name}")
        work.session.execute(sa.delete(table).where(table.c.at < work.world.clock.now() - kept))
    while keys := sweep(work.session.connection(), before):
        work.run.commit()
        work.world.blobs.delete(keys)
        gone += len(keys)
        work.run.progress(gone, 0)
    work.run.finish(removed=gone)


def schedule(portal: str, zone: str) -> Schedule:
    return Schedule(KIND, portal, read_at("03:40"), KIND, zone, title="Uploads that nobody used are removed")
