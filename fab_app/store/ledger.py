"""The ledger of the store: which tables are ours, what they were last made to look like, what was done.

Only tables named here are ever changed or removed; others may share the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

from fab_app.store.engine import TABLE_ARGS, WRITING, Id, Moment

_METADATA: Final = sa.MetaData()
LEDGER: Final = sa.Table(
    "base_ledger",
    _METADATA,
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("digest", sa.String(64)),
    sa.Column("at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("name", name="pk_base_ledger"),
    **TABLE_ARGS,
)
STEP: Final = sa.Table(
    "base_step",
    _METADATA,
    sa.Column("id", Id, autoincrement=True, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("grade", sa.String(40), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_base_step"),
    **TABLE_ARGS,
)
OWN: Final = frozenset(_METADATA.tables)
WHOLE: Final = "*"
LOCK: Final = 0x0FAB_5706
LOCK_SECONDS: Final = 600


@contextmanager
def locked(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that alone may change tables; other processes wait at this door for ten minutes.

    On SQLite and PostgreSQL all of it is one transaction, undone by an error. MariaDB commits with every
    change of a table; what is left half done there is completed by planning again.
    """
    with engine.connect() as plain:
        if engine.dialect.name == "sqlite":
            with _alone_on_sqlite(plain) as connection:
                yield connection
        elif engine.dialect.name == "postgresql":
            with plain.begin():
                plain.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
                yield plain
        else:
            with _alone_on_mysql(plain):
                yield plain


@contextmanager
def _alone_on_sqlite(plain: sa.Connection) -> Iterator[sa.Connection]:
    """References are not checked while a table is rebuilt, and the switch works only between transactions."""
    raw = plain.connection.dbapi_connection
    assert raw is not None
    busy = raw.execute("PRAGMA busy_timeout").fetchone()[0]
    for pragma in (f"busy_timeout = {LOCK_SECONDS * 1000}", "foreign_keys = OFF"):
        raw.execute(f"PRAGMA {pragma}")
    try:
        connection = plain.execution_options(**WRITING)
        with connection.begin():
            yield connection
    finally:
        for pragma in (f"busy_timeout = {busy}", "foreign_keys = ON"):
            raw.execute(f"PRAGMA {pragma}")


@contextmanager
def _alone_on_mysql(connection: sa.Connection) -> Iterator[None]:
    name = sa.func.left(sa.func.concat("fab_app ", sa.func.database()), 64)
    if connection.scalar(sa.select(sa.func.get_lock(name, LOCK_SECONDS))) != 1:
        raise TimeoutError("Another process has been changing the tables for ten minutes.")
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.execute(sa.select(sa.func.release_lock(name)))
        connection.commit()


def known_digest(connection: sa.Connection) -> str | None:
    """The digest of the definitions that the tables were last made for; None where there is no ledger."""
    try:
        return _whole(connection)
    except sa.exc.DBAPIError:
        if not _has_ledger(connection):
            return None
        return _whole(connection)  # another process made it between the two questions


def _whole(connection: sa.Connection) -> str | None:
    try:
        with connection.begin():
            return connection.scalar(sa.select(LEDGER.c.digest).where(LEDGER.c.name == WHOLE))
    finally:
        connection.rollback()


def _has_ledger(connection: sa.Connection) -> bool:
    try:
        return sa.inspect(connection).has_table(LEDGER.name)
    finally:
        connection.rollback()


def our_tables(connection: sa.Connection) -> frozenset[str]:
    """The names of the tables that we made. None yet where there is no ledger."""
    if not sa.inspect(connection).has_table(LEDGER.name):
        return frozenset()
    return frozenset(connection.scalars(sa.select(LEDGER.c.name).where(LEDGER.c.name != WHOLE)))


def open_ledger(connection: sa.Connection) -> None:
    """Makes the ledger's own tables where they are missing, and forgets the digest until all is done."""
    _METADATA.create_all(connection)
    connection.execute(LEDGER.delete().where(LEDGER.c.name == WHOLE))


def claim(connection: sa.Connection, names: Iterable[str]) -> None:
    """Says that tables are ours; before they are made, so that a crash leaves none unclaimed."""
    new = sorted(set(names) - our_tables(connection))
    if new:
        connection.execute(LEDGER.insert(), [{"name": name, "at": _now()} for name in new])


def disclaim(connection: sa.Connection, names: Iterable[str]) -> None:
    connection.execute(LEDGER.delete().where(LEDGER.c.name.in_(sorted(names))))


def note(connection: sa.Connection, lines: Iterable[tuple[str, str, str]]) -> None:
    """Writes down (kind, grade, text) of what was done."""
    rows = [{"at": _now(), "kind": kind, "grade": grade, "text": text} for kind, grade, text in lines]
    if rows:
        connection.execute(STEP.insert(), rows)


def settle(connection: sa.Connection, digest: str) -> None:
    """Says that the tables are as the definitions of this digest want them."""
    connection.execute(LEDGER.delete().where(LEDGER.c.name == WHOLE))
    connection.execute(LEDGER.insert().values(name=WHOLE, digest=digest, at=_now()))


def _now() -> datetime:
    """Real time, not the demo's clock: this is the diary of the machine."""
    return datetime.now(UTC).replace(tzinfo=None)
