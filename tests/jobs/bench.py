"""A database with the tables of runs, and one of business that handlers post to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from fab_app.jobs.clock import RealClock
from fab_app.jobs.outbox import enqueue
from fab_app.jobs.run import Run
from fab_app.jobs.runner import Handler, Pace, Runner
from fab_app.jobs.schedules import Schedule, Schedules
from fab_app.store.engine import writing
from fab_app.store.job_tables import RUN, job_tables

ENTRY = sa.Table(
    "entry", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("of", sa.String(36))
)


@dataclass
class Bench:
    """A database with the tables of runs and one of business."""

    engine: sa.Engine
    clock: RealClock = field(default_factory=RealClock)

    def __post_init__(self) -> None:
        metadata = sa.MetaData()
        job_tables(metadata)
        ENTRY.to_metadata(metadata)
        metadata.create_all(self.engine)
        self.sessions: sessionmaker[Session] = sessionmaker(self.engine)

    def ask(self, kind: str = "work", **options: Any) -> str:
        with self.sessions.begin() as session:
            return enqueue(session.execute, kind, options.pop("arguments", {}), portal="shop", **options)

    def runner(self, work: Handler, **pace: Any) -> Runner:
        return Runner(self.engine, self.sessions, self.clock, {"work": work}, Pace(**pace))

    def run(self, uuid: str) -> dict[str, Any]:
        with self.engine.connect() as connection:
            return dict(connection.execute(sa.select(RUN).where(RUN.c.uuid == uuid)).mappings().one())

    def does(self, step: Callable[..., bool], uuid: str) -> bool:
        with writing(self.engine) as connection:
            return step(connection.execute, uuid)

    def states(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.scalars(sa.select(RUN.c.state).order_by(RUN.c.id)))

    def entries(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.scalars(sa.select(ENTRY.c.of)))

    def arguments(self) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [
                json.loads(text) for text in connection.scalars(sa.select(RUN.c.arguments).order_by(RUN.c.id))
            ]

    def schedules(self, *known: Schedule) -> Schedules:
        found = Schedules(self.engine, self.clock)
        found.register(*known)
        return found


def post(run: Run) -> None:
    run.session.execute(sa.insert(ENTRY).values(of=run.uuid))
