"""Many rows of one table by one statement, given column by column.

What every row has alike is put into the database's words once, what occurs again once a value; an insert of a list of
dictionaries does it for each of them, and takes three times as long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, repeat
from typing import Any

import sqlalchemy as sa

_NARROW, _PLACES, _PLACES_SENT = 3, 200, 1000
"""Rows of so few columns go together into one statement of so many places; to a server all rows do."""


@dataclass(frozen=True, slots=True)
class Same:
    """A column in which every row has this value."""

    value: Any


Columns = Mapping[str, Sequence[Any] | Same]


def insert_all(connection: sa.Connection, table: sa.Table, columns: Columns, count: int) -> None:
    """Within the caller's transaction. Columns that are not given have their default of the database."""
    names = tuple(
        column.name for column in table.c if column.name in columns
    )  # in whose order statements are written
    words = [_words(table.c[name].type, columns[name], connection.dialect) for name in names]
    rows: Any = zip(*words, strict=False)  # a column that all have alike has no end
    at_once = _at_once(connection.dialect, len(words))
    whole = count // at_once if at_once > 1 else 0
    if whole:
        flat = list(chain.from_iterable(islice(rows, whole * at_once)))
        step = at_once * len(words)
        _run(
            connection,
            table,
            names,
            at_once,
            [tuple(flat[at : at + step]) for at in range(0, len(flat), step)],
        )
    _run(connection, table, names, 1, list(islice(rows, count - whole * at_once)))


def _at_once(dialect: sa.Dialect, width: int) -> int:
    """SQLite gains where the statement outweighs its row; to a server each statement is a message."""
    if dialect.name == "sqlite":
        return _PLACES // width if width <= _NARROW else 1
    return max(1, _PLACES_SENT // width)


def _run(
    connection: sa.Connection, table: sa.Table, names: tuple[str, ...], at_once: int, rows: list[Any]
) -> None:
    if not rows:
        return
    statement, places = _statement(table, names, at_once, connection.dialect)
    if not connection.dialect.positional:
        rows = [dict(zip(places, row, strict=True)) for row in rows]
    connection.exec_driver_sql(statement, rows)


@lru_cache(maxsize=1024)
def _statement(
    table: sa.Table, names: tuple[str, ...], at_once: int, dialect: sa.Dialect
) -> tuple[str, tuple[str, ...]]:
    """The statement for so many rows, and what its places are called in their order."""
    places = [{name: f"{name}_{at}" for name in names} for at in range(at_once)]
    rows = [
        {name: sa.bindparam(place, type_=table.c[name].type) for name, place in row.items()} for row in places
    ]
    compiled = sa.insert(table).values(rows if at_once > 1 else rows[0]).compile(dialect=dialect)
    flat = tuple(place for row in places for place in row.values())
    assert tuple(getattr(compiled, "positiontup", None) or flat) == flat, flat
    return str(compiled), flat


def _words(kind: sa.types.TypeEngine[Any], column: Sequence[Any] | Same, dialect: sa.Dialect) -> Any:
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    if isinstance(column, Same):
        return repeat(process(column.value) if process else column.value)
    if process is None:
        return column
    return list(map(_remembered(process) if kind.hashable else process, column))


def _remembered(process: Any) -> Any:
    known: dict[Any, Any] = {}

    def word(value: Any) -> Any:
        found = known.get(value, known)
        if found is known:
            found = known[value] = process(value)
        return found

    return word
