"""The driver for several machines: Celery carries the uuid of a run over Redis or RabbitMQ, and nothing else.

A message that is lost, doubled or late does no harm: the worker claims the run in the table or leaves it, and one
thread of each worker looks into the table for runs of which no message came.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Final

import sqlalchemy as sa
from celery import Celery
from kombu.exceptions import OperationalError

from fab_app.jobs.service import Jobs
from fab_app.jobs.threads import Threads

TASK: Final = "fab_app.run"
GRACE: Final = 5.0
"""Seconds that a message may take before the table is believed to have been forgotten."""

_SILENCE: Final = 10.0
log = logging.getLogger(__name__)


def celery_of(broker: str, engine: sa.Engine) -> Celery:
    """The queue is named after the database, so that several installations may share a broker."""
    name = hashlib.sha256(str(engine.url.database).encode()).hexdigest()[:8]
    app = Celery("fab_app", broker=broker, set_as_current=False)
    app.conf.update(
        task_default_queue=f"fab_app.{name}",
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        broker_connection_timeout=2,
        broker_connection_retry_on_startup=True,
    )
    return app


@dataclass
class Messages:
    """Sends word of runs. A broker that is away is asked again after ten seconds; the table keeps what is to do."""

    celery: Celery
    _silent: float = field(default=0.0)

    def start(self) -> None:
        return

    def stop(self) -> None:
        return

    def wake(self, uuids: list[str]) -> None:
        if monotonic() < self._silent:
            return
        try:
            for uuid in uuids:
                self.celery.send_task(TASK, args=[uuid], retry=False)
        except OperationalError as away:
            self._silent = monotonic() + _SILENCE
            log.warning("the broker of the jobs is away: %s", away)


def work(jobs: Jobs, celery: Celery, threads: int) -> None:
    """Serves messages until the process is told to end; blocks."""

    def carry(uuid: str) -> bool:
        return bool(jobs.runner.by_uuid(uuid))

    celery.task(carry, name=TASK)
    forgotten = Threads(replace(jobs.runner, grace=GRACE), jobs.keep, 1)
    forgotten.start()
    options: dict[str, Any] = {
        "pool": "threads",
        "concurrency": threads,
        "loglevel": "WARNING",
        "quiet": True,
    }
    try:
        celery.Worker(without_gossip=True, without_mingle=True, **options).start()
    finally:
        forgotten.stop()
