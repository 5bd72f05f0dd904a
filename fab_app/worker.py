"""The commands of background work: a process that does nothing else, and a look at what there is to do."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, Any

from fab_app.config import Settings
from fab_app.core.problems import Refused

if TYPE_CHECKING:
    from fab_app.jobs.service import Jobs

STEPS = ("list", "run", "cancel", "retry")


def add_to(commands: Any, add: Callable[..., argparse.ArgumentParser]) -> None:
    example = "FAB_APP_BROKER_URL=redis://127.0.0.1/1 python run.py worker --threads 4"
    added = add(commands, work, "worker", "run background work, and nothing else", example)
    added.add_argument("--threads", type=int, default=4, metavar="N", help="default: 4")
    help_ = "list background work, run what is due, cancel or retry"
    added = add(commands, look, "jobs", help_, "python run.py jobs; python run.py jobs retry UUID")
    added.add_argument("step", nargs="?", default="list", choices=STEPS)
    added.add_argument("uuid", nargs="?", default="", help="run without one runs everything that is due")
    added.add_argument("--state", help="list only these: waiting, running, done, failed or cancelled")
    added.add_argument("--most", type=int, default=20, metavar="N", help="list the newest N (20)")


def work(settings: Settings, given: argparse.Namespace) -> int:
    """Blocks until the process is told to end; runs that look at their progress are given back then."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    jobs = _jobs(settings)
    print(f"running background work of {settings.home}", flush=True)
    if settings.broker_url:
        from fab_app.jobs.messages import celery_of, work

        work(jobs, celery_of(settings.broker_url, jobs.runner.engine), given.threads)
        return 0
    from fab_app.jobs.threads import Threads

    jobs.driver, over = Threads(jobs.runner, jobs.keep, given.threads), Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: over.set())
    jobs.driver.start()
    over.wait()
    jobs.driver.stop()
    return 0


def look(settings: Settings, given: argparse.Namespace) -> int:
    jobs = _jobs(settings)
    if given.step == "list":
        return _list(jobs, given.state, given.most)
    if given.step == "run":
        count = int(jobs.runner.by_uuid(given.uuid)) if given.uuid else jobs.drain()
        print(f"{count} run")
        return 0
    from fab_app.jobs import control
    from fab_app.store.engine import writing

    with writing(jobs.runner.engine) as connection:
        step = control.cancel if given.step == "cancel" else control.retry
        if not step(connection.execute, given.uuid):
            raise Refused(f"there is no run '{given.uuid}' that one could {given.step}")
    return 0


def _list(jobs: Jobs, state: str | None, most: int) -> int:
    """Each run on a line; the exit status says whether one of them failed."""
    from fab_app.jobs.looking import TABS, Whose, runs

    with jobs.runner.engine.connect() as connection:
        found = runs(connection.execute, Whose(), "all", 0, most if state is None else 1_000)
    shown = [run for run in found if state in (None, run.state)][:most]
    if state is not None and state not in TABS["all"]:
        raise Refused(f"'{state}' is not a state: {', '.join(TABS['all'])}")
    for run in shown:
        how = f"{run.done}/{run.total}" if run.total else "-"
        told = " ".join((run.error or run.note or run.title).split())
        print(
            f"{run.uuid}  {run.state:9}  {run.created_at:%Y-%m-%d %H:%M}  {run.portal}/{run.kind}  {how}  {told}"
        )
    if not shown:
        print("no background work", file=sys.stderr)
    return int(any(run.state == "failed" for run in shown))


def _jobs(settings: Settings) -> Jobs:
    """The application's jobs, with nothing that runs by itself beside what is asked for."""
    from fab_app import create_app

    found: Jobs = create_app(replace(settings, workers=0)).extensions["fab_app"].jobs
    return found
