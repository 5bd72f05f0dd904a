"""Counts the writes to the tables of portals that have charts, in the transaction that writes."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from fab_app.spec.manifest import BASE
from fab_app.store.tables import Tables
from fab_app.store.written import NAME, bump, prepared

_KEY = "written_tables"


_NAMES: WeakKeyDictionary[sa.MetaData, dict[str, str]] = WeakKeyDictionary()


def names_of(tables: Tables) -> dict[str, str]:
    """As ``counted``, found once."""
    names = _NAMES.get(tables.metadata)
    if names is None:
        names = _NAMES[tables.metadata] = counted(tables)
    return names


def counted(tables: Tables) -> dict[str, str]:
    """Table, side table or tree table -> the name under which its writes are counted."""
    manifest = tables.manifest
    portals = {name for name, portal in manifest.portals.items() if portal.spec.charts}
    found: dict[str, str] = {}
    for key in tables.entities if portals else ():
        stored = tables.of(key)
        if manifest.entities[key].portal in {*portals, BASE}:
            more = [stored.closure] if stored.closure is not None else []
            for table in (stored.table, *stored.side.values(), *more):
                found[table.name] = stored.table.name
    return found


def count_writes(session_class: type[Session] | Any, tables: Tables) -> None:
    """Watches the sessions of one application; costs nothing where no portal has charts."""
    names, numbers = counted(tables), tables.platform(NAME)
    if not names:
        return

    @event.listens_for(session_class, "do_orm_execute")
    def _statement(state: ORMExecuteState) -> None:
        if state.is_insert or state.is_update or state.is_delete:
            name = names.get(getattr(getattr(state.statement, "table", None), "name", ""))
            if name:
                state.session.info.setdefault(_KEY, set()).add(name)

    @event.listens_for(session_class, "before_commit")
    def _commit(session: Session) -> None:
        written = session.info.pop(_KEY, None)
        if written:
            bump(session.execute, numbers, written)

    @event.listens_for(session_class, "after_rollback")
    def _rollback(session: Session) -> None:
        session.info.pop(_KEY, None)


def prepare_counters(session: Any, tables: Tables) -> None:
    """The numbers that stand for the tables, made at start."""
    names = set(counted(tables).values())
    if names:
        prepared(session.execute, tables.platform(NAME), names)


def read_tables(statement: sa.Select[Any] | sa.CompoundSelect[Any], names: dict[str, str]) -> frozenset[str]:
    """The counted tables that a statement reads."""
    from sqlalchemy.sql import visitors

    parts = visitors.iterate(statement)
    return frozenset(names[part.name] for part in parts if isinstance(part, sa.Table) and part.name in names)
