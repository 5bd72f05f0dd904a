"""The commands of background work: a look, a push, a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
import sqlalchemy as sa

from fab_app.cli import FINE, PROBLEMS, USAGE, main
from fab_app.config import ROOT
from fab_app.jobs import tidying
from fab_app.jobs.outbox import enqueue
from fab_app.store.engine import make_engine
from fab_app.store.job_tables import RUN
from tests.projects import write_home

FILES = {"schema/shop/order.yaml": "label: 订单\nfields: {name: {type: text, label: 名称}}\n"}


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The database of a home that the environment names and that has been served once."""
    home = write_home(tmp_path / "home", FILES)
    for name in [name for name in os.environ if name.startswith("FAB_APP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FAB_APP_HOME", str(home))
    assert main(["jobs"]) == FINE
    made = make_engine(f"sqlite:///{home / 'instance' / 'fab_app.sqlite'}")
    yield made
    made.dispose()


def asked(engine: sa.Engine) -> str:
    with engine.begin() as connection:
        return enqueue(connection.execute, tidying.KIND, {}, portal="shop", title="tidying")


def state(engine: sa.Engine, uuid: str) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(sa.select(RUN.c.state).where(RUN.c.uuid == uuid)))


def test_what_is_due_is_run_and_listed(engine: sa.Engine, capsys: pytest.CaptureFixture[str]) -> None:
    uuid = asked(engine)
    assert (main(["jobs", "run"]), state(engine, uuid)) == (FINE, "done")
    assert main(["jobs"]) == FINE
    assert f"{uuid}  done" in capsys.readouterr().out


def test_runs_are_cancelled_and_tried_again_by_their_uuid(engine: sa.Engine) -> None:
    uuid = asked(engine)
    assert (main(["jobs", "cancel", uuid]), state(engine, uuid)) == (FINE, "cancelled")
    assert (main(["jobs", "cancel", uuid]), main(["jobs", "retry", "nosuch"])) == (PROBLEMS, PROBLEMS)
    assert (main(["jobs", "retry", uuid]), state(engine, uuid)) == (FINE, "waiting")
    assert (main(["jobs", "run", uuid]), state(engine, uuid)) == (FINE, "done")


def test_failed_runs_make_the_status_say_so(engine: sa.Engine) -> None:
    uuid = asked(engine)
    with engine.begin() as connection:
        connection.execute(sa.update(RUN).where(RUN.c.uuid == uuid).values(state="failed", error="broken"))
    statuses = [main(["jobs", "--state", word]) for word in ("failed", "done", "nosuch")]
    assert (statuses, main(["jobs", "push"])) == ([PROBLEMS, FINE, PROBLEMS], USAGE)


def test_process_of_its_own_runs_what_comes_and_ends_when_told(engine: sa.Engine) -> None:
    command = [sys.executable, str(ROOT / "run.py"), "worker", "--threads", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None and process.stdout.readline().startswith(b"running background work")
    uuid, end = asked(engine), monotonic() + 30
    while state(engine, uuid) != "done" and monotonic() < end:
        sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert (state(engine, uuid), process.wait(20)) == ("done", 0)
