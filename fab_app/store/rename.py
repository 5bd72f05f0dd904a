"""Renames come first: they turn what was found into what it is called now; all else compares with that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fab_app.store.change import Change, Grade
from fab_app.store.ddl import Ddl
from fab_app.store.shape import Foreign, Key, TableShape

Renames = Mapping[tuple[str, str], str]
"""(table, old column) -> new column, with the table's new name; (old table, "") -> new table."""


def renamed(
    found: Mapping[str, TableShape], wanted: Mapping[str, TableShape], renames: Renames, ddl: Ddl
) -> tuple[dict[str, TableShape], list[Change]]:
    """The shapes as they will be, and the changes. A rename that is already made, or has no use, is none."""
    shapes = dict(found)
    changes: list[Change] = []
    for (old, column), new in renames.items():
        if not column and old in shapes and new in wanted and new not in shapes and old not in wanted:
            changes.append(_table_change(old, new, ddl))
            shapes = {
                new if name == old else name: _with_table(one, old, new) for name, one in shapes.items()
            }
    for (table, column), new in renames.items():
        shape, target = shapes.get(table), wanted.get(table)
        if column and shape is not None and target is not None and _of_use(shape, target, column, new):
            changes.append(_column_change(table, column, new, ddl))
            shapes = {name: _with_column(one, table, column, new) for name, one in shapes.items()}
    return shapes, changes


def _of_use(found: TableShape, wanted: TableShape, old: str, new: str) -> bool:
    return (
        old in found.columns
        and new not in found.columns
        and new in wanted.columns
        and old not in wanted.columns
    )


def _table_change(old: str, new: str, ddl: Ddl) -> Change:
    text = f"Table {old} is renamed to {new}."
    return Change("rename", new, old, Grade.safe, text, (ddl.rename_table(old, new),))


def _column_change(table: str, old: str, new: str, ddl: Ddl) -> Change:
    text = f"Column {table}.{old} is renamed to {new}."
    return Change("rename", table, old, Grade.safe, text, (ddl.rename_column(table, old, new),))


def _with_table(shape: TableShape, old: str, new: str) -> TableShape:
    foreign = (replace(one, table=new) if one.table == old else one for one in shape.foreign)
    return replace(shape, name=new if shape.name == old else shape.name, foreign=frozenset(foreign))


def _with_column(shape: TableShape, table: str, old: str, new: str) -> TableShape:
    own = shape.name == table

    def now(name: str) -> str:
        return new if name == old else name

    def foreign(one: Foreign) -> Foreign:
        columns = tuple(now(name) for name in one.columns) if own else one.columns
        targets = tuple(now(name) for name in one.targets) if one.table == table else one.targets
        return replace(one, columns=columns, targets=targets)

    def key(one: Key) -> Key:
        return replace(one, columns=tuple(now(name) for name in one.columns))

    shape = replace(shape, foreign=frozenset(foreign(one) for one in shape.foreign))
    if not own:
        return shape
    return replace(
        shape,
        columns={now(name): replace(one, name=now(name)) for name, one in shape.columns.items()},
        primary=tuple(now(name) for name in shape.primary),
        keys=frozenset(key(one) for one in shape.keys),
    )
