"""The driver that needs nothing: a few threads in the serving process."""

from __future__ import annotations

import atexit
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread
from time import monotonic
from typing import Final

from sqlalchemy.exc import DBAPIError

from fab_app.jobs.runner import Runner

log = logging.getLogger(__name__)
_PATIENCE: Final = 10.0


@dataclass
class Threads:
    """Starts at its first use in a process (also after a fork), ends with it.

    ``keep``: what one of the threads does between runs: schedules and the sweeper.
    """

    runner: Runner
    keep: Callable[[], None]
    count: int
    poll: float = 1.0
    _pid: int = 0
    _threads: list[Thread] = field(default_factory=list)
    _starting: Lock = field(default_factory=Lock)
    _bell: Condition = field(default_factory=Condition)
    _rung: int = 0

    def start(self) -> None:
        if self._pid == os.getpid():
            return
        with self._starting:
            if self._pid == os.getpid() or not self.count:
                return
            self._threads = [Thread(target=self._loop, args=(n,), daemon=True) for n in range(self.count)]
            for thread in self._threads:
                thread.start()
            self._pid = os.getpid()
            atexit.register(self.stop)

    def wake(self, uuids: list[str]) -> None:
        self.start()
        with self._bell:
            self._rung += 1
            self._bell.notify_all()

    def stop(self) -> None:
        """No new runs; those that look at their progress go back to the table, others are waited for a while."""
        self.runner.leaving.set()
        with self._bell:
            self._bell.notify_all()
        end = monotonic() + _PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))

    def _loop(self, number: int) -> None:
        """The first thread keeps the house and looks often; the others look seldom and are woken."""
        heard, wait = 0, self.poll if number == 0 else 10 * self.poll
        while not self.runner.leaving.is_set():
            heard = self._rung
            try:
                if number == 0:
                    self.keep()
                while not self.runner.leaving.is_set() and self.runner.one():
                    if number == 0:
                        self.keep()
            except DBAPIError as away:  # the database is away or busy; the table keeps what is to do
                log.warning("jobs: %s", away.orig)
            with self._bell:
                if self._rung == heard and not self.runner.leaving.is_set():
                    self._bell.wait(wait)
