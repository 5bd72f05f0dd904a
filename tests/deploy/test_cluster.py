"""Web processes and Celery workers on one PostgreSQL and one Redis are one installation; a worker may die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, build_opener

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.deploy.places import ROOT
from tests.deploy.test_processes import environment_of, gunicorn, tokened, url, wait
from tests.imports.books import book

__all__ = ["url"]
BROKER = os.environ.get("TEST_BROKER_URL", "redis://127.0.0.1:6379/14")
ROWS = 12_000
RUN = sa.text("select state, worker, attempts from base_job_run where kind = 'imports.run'")


@contextmanager
def worker(environment: dict[str, str], folder: Path, name: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / name).open("wb") as log:
        command = [sys.executable, "run.py", "worker", "--threads", "1"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def asked(address: str, headers: dict[str, str], path: str, body: bytes | None = None) -> Any:
    request = Request(f"{address}{path}", body, headers)
    try:
        return json.loads(build_opener().open(request, timeout=60).read())
    except HTTPError as refused:
        raise AssertionError(refused.read().decode()) from refused


def run_of(engine: sa.Engine, states: set[str], seconds: float) -> tuple[str, str, int]:
    """The run of the import as soon as it is in one of the states."""
    end = time.monotonic() + seconds
    row: Any = None
    while time.monotonic() < end:
        with engine.connect() as connection:
            row = connection.execute(RUN).first()
        if row is not None and row.state in states:
            return row.state, row.worker, row.attempts
        time.sleep(0.02)
    raise AssertionError(row)


def test_a_worker_dies_at_an_import_and_the_other_finishes_it_once(url: str, tmp_path: Path) -> None:
    environment = environment_of(tmp_path, url, FAB_APP_BROKER_URL=BROKER)
    engine = sa.create_engine(url)
    content = book(["text"], *([f"n{number}"] for number in range(ROWS)))
    with ExitStack() as stack:
        address, _ = stack.enter_context(gunicorn(environment, tmp_path))
        wait(address)
        workers = [stack.enter_context(worker(environment, tmp_path, f"worker{at}")) for at in range(2)]
        boundary, body = encode_multipart({"file": FileStorage(BytesIO(content), "notes.xlsx")})
        headers = tokened(address)
        batch = asked(
            address,
            {**headers, "Content-Type": f"multipart/form-data; boundary={boundary}"},
            "/api/v1/shop/note/import",
            body,
        )
        _, at_work, _ = run_of(engine, {"running"}, 60)
        killed = int(at_work.split(":")[1])
        assert killed in [process.pid for process in workers]
        os.kill(killed, signal.SIGKILL)
        assert run_of(engine, {"done", "failed"}, 150)[::2] == ("done", 2)
        after = asked(address, headers, f"/api/v1/shop/note/import/{batch['id']}")
        with engine.connect() as connection:
            stored = connection.execute(sa.text("select count(*), count(distinct text) from shop_note")).one()
        assert (after["state"], after["added"], *stored) == ("written", ROWS, ROWS, ROWS)
    engine.dispose()
