"""Tables of approvals: the round of a record, the tasks of its levels, what was decided and said."""

from __future__ import annotations

import sqlalchemy as sa

from fab_app.store.cases import of_a_case
from fab_app.store.engine import TABLE_ARGS, Id, Moment


def chain_tables(metadata: sa.MetaData) -> None:
    _approval_table(metadata)
    _task_table(metadata)


def _approval_table(metadata: sa.MetaData) -> None:
    """A round: from the submission to what it came to. ``state``: running, agreed, returned, withdrawn, dropped.

    ``title`` and ``told`` stand in to-do lists, so that those need no look at the entities' tables.
    """
    table = sa.Table(
        "base_approval",
        metadata,
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        *of_a_case(),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("told", sa.String(300), nullable=False),
        sa.Column("applicant_id", sa.BigInteger()),
        sa.Column("submitted_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.UniqueConstraint("entity", "record_id", "workflow", "round", name="uq_base_approval_round"),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_approval_applicant", table.c.applicant_id, table.c.portal)


def _task_table(metadata: sa.MetaData) -> None:
    """What is asked of somebody on one level: of ``user_id``, or of who holds ``post`` at ``org_id``.

    ``act``: decide or assign. ``state``: waiting, queued (its turn comes), then agreed, disagreed, against (a vote
    that decides nothing yet), assigned, transferred, sent_back, or lapsed (not needed any more). ``opening``
    counts how often levels of the round were opened: the tasks of one opening decide together; ``extra``: of a
    signer whom one of them added. ``opinion`` is told inside, ``note`` to the applicant; ``named_id``: whom an
    assignment or a transfer named; ``for_id``: in whose stead it was decided. ``move_id``: what decided it in the
    course of the record.
    """
    table = sa.Table(
        "base_task",
        metadata,
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("approval_id", sa.BigInteger(), nullable=False),
        *of_a_case(),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(60), nullable=False),
        sa.Column("label", sa.String(300), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("post", sa.String(120)),
        sa.Column("org_id", sa.BigInteger()),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("decided_at", Moment),
        sa.Column("decided_by", sa.BigInteger()),
        sa.Column("for_id", sa.BigInteger()),
        sa.Column("opinion", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("named_id", sa.BigInteger()),
        sa.Column("move_id", sa.BigInteger()),
        sa.Column("reminded_at", Moment),
        sa.Column("opening", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("extra", sa.Boolean(), nullable=False, server_default=sa.false()),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_task_due", table.c.state, table.c.due_on)
    sa.Index("ix_base_task_record", table.c.entity, table.c.record_id)
    sa.Index("ix_base_task_user", table.c.user_id, table.c.state)
    sa.Index("ix_base_task_post", table.c.portal, table.c.state, table.c.post, table.c.org_id)
    sa.Index("ix_base_task_decided", table.c.decided_by, table.c.portal)
