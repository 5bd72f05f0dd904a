"""The net under every statement: what touches an entity's table without a predicate is refused.

``runtime`` writes the row predicate into each statement and says so by the execution option
``authorised``. The hook finds statements that do not, whoever wrote them, and lets none through.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import visitors

from fab_app.store.tables import Tables


class Unguarded(RuntimeError):
    """A statement on rows of an entity that carries no row predicate: a mistake of ours, never of a person."""


def guard(session_class: type[Session] | Any, tables: Tables) -> None:
    """Watch every statement and flush of the sessions of one application."""
    names = frozenset(table.name for key in tables.entities for table in _tables_of(tables, key))

    @event.listens_for(session_class, "do_orm_execute")
    def _statement(state: ORMExecuteState) -> None:
        if state.execution_options.get("authorised") or state.is_column_load or state.is_relationship_load:
            return
        touched = _touched(state.statement) & names
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


def _touched(statement: sa.Executable) -> frozenset[str]:
    """The names of the tables that a statement reads or writes; raw text counts as everything it names."""
    names = {part.name for part in visitors.iterate(statement) if isinstance(part, sa.Table)}  # type: ignore[arg-type]
    target = getattr(statement, "table", None)
    if isinstance(target, sa.Table):
        names.add(target.name)
    return frozenset(names)
