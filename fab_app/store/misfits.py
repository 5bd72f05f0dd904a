"""How many rows a stricter definition would refuse. Names are those the database has now, before renames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from fab_app.store.conversion import meant
from fab_app.store.shape import ColumnShape, Foreign, TableShape


def row_count(connection: sa.Connection, table: str) -> int:
    return _count(connection, sa.select(sa.func.count()).select_from(sa.table(table)))


def empty_count(connection: sa.Connection, table: TableShape, column: ColumnShape) -> int:
    at = _columns(table, (column.source,))
    return _count(connection, sa.select(sa.func.count()).where(at[0].is_(None)))


def long_count(connection: sa.Connection, table: TableShape, column: ColumnShape, limit: int) -> int:
    at = _columns(table, (column.source,))
    size = sa.func.char_length if connection.dialect.name == "mysql" else sa.func.length
    return _count(connection, sa.select(sa.func.count()).where(size(at[0]) > limit))


def double_count(
    connection: sa.Connection, table: TableShape, columns: Sequence[ColumnShape], where: Sequence[Any] = ()
) -> int:
    """Rows that share all of ``columns`` with another; with no columns, all rows if there are two.

    ``where``: what holds of the rows that count.
    """
    if not columns:
        total = row_count(connection, table.source)
        return total if total > 1 else 0
    at = _columns(table, [column.source for column in columns])
    filled = [*(column.is_not(None) for column in at), *where]
    groups = sa.select(sa.func.count().label("n")).where(*filled).group_by(*at).having(sa.func.count() > 1)
    return _count(connection, sa.select(sa.func.sum(groups.subquery().c.n)))


def orphan_count(
    connection: sa.Connection, table: TableShape, foreign: Foreign, target: TableShape | None
) -> int:
    """Rows that point to nothing. ``target`` None: the table is only being made, so every filled row does."""
    child = sa.table(
        table.source, *(sa.column(table.columns[name].source) for name in foreign.columns)
    ).alias("child")
    at = list(child.c)
    filled = [column.is_not(None) for column in at]
    if target is None:
        return _count(connection, sa.select(sa.func.count()).select_from(child).where(*filled))
    names = [target.columns[name].source for name in foreign.targets]
    parent = sa.table(target.source, *(sa.column(name) for name in names)).alias("parent")
    same = [column == parent.c[name] for column, name in zip(at, names, strict=True)]
    lonely = ~sa.exists().where(*same)
    return _count(connection, sa.select(sa.func.count()).select_from(child).where(*filled, lonely))


def meaningless_count(
    connection: sa.Connection, table: TableShape, column: ColumnShape, type_: sa.types.TypeEngine[Any]
) -> int:
    """Rows whose value means nothing as ``type_``."""
    try:
        read = meant(type_)
    except ValueError:
        return _count(
            connection, sa.select(sa.func.count()).where(_columns(table, (column.source,))[0].is_not(None))
        )
    at = _columns(table, (column.source,))[0]
    groups = connection.execute(sa.select(at, sa.func.count()).where(at.is_not(None)).group_by(at))
    return sum(int(rows) for value, rows in groups if not _reads(read, value))


def _reads(read: Any, value: object) -> bool:
    try:
        read(value)
    except (ValueError, ArithmeticError):
        return False
    return True


def _columns(table: TableShape, names: Sequence[str]) -> list[sa.ColumnClause[Any]]:
    of = sa.table(table.source, *(sa.column(name) for name in names))
    return list(of.c)


def _count(connection: sa.Connection, statement: sa.Select[Any]) -> int:
    return int(connection.scalar(statement) or 0)
