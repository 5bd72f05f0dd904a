"""Celery between machines: a message carries the uuid of a run, the table the truth."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError

from fab_app.config import ROOT
from fab_app.jobs import messages, tidying
from fab_app.jobs.messages import Messages, celery_of
from fab_app.jobs.outbox import enqueue
from tests.projects import Builder, Site

FILES = {"schema/shop/order.yaml": "label: 订单\nfields: {name: {type: text, label: 名称}}\n"}
BROKERS = {
    "redis": ("TEST_REDIS_URL", "redis://127.0.0.1:6379/15"),
    "rabbitmq": ("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
}


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> str:
    """A missing Redis fails under REQUIRE_SERVICES=1; RabbitMQ is tried where it is found."""
    variable, default = BROKERS[request.param]
    url = os.environ.get(variable, default)
    try:
        with Connection(url, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except (OSError, OperationalError) as error:
        if request.param == "redis" and os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(f"redis is not there: {error}")
        pytest.skip(f"{request.param} is not there: {error}")
    return url


@contextmanager
def worker(site: Site, broker: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "FAB_APP_HOME": str(site.here.settings.home),
        "FAB_APP_DATABASE_URL": site.here.settings.database_url,
        "FAB_APP_BROKER_URL": broker,
        "FAB_APP_SECRET_KEY": "s" * 40,
    }
    with (folder / "worker.log").open("wb") as log:
        command = [sys.executable, str(ROOT / "run.py"), "worker", "--threads", "2"]
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        yield process
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def asked(site: Site) -> str:
    with site.acting() as system_:
        return enqueue(system_.writer.session.execute, tidying.KIND, {}, portal="shop")


def ended(site: Site, uuid: str) -> dict[str, Any]:
    end = monotonic() + 60
    while monotonic() < end:
        row = next(row for row in site.platform("base_job_run") if row["uuid"] == uuid)
        if row["state"] == "done":
            return row
        sleep(0.05)
    raise AssertionError(row)


def test_worker_runs_what_it_is_told_and_what_no_message_told(
    project: Builder, broker: str, tmp_path: Path
) -> None:
    site = project(FILES)
    silent = asked(site)
    site.here.jobs.driver = Messages(celery_of(broker, site.engine))
    told = asked(site)
    with worker(site, broker, tmp_path) as process:
        assert {ended(site, silent)["worker"].split(":")[1], ended(site, told)["worker"].split(":")[1]} == {
            str(process.pid)
        }


def test_broker_that_is_away_costs_no_business(project: Builder) -> None:
    site = project(FILES)
    site.here.jobs.driver = driver = Messages(celery_of("redis://127.0.0.1:1/0", site.engine))
    begin = monotonic()
    uuids = [asked(site), asked(site)]
    assert {row["uuid"] for row in site.platform("base_job_run")} >= set(uuids)
    assert driver._silent > begin and messages.GRACE < 10
