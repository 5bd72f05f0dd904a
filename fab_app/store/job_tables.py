"""Where long work stands: a row a run, written in the transaction of the business, and a row a schedule."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import MEDIUMTEXT

from fab_app.store.engine import TABLE_ARGS, Id, Moment

_METADATA: Final = sa.MetaData()
_LONG: Final = sa.Text().with_variant(MEDIUMTEXT(), "mysql", "mariadb")

RUN: Final = sa.Table(
    "base_job_run",
    _METADATA,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    sa.Column("uuid", sa.String(36), nullable=False),
    sa.Column("portal", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("arguments", _LONG, nullable=False),
    sa.Column("key", sa.String(190)),
    sa.Column("subject", Id, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", Moment),  # by the application's clock, null is at once; all others by the machine's
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("started_at", Moment),
    sa.Column("heartbeat_at", Moment),
    sa.Column("ended_at", Moment),
    sa.Column("cancel_asked", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("note", sa.String(200), nullable=False),
    sa.Column("log", _LONG, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("result", _LONG),
    sa.Column("worker", sa.String(120)),
    sa.UniqueConstraint("uuid", name="uq_base_job_run_uuid"),
    sa.UniqueConstraint("key", name="uq_base_job_run_key"),
    **TABLE_ARGS,
)
sa.Index("ix_base_job_run_state", RUN.c.state, RUN.c.due_at)
sa.Index("ix_base_job_run_subject", RUN.c.subject)

SCHEDULE: Final = sa.Table(
    "base_schedule",
    _METADATA,
    sa.Column("name", sa.String(130), primary_key=True),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("last_at", Moment),
    sa.Column("state", sa.String(16), nullable=False),
    **TABLE_ARGS,
)


def job_tables(metadata: sa.MetaData) -> None:
    for table in _METADATA.tables.values():
        table.to_metadata(metadata)
