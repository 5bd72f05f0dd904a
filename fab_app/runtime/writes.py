"""Counts the writes to the tables of entities, in the transaction that writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import visitors

from fab_app.store.tables import Tables
from fab_app.store.written import NAME, bumping, prepared

_KEY = "written_tables"
Read = sa.Select[Any] | sa.CompoundSelect[Any]


_NAMES: WeakKeyDictionary[sa.MetaData, dict[str, str]] = WeakKeyDictionary()


def names_of(tables: Tables) -> dict[str, str]:
    """As ``counted``, found once."""
    names = _NAMES.get(tables.metadata)
    if names is None:
        names = _NAMES[tables.metadata] = counted(tables)
    return names


def counted(tables: Tables) -> dict[str, str]:
    """Table, side table or tree table -> the name under which its writes are counted."""
    found: dict[str, str] = {}
    for stored in tables.entities.values():
        more = [stored.closure] if stored.closure is not None else []
        for table in (stored.table, *stored.side.values(), *more):
            found[table.name] = stored.table.name
    return found


def count_writes(session_class: type[Session] | Any, tables: Tables) -> None:
    """Watches the sessions of one application."""
    bump = bumping(tables.platform(NAME))

    @event.listens_for(session_class, "do_orm_execute")
    def _statement(state: ORMExecuteState) -> None:
        if state.is_insert or state.is_update or state.is_delete:
            table = getattr(state.statement, "table", None)
            if isinstance(table, sa.Table):
                wrote(state.session.info, tables, table)

    @event.listens_for(session_class, "before_commit")
    def _commit(session: Session) -> None:
        written = session.info.pop(_KEY, None)
        if written:
            bump(session.connection(), written)

    @event.listens_for(session_class, "after_rollback")
    def _rollback(session: Session) -> None:
        session.info.pop(_KEY, None)


def prepare_counters(session: Any, tables: Tables) -> None:
    """The numbers that stand for the tables, made at start."""
    prepared(session.execute, tables.platform(NAME), set(names_of(tables).values()))


def wrote(info: dict[Any, Any], tables: Tables, table: sa.Table) -> None:
    """Tells the session of this ``info`` of a write in its transaction that it did not see."""
    name = names_of(tables).get(table.name)
    if name:
        info.setdefault(_KEY, set()).add(name)


def count_write(connection: sa.Connection, tables: Tables, table: sa.Table) -> None:
    """Counts a write that went past the session, in its transaction."""
    name = names_of(tables).get(table.name)
    if name:
        bumping(tables.platform(NAME))(connection, (name,))


def read_tables(statements: Iterable[Read], names: dict[str, str]) -> frozenset[str] | None:
    """The names under which the writes to the read tables are counted; None where one of them is not counted."""
    parts = [part for one in statements for part in visitors.iterate(one) if isinstance(part, sa.Table)]
    uncounted = any(part.name not in names for part in parts)
    return None if uncounted else frozenset(names[part.name] for part in parts)


def pending(info: dict[Any, Any]) -> bool:
    """Whether the session of this ``info`` wrote what its next commit will count."""
    return bool(info.get(_KEY))
