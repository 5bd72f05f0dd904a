"""The net under every statement: what touches an entity's table without a predicate is refused.

``runtime`` writes the row predicate into each statement and says so by the execution option
``authorised``. The hook finds statements that do not, whoever wrote them, and lets none through: on every
connection that a session works with, asked through the session or by itself. Raw text counts as everything it names.

What it does not see: ``exec_driver_sql``, which goes past SQLAlchemy's hooks, text in a prefix or a hint, and
connections that somebody takes from the engine. Where such may be written is held by ``tests/architecture``.
"""

from __future__ import annotations

import re
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from fab_app.store.tables import Tables

_OF_SESSION: Final = "fab_session"
_WORDS: Final = re.compile(r"\w+")


class Unguarded(RuntimeError):
    """A statement on rows of an entity that carries no row predicate: a mistake of ours, never of a person."""


def guard(session_class: type[Session] | Any, engine: sa.Engine, tables: Tables) -> None:
    """Watch every statement and flush of the sessions of one application."""
    names = frozenset(table.name for key in tables.entities for table in _tables_of(tables, key))

    @event.listens_for(session_class, "after_begin")
    def _begun(session: Session, transaction: Any, connection: sa.Connection) -> None:
        connection.execution_options(**{_OF_SESSION: True})

    @event.listens_for(engine, "before_execute")
    def _statement(connection: Any, statement: Any, many: Any, one: Any, options: Any) -> None:
        if options.get("authorised") or not options.get(_OF_SESSION):
            return
        touched = _touched(statement) & names
        if touched:
            raise Unguarded(f"a statement on {', '.join(sorted(touched))} carries no row predicate")

    @event.listens_for(session_class, "before_flush")
    def _flush(session: Session, context: Any, instances: Any) -> None:
        for row in (*session.new, *session.dirty, *session.deleted):
            table = getattr(sa.inspect(row).mapper, "local_table", None)
            if getattr(table, "name", "") in names:
                raise Unguarded(f"{type(row).__name__} is written past the one door")


def _tables_of(tables: Tables, key: str) -> list[sa.Table]:
    stored = tables.of(key)
    return [stored.table, *stored.side.values(), *([stored.grams] if stored.grams is not None else [])]


def _touched(statement: Any) -> frozenset[str]:
    """The names of the tables that a statement reads or writes, and every word of raw text in it."""
    names: set[str] = set()
    for part in visitors.iterate(statement):
        if isinstance(part, sa.TableClause):
            names.add(part.name.lower())
        elif isinstance(part, sa.TextClause):
            names.update(_WORDS.findall(part.text.lower()))
        elif isinstance(part, sa.ColumnClause) and part.is_literal:
            names.update(_WORDS.findall(part.name.lower()))
    target = getattr(statement, "table", None)
    if isinstance(target, sa.TableClause):
        names.add(target.name.lower())
    return frozenset(names)
