"""One engine per process, with the same manners on SQLite, PostgreSQL and MariaDB.

Transactions: on SQLite a plain one begins deferred (readers never wait); one that will write asks for it
from its first statement on, because a reader that turns into a writer may be refused at once
(SQLITE_BUSY_SNAPSHOT, no waiting). ``writing(engine)`` does so, or as the first thing of a session
``session.connection(execution_options=WRITING)``. On PostgreSQL and MariaDB both are READ COMMITTED and the
option means nothing.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa
from pydantic_core import PydanticSerializationError, to_json
from sqlalchemy.dialects import mysql
from sqlalchemy.pool import StaticPool

from fab_app.store.discretion import discreet

WRITING: Final[Mapping[str, Any]] = {"fab_writing": True}
TABLE_ARGS: Final[dict[str, Any]] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_nopad_bin",
}
Id: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""The type of ids: SQLite gives numbers by itself to INTEGER only."""
Moment: Final = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
"""A naive UTC instant, to the microsecond everywhere (MariaDB's own default is the second)."""

BUSY_MS: Final = 10_000
DRIVERS: Final = {
    "sqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "mariadb+pymysql": "mysql+pymysql",
}
SQL_MODE: Final = (
    "STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY"
)


def make_engine(url: str | sa.URL, **options: Any) -> sa.Engine:
    """An engine for ``url``; ``options`` go to ``sa.create_engine`` and win over our defaults.

    Its errors and its log hold no value of a row, whoever reads them.
    MariaDB and MySQL both run under SQLAlchemy's name "mysql", so that one variant of a type serves both.
    """
    full = with_driver(sa.make_url(url))
    options = {"json_serializer": _json} | options | {"hide_parameters": True}
    return discreet(_made(full, options))


def _made(full: sa.URL, options: dict[str, Any]) -> sa.Engine:
    if full.get_backend_name() == "sqlite":
        return _sqlite(full, options)
    if full.get_backend_name() == "postgresql":
        arguments = {"options": "-c timezone=UTC"}
        return sa.create_engine(full, **{"pool_pre_ping": True, "connect_args": arguments} | options)
    arguments = {"charset": "utf8mb4", "init_command": f"SET sql_mode='{SQL_MODE}', time_zone='+00:00'"}
    defaults = {"pool_pre_ping": True, "pool_recycle": 3600, "isolation_level": "READ COMMITTED"}
    return sa.create_engine(full, **defaults | {"connect_args": arguments} | options)


def _json(value: Any) -> str:
    """In a third of the time that ``json`` takes, which writes what is no text in UTF-8 all the same."""
    try:
        return to_json(value).decode()
    except PydanticSerializationError:
        return json.dumps(value)


def with_driver(url: sa.URL) -> sa.URL:
    """``url`` with our driver where it names only the database."""
    return url.set(drivername=DRIVERS.get(url.drivername, url.drivername))


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that may read first and write then; committed at the end, rolled back on an error."""
    with engine.connect() as plain:
        connection = plain.execution_options(**WRITING)
        with connection.begin():
            yield connection


@contextmanager
def savepoint(session: Any) -> Iterator[None]:
    """What is done within is kept, or taken back by an error.

    Unlike within ``with session.begin_nested()`` the session can still be asked after what the database refused
    was taken back.
    """
    point = session.begin_nested()
    try:
        yield
    except BaseException:
        if point.is_active:
            point.rollback()
        raise
    if point.is_active:
        point.commit()


_CONTENDED: Final = frozenset(
    ("40001", "40P01", "55P03", 1020, 1205, 1213, "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT")
)
"""PostgreSQL: not serialisable, deadlock, lock not available. MariaDB: changed since read, lock wait, deadlock."""


def contended(error: sa.exc.DBAPIError) -> bool:
    """Whether the database refused because of others who wrote at the same moment: the same again may succeed."""
    raw: Any = error.orig
    codes = (
        getattr(raw, "sqlstate", None),
        getattr(raw, "sqlite_errorname", None),
        *getattr(raw, "args", ())[:1],
    )
    return not _CONTENDED.isdisjoint(codes)


def _sqlite(url: sa.URL, options: dict[str, Any]) -> sa.Engine:
    in_memory = url.database in (None, "", ":memory:") or "mode=memory" in str(url)
    arguments: dict[str, Any] = {"check_same_thread": False, "isolation_level": None}
    defaults: dict[str, Any] = {"connect_args": arguments}
    if in_memory:
        defaults["poolclass"] = StaticPool
    engine = sa.create_engine(url, **defaults | options)
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(raw: sqlite3.Connection, record: object) -> None:
    """``synchronous = NORMAL`` under WAL keeps every commit over a killed process, not over a power cut."""
    raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    raw.execute("PRAGMA foreign_keys = ON")
    _use_wal(raw)
    raw.execute("PRAGMA synchronous = NORMAL")


def _use_wal(raw: sqlite3.Connection) -> None:
    """The switch to WAL ignores the busy timeout; two processes at the very first start both make it."""
    end = time.monotonic() + BUSY_MS / 1000
    while raw.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def _begin(connection: sa.Connection) -> None:
    asked = connection.get_execution_options().get("fab_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if asked else "BEGIN")
