"""Workers that are going to be killed, forked from a process that has imported everything: kills hit the work."""

from __future__ import annotations

import os
import signal
import sys
import time

import sqlalchemy as sa
from sqlalchemy.orm import sessionmaker

from fab_app.jobs.clock import RealClock
from fab_app.jobs.outbox import enqueue
from fab_app.jobs.run import Run
from fab_app.jobs.runner import Pace, Runner
from fab_app.jobs.schedules import Schedule, Schedules
from fab_app.spec.timing import read_every
from fab_app.store.engine import make_engine
from fab_app.store.job_tables import RUN
from tests.jobs.bench import ENTRY

PACE = Pace(look=0.02, beat=0.1, stale=0.4, lives=10_000, wait=0.0)


def post(run: Run) -> None:
    """An entry, and for the first runs another run: both or neither, with the end of this one."""
    run.session.execute(sa.insert(ENTRY).values(of=run.uuid))
    if run.arguments.get("follow"):
        enqueue(run.session.execute, "work", {}, portal="shop", key=f"after {run.uuid}")
    time.sleep(0.002)


def work(url: str) -> None:
    engine = make_engine(url)
    runner = Runner(engine, sessionmaker(engine), RealClock(), {"work": post}, PACE)
    schedules = Schedules(engine, RealClock())
    schedules.register(Schedule("shop.minutely", "shop", read_every("minute"), "work"))
    runner.sweep()
    print(os.getpid(), flush=True)
    while True:
        runner.sweep()
        schedules.tick()
        while runner.one():
            pass
        time.sleep(0.005)


def main() -> None:
    """Each line of the input is a database; for each a worker is forked, which tells its number when it begins."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    warm = make_engine(sys.argv[1])  # drivers and dialects are imported once, before the forks
    with warm.connect() as connection:
        connection.execute(sa.select(RUN).limit(1))
    warm.dispose()
    for line in sys.stdin:
        if not os.fork():
            work(line.strip())


if __name__ == "__main__":
    main()
