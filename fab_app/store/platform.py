"""The framework's own tables: sessions, audit, settings, and Flask-AppBuilder's ``ab_*``."""

from __future__ import annotations

import flask_appbuilder.security.sqla.models  # noqa: F401  (declares the ab_* tables)
import sqlalchemy as sa
from flask_appbuilder import Model

from fab_app.fields.ref import Id
from fab_app.store.cases import move_tables
from fab_app.store.chain_tables import chain_tables
from fab_app.store.engine import TABLE_ARGS, Moment
from fab_app.store.files import file_table
from fab_app.store.import_tables import import_tables
from fab_app.store.job_tables import job_tables
from fab_app.store.numbers import number_table
from fab_app.store.written import written_table


def platform_tables(metadata: sa.MetaData) -> None:
    for table in Model.metadata.tables.values():
        if table.name.startswith("ab_"):
            table.to_metadata(metadata)
    file_table(metadata)
    number_table(metadata)
    job_tables(metadata)
    import_tables(metadata)
    written_table(metadata)
    _session_table(metadata)
    _seat_table(metadata)
    _key_table(metadata)
    _failure_table(metadata)
    _captcha_table(metadata)
    _miss_table(metadata)
    _password_table(metadata)
    _code_table(metadata)
    _seal_table(metadata)
    _idempotency_table(metadata)
    _setting_table(metadata)
    move_tables(metadata)
    chain_tables(metadata)


def _session_table(metadata: sa.MetaData) -> None:
    """Who is logged in: the cookie holds ``key``; a row that is gone is a session that ended."""
    table = sa.Table(
        "base_session",
        metadata,
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("address", sa.String(64)),
        sa.Column("agent", sa.String(200)),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_session_user_id", table.c.user_id)


def _seat_table(metadata: sa.MetaData) -> None:
    """Sessions of people without an account: whose row, of which kind of seat."""
    table = sa.Table(
        "base_seat",
        metadata,
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("portal", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("row_id", Id, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("address", sa.String(64)),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_seat_row_id", table.c.portal, table.c.kind, table.c.row_id)


def _key_table(metadata: sa.MetaData) -> None:
    """API keys: 256 random bits each, of which only a digest is stored."""
    table = sa.Table(
        "base_api_key",
        metadata,
        sa.Column("uuid", sa.String(36), primary_key=True),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment),
        sa.Column("revoked_at", Moment),
        sa.UniqueConstraint("digest", name="uq_base_api_key_digest"),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_api_key_user_id", table.c.user_id)


def _failure_table(metadata: sa.MetaData) -> None:
    """Failed logins by login name, whether or not there is such an account; a success clears them."""
    table = sa.Table(
        "base_login_failure",
        metadata,
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64)),
        sa.Column("at", Moment, nullable=False),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_login_failure_login", table.c.login, table.c.at)


def _miss_table(metadata: sa.MetaData) -> None:
    """Misses of people who look for what only who knows it may find, by who they are and what they looked for."""
    table = sa.Table(
        "base_miss",
        metadata,
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("who", sa.String(160), nullable=False),
        sa.Column("at", Moment, nullable=False),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_miss_who", table.c.who, table.c.at)


def _captcha_table(metadata: sa.MetaData) -> None:
    """Pictures that were tried, right or wrong, kept for a day: longer than any is good."""
    sa.Table(
        "base_captcha",
        metadata,
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("at", Moment, nullable=False),
        **TABLE_ARGS,
    )


def _password_table(metadata: sa.MetaData) -> None:
    """Hashes of passwords that were, where a portal's rule refuses the last few."""
    table = sa.Table(
        "base_password",
        metadata,
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("hash", sa.String(255), nullable=False),
        sa.Column("at", Moment, nullable=False),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_password_user_id", table.c.user_id)


def _code_table(metadata: sa.MetaData) -> None:
    """Codes sent to people as proof of who they are: keyed digests, kept for a day."""
    table = sa.Table(
        "base_code",
        metadata,
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("salt", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
        **TABLE_ARGS,
    )
    sa.Index("ix_base_code_user_id", table.c.user_id, table.c.purpose)


def _seal_table(metadata: sa.MetaData) -> None:
    """The chain over the audit log: each seal's digest is over its entries and the seal before it."""
    sa.Table(
        "base_audit_seal",
        metadata,
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("first", Id, nullable=False),
        sa.Column("last", Id, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("archive", sa.String(64)),
        sa.UniqueConstraint("before", name="uq_base_audit_seal_before"),
        **TABLE_ARGS,
    )


def _idempotency_table(metadata: sa.MetaData) -> None:
    """Answers to POSTs with an ``Idempotency-Key``, kept for a day."""
    sa.Table(
        "base_idempotency",
        metadata,
        sa.Column("user_id", Id, primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("body", sa.Text),
        sa.Column("at", Moment, nullable=False),
        **TABLE_ARGS,
    )


def _setting_table(metadata: sa.MetaData) -> None:
    """Single values of the platform: the demo clock's offset, digests, versions that caches compare."""
    sa.Table(
        "base_setting",
        metadata,
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text),
        **TABLE_ARGS,
    )
