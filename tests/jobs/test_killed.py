"""Workers are killed where it hurts, again and again: nothing is lost, nothing happens twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from fab_app.config import ROOT
from fab_app.jobs.runner import Runner
from fab_app.jobs.schedules import Schedule
from fab_app.spec.timing import read_every
from fab_app.store.job_tables import RUN, SCHEDULE
from tests.jobs.bench import Bench
from tests.jobs.slaughter import PACE, post

KILLS = {"sqlite": 110, "postgresql": 110, "mariadb": 40}


class Slaughter:
    """A process that forks workers of one database."""

    def __init__(self, url: str) -> None:
        command = [sys.executable, "-m", "tests.jobs.slaughter", url]
        self.url, pipe = url, subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)

    def worker(self) -> int:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{self.url}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def slaughter(bench: Bench) -> Iterator[Slaughter]:
    found = Slaughter(bench.engine.url.render_as_string(hide_password=False))
    yield found
    found.close()


def kill(number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)


def drained(bench: Bench) -> None:
    runner = Runner(bench.engine, bench.sessions, bench.clock, {"work": post}, PACE)
    end = time.monotonic() + 30
    while set(bench.states()) != {"done"} and time.monotonic() < end:
        runner.sweep()
        while runner.one():
            pass
        time.sleep(0.05)


def awaited(bench: Bench, number: int) -> None:
    """Until the worker holds a run, or nothing is left to do: on a busy machine most would die before they began."""
    held = sa.select(RUN.c.id).where(RUN.c.state == "running", RUN.c.worker.contains(f":{number}:"))
    left = sa.select(RUN.c.id).where(RUN.c.state != "done")
    end = time.monotonic() + 5
    with bench.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.scalar(held.limit(1)) is None and time.monotonic() < end:
            if connection.scalar(left.limit(1)) is None:
                return
            time.sleep(0.001)


def test_killed_workers_lose_nothing_and_double_nothing(
    bench: Bench, slaughter: Slaughter, database: str
) -> None:
    chance, asked, beside = random.Random(20261127), [], slaughter.worker()
    minutely = bench.schedules(Schedule("shop.minutely", "shop", read_every("minute"), "work"))
    minutely.tick()
    first = minutely_at(bench)
    for turn in range(KILLS[database] - 1):
        asked += [bench.ask(arguments={"follow": True}) for _ in range(2)]
        number = slaughter.worker()
        if turn % 2:
            awaited(bench, beside)
        else:
            time.sleep(chance.uniform(0.001, 0.03))
        kill(beside)  # the elder of two that work side by side
        beside = number
    kill(beside)
    drained(bench)
    fired = (minutely_at(bench) - first) // timedelta(minutes=1)
    entries = Counter(bench.entries())
    assert set(entries.values()) == {1} and set(bench.states()) == {"done"}
    assert len(entries) == len(bench.states()) == 2 * len(asked) + fired and set(asked) <= set(entries)
    assert hit(bench) > KILLS[database] // 50, "the kills hit no run that was under way"


def minutely_at(bench: Bench):  # type: ignore[no-untyped-def]
    with bench.engine.connect() as connection:
        return connection.scalar(sa.select(SCHEDULE.c.next_at))


def hit(bench: Bench) -> int:
    with bench.engine.connect() as connection:
        return int(connection.scalar(sa.select(sa.func.sum(RUN.c.attempts - 1))) or 0)
