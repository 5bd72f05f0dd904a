"""Where imports stand: a row a file, and a row for each record that it made or changed, so that it can be undone."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import MEDIUMTEXT

from fab_app.store.engine import TABLE_ARGS, Id, Moment

_LONG: Final = sa.Text().with_variant(MEDIUMTEXT(), "mysql", "mariadb")


def import_tables(metadata: sa.MetaData) -> None:
    _import_table(metadata)
    _row_table(metadata)


def _import_table(metadata: sa.MetaData) -> None:
    """``source`` and ``problems`` are keys of contents; ``within`` the record that all rows refer to.

    ``note`` says why nothing came of it, ``remark`` what its person should know in any case.
    ``entry``: the last of the log when its records were written; what the log tells of them later is others' doing.
    """
    table = sa.Table(
        "base_import",
        metadata,
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("portal", sa.String(60), nullable=False),
        sa.Column("entity", sa.String(120), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("source", sa.String(100)),
        sa.Column("problems", sa.String(100)),
        sa.Column("within", Id),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("run", sa.String(36)),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("rows", "good", "bad", "added", "changed")
        ),
        sa.Column("note", sa.Text),
        sa.Column("remark", sa.Text),
        sa.Column("entry", Id),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.UniqueConstraint("uuid", name="uq_base_import_uuid"),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_import_whose", table.c.entity, table.c.user_id, table.c.id)


def _row_table(metadata: sa.MetaData) -> None:
    """``version``: as the import left the record; ``before``: what it had changed stood as, null for a new one."""
    sa.Table(
        "base_import_row",
        metadata,
        sa.Column("import_id", Id, primary_key=True, autoincrement=False),
        sa.Column("entity", sa.String(120), primary_key=True),
        sa.Column("record_id", Id, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("before", _LONG),
        **TABLE_ARGS,
    )
