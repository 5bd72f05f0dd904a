"""What runs by the clock: a row a schedule, advanced by compare-and-set, so that many processes fire it once.

The run is written in the transaction that advances the schedule. After a time without any process a schedule
fires once for all that it missed, or once for each where it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from fab_app.jobs.outbox import InsertOnce, enqueue
from fab_app.spec.timing import When
from fab_app.store.engine import writing
from fab_app.store.job_tables import SCHEDULE


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """``name`` is unique over all portals. The run's argument ``due`` is the time it stands for (ISO, UTC).

    ``follows``: the schedule whose missed time it catches up with when it begins.
    """

    name: str
    portal: str
    when: When
    kind: str
    zone: str = "Asia/Shanghai"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    each: bool = False
    follows: str = ""


@dataclass
class Schedules:
    engine: sa.Engine
    clock: Clock
    known: dict[str, Schedule] = field(default_factory=dict)
    _begun: frozenset[str] = frozenset()

    def register(self, *schedules: Schedule) -> None:
        """Before the first tick or after it; what is registered again replaces what was."""
        self.known |= {schedule.name: schedule for schedule in schedules}

    def due(self, now: datetime) -> list[tuple[str, datetime]]:
        """The known schedules whose time has come, with that time."""
        where = (SCHEDULE.c.next_at <= now, SCHEDULE.c.state == "on")
        asked = sa.select(SCHEDULE.c.name, SCHEDULE.c.next_at).where(*where).order_by(SCHEDULE.c.next_at)
        with self.engine.connect() as connection:
            return [(name, at) for name, at in connection.execute(asked) if name in self.known]

    def tick(self) -> int:
        """Fires what is due; the number of runs made by this call. Safe in any number of processes at once."""
        if not self.known:
            return 0
        now = self.clock.now()
        if self._begun != frozenset(self.known):
            self._begin(self.known.values(), now)
        fired = 0
        while found := self.due(now):
            fired += sum(self._fire(self.known[name], at, now) for name, at in found)
        return fired

    def _fire(self, schedule: Schedule, at: datetime, now: datetime) -> bool:
        following = schedule.when.after(at if schedule.each else now, schedule.zone)
        still = (SCHEDULE.c.name == schedule.name, SCHEDULE.c.next_at == at, SCHEDULE.c.state == "on")
        advance = sa.update(SCHEDULE).where(*still).values(next_at=following, last_at=at)
        with writing(self.engine) as connection:
            if connection.execute(advance).rowcount != 1:
                return False
            enqueue(
                connection.execute,
                schedule.kind,
                {**schedule.arguments, "due": at.isoformat()},
                portal=schedule.portal,
                key=f"{schedule.name}@{at.isoformat()}",
                title=schedule.title,
            )
        return True

    def _begin(self, schedules: Iterable[Schedule], now: datetime) -> None:
        """A row for each. What lies ahead is set anew, for the definition or the demo clock may have changed;
        what was missed stays, to be caught up with."""
        with writing(self.engine) as connection:
            kept = {row.name: row.next_at for row in connection.execute(sa.select(SCHEDULE))}
            for schedule in schedules:
                following = schedule.when.after(now, schedule.zone)
                missed = kept.get(schedule.follows, following)
                row = {"name": schedule.name, "next_at": min(missed, following), "state": "on"}
                if schedule.name not in kept:
                    connection.execute(InsertOnce(SCHEDULE).values(row).inline())
                elif kept[schedule.name] > now and kept[schedule.name] != following:
                    ahead = (SCHEDULE.c.name == schedule.name, SCHEDULE.c.next_at == kept[schedule.name])
                    connection.execute(sa.update(SCHEDULE).where(*ahead).values(next_at=following))
        self._begun = frozenset(self.known)
