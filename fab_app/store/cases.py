"""Tables of moves: who moved what, and with which definition a running case began."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from fab_app.store.engine import TABLE_ARGS, Id, Moment


def of_a_case() -> tuple[sa.Column[Any], ...]:
    """The columns that say of which record, and of which of its workflows, a row is."""
    return (
        sa.Column("portal", sa.String(60), nullable=False),
        sa.Column("entity", sa.String(120), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("workflow", sa.String(60), nullable=False),
    )


def move_tables(metadata: sa.MetaData) -> None:
    _move_table(metadata)
    _case_table(metadata)
    _definition_table(metadata)
    _timed_table(metadata)


def _move_table(metadata: sa.MetaData) -> None:
    """The course of each record, append only. ``said``: what the dialog was answered with, as it is told."""
    table = sa.Table(
        "base_move",
        metadata,
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        *of_a_case(),
        sa.Column("move", sa.String(60), nullable=False),
        sa.Column("from_state", sa.String(60)),
        sa.Column("to_state", sa.String(60)),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_move_record", table.c.entity, table.c.record_id)


def _case_table(metadata: sa.MetaData) -> None:
    """The digest of the workflow with which a record began."""
    sa.Table(
        "base_case",
        metadata,
        sa.Column("entity", sa.String(120), primary_key=True),
        sa.Column("record_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("workflow", sa.String(60), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("began_at", Moment, nullable=False),
        **TABLE_ARGS,
    )


def _definition_table(metadata: sa.MetaData) -> None:
    """Workflows as they once were written, by the digest of their text."""
    sa.Table(
        "base_definition",
        metadata,
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("entity", sa.String(120)),
        sa.Column("workflow", sa.String(60)),
        sa.Column("written", sa.Text(), nullable=False),
        **TABLE_ARGS,
    )


def _timed_table(metadata: sa.MetaData) -> None:
    """What a timer has done to a record, so that it is done once; ``mark``: for which value of its ``once``."""
    table = sa.Table(
        "base_timed",
        metadata,
        sa.Column("timer", sa.String(190), primary_key=True),
        sa.Column("record_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("mark", sa.String(100), primary_key=True),
        sa.Column("at", Moment, nullable=False),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_timed_at", table.c.timer, table.c.at)
