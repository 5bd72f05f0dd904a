"""A run as its handler sees it: arguments, progress, a session in which work and end commit together."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from fab_app.store.blobs import Blobs
from fab_app.store.engine import WRITING
from fab_app.store.job_tables import RUN

LINES: Final = 200


class Cancelled(Exception):
    """Someone asked to stop, and what was not committed is rolled back."""


class Lost(Exception):
    """Another worker has taken the run over: nothing of ours may be stored any more."""


class Leaving(Exception):
    """This process is ending: the run goes back and is begun anew by another."""


class GiveUp(Exception):
    """Trying again would not help; the sentence is what the person reads."""


class Run:
    """One attempt at a run. A handler works in ``session``, and what it leaves uncommitted there is committed
    together with the run's end: it has happened exactly once, whatever dies when.

    A handler that commits on its way (``commit``) is begun anew after a crash and must find what it has done.
    """

    def __init__(self, row: Mapping[str, Any], worker: str, sessions: Callable[[], Session]) -> None:
        self.id: int = row["id"]
        self.uuid: str = row["uuid"]
        self.portal: str = row["portal"]
        self.kind: str = row["kind"]
        self.title: str = row["title"]
        self.subject: int = row["subject"]
        self.attempts: int = row["attempts"]
        self.arguments: dict[str, Any] = json.loads(row["arguments"])
        self.worker = worker
        self.result: dict[str, Any] = {}
        self.cancelled, self.lost, self.leaving = Event(), Event(), Event()
        self.dirty = False
        self.finished = False
        self._sessions = sessions
        self._session: Session | None = None
        self._progress: tuple[int, int, str] = (row["done"], row["total"], row["note"])
        self._lines: deque[str] = deque(row["log"].splitlines(), maxlen=LINES)

    @property
    def session(self) -> Session:
        """The run's session, open for writing (on SQLite it holds the one lock there is, so commit now and then)."""
        if self._session is None:
            self._session = self._sessions()
        if not self._session.in_transaction():
            self._session.connection(execution_options=WRITING)
        return self._session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session apart that locks nothing, for long reading."""
        session = self._sessions()
        try:
            yield session
        finally:
            session.close()

    def progress(self, done: int, total: int, note: str = "") -> None:
        """How far it is. Raises Cancelled, Lost or Leaving where it must stop: call it often, it costs nothing."""
        self._progress, self.dirty = (done, total, note[:200]), True
        self.check()

    def check(self) -> None:
        for event, stop in ((self.lost, Lost), (self.cancelled, Cancelled), (self.leaving, Leaving)):
            if event.is_set():
                raise stop

    def log(self, text: str) -> None:
        """A line for the page of the run; the last 200 are kept."""
        self._lines.append(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {' '.join(text.split())[:500]}")
        self.dirty = True

    def commit(self) -> None:
        """Commits what was done so far, if the run is still ours: raises Lost and stores nothing otherwise."""
        self._store(state="running")
        self.session.commit()

    def finish(self, **result: Any) -> None:
        """Commits the work and the run's end in one transaction; the handler returns after it."""
        now = datetime.now(UTC).replace(tzinfo=None)
        self.result |= result
        done, total, note = self._progress
        self._progress = (total if total else done, total, note)
        self._store(
            state="done", ended_at=now, error=None, result=json.dumps(self.result, ensure_ascii=False)
        )
        self.session.commit()
        self.finished = True

    @contextmanager
    def keeping(self, blobs: Blobs, content: bytes) -> Iterator[str]:
        """The key of the content, for ``finish(file=…)`` inside; forgotten again where the end is not stored."""
        key = blobs.put(content)
        try:
            yield key
        finally:
            if not self.finished:
                blobs.delete([key])

    def moving(self) -> dict[str, Any]:
        """The columns that move while it runs."""
        done, total, note = self._progress
        now = datetime.now(UTC).replace(tzinfo=None)
        return {
            "heartbeat_at": now,
            "done": done,
            "total": total,
            "note": note,
            "log": "\n".join(self._lines),
        }

    def ours(self, values: Mapping[str, Any]) -> sa.Update:
        """A change of the run's row that changes none if another worker has it."""
        mine = (
            RUN.c.id == self.id,
            RUN.c.state == "running",
            RUN.c.worker == self.worker,
            RUN.c.attempts == self.attempts,
        )
        return sa.update(RUN).where(*mine).values(**values)

    def close(self) -> None:
        """Gives the session back; what was not committed is rolled back."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _store(self, **values: Any) -> None:
        changed: Any = self.session.execute(self.ours({**self.moving(), **values}))
        if changed.rowcount != 1:
            raise Lost
