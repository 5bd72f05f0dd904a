"""Work that leaves the transaction: a row written in it, so that it is done if, and only if, that is committed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, SessionTransaction

from fab_app.store.job_tables import RUN

Execute = Callable[[sa.Executable], Any]
Wake = Callable[[list[str]], None]
_INFO: Final = "fab_runs"
_LONGEST_KEY: Final = 190


def enqueue(
    execute: Execute,
    kind: str,
    arguments: Mapping[str, Any],
    *,
    portal: str,
    key: str = "",
    at: datetime | None = None,
    subject: int = 0,
    title: str = "",
) -> str:
    """The run's uuid. ``execute`` is a session's or a connection's; the run starts after its commit.

    ``arguments`` must be JSON. ``key``: of all runs with one key the first is made, also when several processes
    ask at once; the others get its uuid, and nothing is made. ``at``: not before, by the application's clock.
    ``subject``: the account that asked, whose run it is; 0 is the system.
    """
    uuid, key = str(uuid4()), _short(key)
    row = {
        "uuid": uuid,
        "portal": portal,
        "kind": kind,
        "title": title[:200],
        "arguments": json.dumps(dict(arguments), ensure_ascii=False),
        "key": key or None,
        "subject": subject,
        "state": "waiting",
        "due_at": at,
        "created_at": datetime.now(UTC).replace(tzinfo=None),
        **dict.fromkeys(("attempts", "cancel_asked", "done", "total"), 0),
        **dict.fromkeys(("note", "log"), ""),
    }
    execute((InsertOnce if key else sa.Insert)(RUN).values(row).inline())
    if key:
        uuid = execute(sa.select(RUN.c.uuid).where(RUN.c.key == key)).scalar_one()
    remember(execute, uuid)
    return uuid


class InsertOnce(sa.Insert):
    """An INSERT that does nothing where a unique key stands already."""

    inherit_cache = False


@compiles(InsertOnce)
def _insert_once(statement: InsertOnce, compiler: Any, **options: Any) -> str:
    return f"{compiler.visit_insert(statement, **options)} ON CONFLICT DO NOTHING"


@compiles(InsertOnce, "mysql")
def _insert_once_mysql(statement: InsertOnce, compiler: Any, **options: Any) -> str:
    return str(compiler.visit_insert(statement.prefix_with("IGNORE"), **options))


def _short(key: str) -> str:
    """The key itself, or where it is too long its beginning and a digest of all of it."""
    if len(key) <= _LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: _LONGEST_KEY - 65]}:{digest}"


def remember(execute: Execute, uuid: str) -> None:
    """Noted in the session, whose end wakes the driver; runs of bare connections are found by polling."""
    session: Any = getattr(execute, "__self__", None)
    if hasattr(session, "get_bind"):
        session.info.setdefault(_INFO, []).append(uuid)


def wake_after_commit(sessions: Any, wake: Wake) -> None:
    """``wake`` gets the uuids that a transaction of ``sessions`` has enqueued when it is over.

    After a rollback it is woken for nothing, which costs one look into the table.
    """

    @sa.event.listens_for(sessions, "after_transaction_end")
    def _ended(session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None and (uuids := session.info.pop(_INFO, None)):
            wake(uuids)
