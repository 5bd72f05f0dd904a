"""Runs what is due: claimed by compare-and-set, watched by a heartbeat, tried again, taken over from the dead.

Any number of runners in any number of processes may share one database. A run is one row; whoever changes it
from waiting to running has it, and every later change names worker and attempt, so a runner that was thought
dead stores nothing. Between a claim and the end of a run a crash loses only what the handler had not committed.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any, Final, Protocol
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from fab_app.core.problems import Refused
from fab_app.core.words import said
from fab_app.jobs.run import Cancelled, GiveUp, Leaving, Lost, Run
from fab_app.store.engine import writing
from fab_app.store.job_tables import RUN

Handler = Callable[[Run], None]
log = logging.getLogger(__name__)
_LOOK_AT: Final = 8
_WRONG: Final = (
    "Something went wrong on our side (error {number}). Please quote the number when you report this."
)


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. ``stale``: a run whose heartbeat is older is taken over. ``attempts``: how often an error is
    tried again; ``lives``: how often a run may die with its worker. ``wait`` grows threefold with each attempt."""

    look: float = 0.5
    beat: float = 5.0
    stale: float = 30.0
    wait: float = 10.0
    longest: float = 3600.0
    attempts: int = 5
    lives: int = 20

    def wait_after(self, attempts: int) -> timedelta:
        return timedelta(seconds=min(self.wait * 3 ** (attempts - 1), self.longest))


@dataclass
class Runner:
    """``handlers``: what does the work, by kind; runs of other kinds are left to processes that know them.

    ``grace``: seconds that ``one`` leaves a new run to those who are told of it by message.
    """

    engine: sa.Engine
    sessions: Callable[[], Session]
    clock: Clock
    handlers: Mapping[str, Handler]
    pace: Pace = field(default_factory=Pace)
    worker: str = field(default_factory=lambda: f"{socket.gethostname()[:60]}:{os.getpid()}")
    leaving: Event = field(default_factory=Event)
    grace: float = 0.0

    def one(self) -> bool:
        """Runs the first run that is due, if any, to its end; False where nothing was to do."""
        run = self._claim(RUN.c.created_at <= now() - timedelta(seconds=self.grace))
        if run is not None:
            self._work(run)
        return run is not None

    def by_uuid(self, uuid: str) -> bool:
        """Runs this one, if it is due and nobody else has it."""
        run = self._claim(RUN.c.uuid == uuid)
        if run is not None:
            self._work(run)
        return run is not None

    def sweep(self) -> int:
        """Gives runs back whose worker shows no sign of life; the number of them."""
        dead = now() - timedelta(seconds=self.pace.stale)
        stale = sa.select(RUN).where(RUN.c.state == "running", RUN.c.heartbeat_at < dead)
        with self.engine.connect() as connection:
            found = [dict(row) for row in connection.execute(stale).mappings()]
        return sum(self._bury(row) for row in found)

    # --- claiming ----------------------------------------------------------------------------

    def _claim(self, *which: Any) -> Run | None:
        due = sa.or_(RUN.c.due_at.is_(None), RUN.c.due_at <= self.clock.now())
        known = RUN.c.kind.in_(sorted(self.handlers))
        waiting = sa.select(RUN).where(RUN.c.state == "waiting", due, known, *which).order_by(RUN.c.id)
        with self.engine.connect() as connection:
            found = [dict(row) for row in connection.execute(waiting.limit(_LOOK_AT)).mappings()]
        for row in found:
            worker = f"{self.worker}:{uuid4().hex[:8]}"
            if self._take(row, worker):
                return Run({**row, "attempts": row["attempts"] + 1}, worker, self.sessions)
        return None

    def _take(self, row: Mapping[str, Any], worker: str) -> bool:
        at = now()
        still = (RUN.c.id == row["id"], RUN.c.state == "waiting", RUN.c.attempts == row["attempts"])
        values = {"state": "running", "worker": worker, "attempts": row["attempts"] + 1}
        moments = {"started_at": at, "heartbeat_at": at, "ended_at": None}
        return self._change(sa.update(RUN).where(*still).values(**values, **moments, error=None))

    def _bury(self, row: Mapping[str, Any]) -> bool:
        kept = (RUN.c.worker == row["worker"], RUN.c.heartbeat_at == row["heartbeat_at"])
        still = (RUN.c.id == row["id"], RUN.c.state == "running", RUN.c.attempts == row["attempts"], *kept)
        values: dict[str, Any] = {"state": "waiting", "due_at": None}
        if row["cancel_asked"]:
            values = {"state": "cancelled", "ended_at": now()}
        elif row["attempts"] >= self.pace.lives:
            language = json.loads(row["arguments"]).get("locale", "zh")
            error = said(
                language, "It was begun {times} times and never came to its end", times=row["attempts"]
            )
            values = {"state": "failed", "ended_at": now(), "error": error}
        if not self._change(sa.update(RUN).where(*still).values(**values)):
            return False
        log.warning("run %s of %s: worker %s is gone", row["uuid"], row["kind"], row["worker"])
        return True

    # --- working -----------------------------------------------------------------------------

    def _work(self, run: Run) -> None:
        run.leaving = self.leaving
        heart = Heart(run, self.engine, self.pace)
        heart.start()
        try:
            self.handlers[run.kind](run)
            if not run.finished:
                run.finish()
        except Lost:
            log.warning("run %s was taken over by another worker", run.uuid)
        except Cancelled:
            self._end(run, state="cancelled", ended_at=now())
        except Leaving:
            self._end(run, state="waiting", attempts=run.attempts - 1)
        except (GiveUp, Refused) as refusal:
            self._end(run, state="failed", ended_at=now(), error=str(refusal))
        except Exception:
            number = secrets.token_hex(4).upper()
            log.exception("error %s: run %s of %s, attempt %s", number, run.uuid, run.kind, run.attempts)
            self._failed(run, number)
        finally:
            run.close()
            heart.stop()

    def _failed(self, run: Run, number: str) -> None:
        """People read a number of the log: what an error says of itself may hold statements and values of rows."""
        text = said(run.arguments.get("locale", "zh"), _WRONG, number=number)
        if run.attempts >= self.pace.attempts:
            self._end(run, state="failed", ended_at=now(), error=text)
        else:
            again = self.clock.now() + self.pace.wait_after(run.attempts)
            self._end(run, state="waiting", due_at=again, error=text)

    def _end(self, run: Run, **values: Any) -> None:
        run.close()
        self._change(run.ours({**run.moving(), **values}))

    def _change(self, statement: sa.Update) -> bool:
        with writing(self.engine) as connection:
            return connection.execute(statement).rowcount == 1


