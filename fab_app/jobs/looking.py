"""Runs as people look at them: one's own, or all of a portal for who may."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from fab_app.jobs.outbox import Execute
from fab_app.store.job_tables import RUN

ALIVE: Final = ("waiting", "running")
TABS: Final[Mapping[str, tuple[str, ...]]] = {
    "all": (*ALIVE, "done", "failed", "cancelled"),
    "alive": ALIVE,
    "failed": ("failed",),
    "done": ("done",),
}


@dataclass(frozen=True, slots=True)
class Whose:
    """``portal`` "" is every portal; ``subject`` 0 is everybody."""

    portal: str = ""
    subject: int = 0

    @property
    def where(self) -> list[Any]:
        found: list[Any] = [RUN.c.portal == self.portal] if self.portal else []
        return [*found, RUN.c.subject == self.subject] if self.subject else found


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as it stands. Moments are naive UTC of the machine's clock, ``due_at`` of the application's."""

    uuid: str
    portal: str
    kind: str
    title: str
    subject: int
    state: str
    attempts: int
    due_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancel_asked: int
    done: int
    total: int
    note: str
    log: str
    error: str | None
    result: str | None

    @property
    def percent(self) -> int | None:
        """None where it is not known how much there is to do."""
        return min(100 * self.done // self.total, 100) if self.total else None

    @property
    def answer(self) -> dict[str, Any]:
        """What the handler finished with: ``url`` and ``label`` lead to the fruit, ``text`` says it."""
        found: dict[str, Any] = json.loads(self.result) if self.result else {}
        return {name: value for name, value in found.items() if name != "file"}

    @property
    def file(self) -> Mapping[str, str] | None:
        """The file that the handler finished with: ``key`` of its content, ``name`` and ``mime``."""
        found: dict[str, Any] = json.loads(self.result) if self.result else {}
        return found.get("file") if self.state == "done" else None


_COLUMNS: Final = [RUN.c[name] for name in Seen.__slots__]


def runs(execute: Execute, whose: Whose, tab: str, page: int, size: int) -> list[Seen]:
    """The newest first."""
    asked = sa.select(*_COLUMNS).where(*whose.where, RUN.c.state.in_(TABS[tab])).order_by(RUN.c.id.desc())
    return [Seen(*row) for row in execute(asked.limit(size).offset(page * size))]


def one(execute: Execute, whose: Whose, uuid: str) -> Seen | None:
    row = execute(sa.select(*_COLUMNS).where(*whose.where, RUN.c.uuid == uuid)).first()
    return Seen(*row) if row is not None else None


def counts(execute: Execute, whose: Whose) -> dict[str, int]:
    """How many runs each tab has."""
    asked = sa.select(RUN.c.state, sa.func.count()).where(*whose.where).group_by(RUN.c.state)
    by_state = dict(execute(asked).all())
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in TABS.items()}
