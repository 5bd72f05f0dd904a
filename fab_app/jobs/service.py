"""What one application knows of its jobs: the runner, the schedules, the driver that carries runs to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Protocol

from fab_app.jobs.runner import Runner
from fab_app.jobs.schedules import Schedules


class Driver(Protocol):
    """Carries runs to a runner. The tables own the truth: a driver that loses word of a run only delays it."""

    def start(self) -> None: ...

    def wake(self, uuids: list[str]) -> None: ...

    def stop(self) -> None: ...


@dataclass
class Nobody:
    """In this process nothing runs by itself."""

    def start(self) -> None:
        return

    def wake(self, uuids: list[str]) -> None:
        return

    def stop(self) -> None:
        return


@dataclass
class Jobs:
    runner: Runner
    schedules: Schedules
    driver: Driver = field(default_factory=Nobody)
    _swept: float = 0.0
    _keeping: Lock = field(default_factory=Lock)

    def keep(self) -> None:
        """What some process must do now and then: fire schedules, take over from the dead. One thread at a time."""
        if not self._keeping.acquire(blocking=False):
            return
        try:
            self.schedules.tick()
            if monotonic() - self._swept > self.runner.pace.stale / 3:
                self._swept = monotonic()
                self.runner.sweep()
        finally:
            self._keeping.release()

    def drain(self) -> int:
        """Runs everything that is due, here and now, and what comes of it; the number of runs."""
        count = 0
        self.keep()
        while self.runner.one():
            count += 1
            self.keep()
        return count