class Heart(Thread):
    """Says that the run's worker is alive, carries progress and log, and hears whether the run shall stop."""

    def __init__(self, run: Run, engine: sa.Engine, pace: Pace) -> None:
        super().__init__(name=f"heart of {run.uuid}", daemon=True)
        self.run_, self.engine, self.pace, self.over = run, engine, pace, Event()

    def run(self) -> None:
        waited = 0.0
        while not self.over.wait(self.pace.look):
            waited += self.pace.look
            if self.run_.dirty or waited >= self.pace.beat:
                waited = 0.0
                self._beat()

    def stop(self) -> None:
        self.over.set()
        self.join()

    def _beat(self) -> None:
        run, self.run_.dirty = self.run_, False
        asked = sa.select(RUN.c.cancel_asked).where(RUN.c.id == run.id)
        try:
            with writing(self.engine) as connection:
                ours = connection.execute(run.ours(run.moving())).rowcount == 1
                cancelled = bool(connection.scalar(asked))
        except OperationalError as busy:  # the database is locked or away: the next beat tries again
            log.warning("heartbeat of run %s: %s", run.uuid, busy.orig)
            return
        if not ours and not run.finished:
            run.lost.set()
        elif cancelled:
            run.cancelled.set()


def now() -> datetime:
    """The machine's time: a demo clock that is set off must bury no living worker."""
    return datetime.now(UTC).replace(tzinfo=None)
