"""One table as it is against the table as defined: the changes that lie between, each with its phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from typing import Any, Final

import sqlalchemy as sa

from fab_app.store import misfits
from fab_app.store.change import Change, Copy, Grade, Step
from fab_app.store.conversion import step_between, text_limit
from fab_app.store.ddl import Ddl
from fab_app.store.shape import ColumnShape, Foreign, Key, TableShape

ASIDE: Final = "zz_"
FRESH: Final = "zy_"
LONGEST: Final = 60


class Phase(IntEnum):
    """The order of changes over all tables: rules go first and come last."""

    rename = 0
    foreign_gone = 1
    key_gone = 2
    table = 3
    column = 4
    altered = 5
    rebuild = 6
    key = 7
    foreign = 8
    gone = 9


Found = Iterator[tuple[Phase, Change]]


def aside_name(name: str, today: date, taken: object) -> str:
    """The name under which something removed is kept."""
    base = f"{ASIDE}{today:%Y%m%d}_{name}"[:LONGEST]
    names = set(taken)  # type: ignore[call-overload]
    tries = (base if n == 1 else f"{base[: LONGEST - 4]}_{n}" for n in range(1, 1000))
    return next(one for one in tries if one not in names)


def counted(rows: int, what: str = "row") -> str:
    return f"{rows} {what}" if rows == 1 else f"{rows} {what}s"


@dataclass(frozen=True)
class Comparison:
    """``tables``: all tables found, under the names they will have, for what foreign keys point to."""

    connection: sa.Connection
    ddl: Ddl
    table: sa.Table
    found: TableShape
    wanted: TableShape
    tables: Mapping[str, TableShape]
    today: date

    def changes(self) -> list[tuple[Phase, Change]]:
        if self.found.primary != self.wanted.primary:
            text = f"The primary key of {self.table.name} changes; move the rows to a new table instead."
            return [(Phase.altered, Change("primary key", self.table.name, "", Grade.blocked, text))]
        return [*self._columns(), *self._keys(), *self._foreign()]

    # --- columns -----------------------------------------------------------------------------

    def _columns(self) -> Found:
        for name, new in self.wanted.columns.items():
            old = self.found.columns.get(name)
            if old is None:
                yield Phase.column, self._new_column(new)
            elif name in self.converted:
                yield Phase.altered, self._converted(old, new)
            elif old != new:
                yield from ((Phase.altered, change) for change in self._altered(old, new))
        for name, old in self.found.columns.items():
            if name not in self.wanted.columns and not name.startswith((ASIDE, FRESH)):
                yield Phase.altered, self._column_gone(old)

    @property
    def converted(self) -> frozenset[str]:
        """Columns whose values mean something else in the new type, or take another form."""
        both = self.found.columns.keys() & self.wanted.columns.keys()
        return frozenset(name for name in both if self._step(name) == "other")

    def _step(self, name: str) -> str:
        old, new = self.found.columns[name].type, self.wanted.columns[name].type
        return "same" if old == new else step_between(old, new)

    def _change(self, kind: str, name: str, grade: Grade, text: str, *steps: Step, rows: int = 0) -> Change:
        return Change(kind, self.table.name, name, grade, text, steps, rows)

    def _new_column(self, new: ColumnShape) -> Change:
        where = f"{self.table.name}.{new.name}"
        step = self.ddl.add_column(self.table.c[new.name])
        rows = 0
        if not new.nullable and new.default is None:
            rows = misfits.row_count(self.connection, self.found.source)
        if rows == 0:
            return self._change("column", new.name, Grade.safe, f"Column {where} is new.", step)
        text = f"Column {where} is new and must be filled, but has no default for {counted(rows)}."
        return self._change("column", new.name, Grade.check, text, step, rows=rows)

    def _altered(self, old: ColumnShape, new: ColumnShape) -> list[Change]:
        where, name = f"{self.table.name}.{new.name}", new.name
        made: list[Change] = []
        if old.type != new.type and self._step(name) == "longer":
            made.append(
                self._change("longer", name, Grade.safe, f"Column {where} becomes wider: {new.type}.")
            )
        elif old.type != new.type:
            rows = misfits.long_count(self.connection, self.found, old, text_limit(new.type))
            text = f"Column {where} becomes shorter ({old.type} to {new.type}); {_fit(rows, 'too long')}"
            made.append(self._change("shorter", name, Grade.check, text, rows=rows))
        if old.nullable and not new.nullable:
            rows = misfits.empty_count(self.connection, self.found, old)
            text = f"Column {where} must be filled from now on; {_fit(rows, 'empty')}"
            made.append(self._change("required", name, Grade.check, text, rows=rows))
        elif new.nullable and not old.nullable:
            made.append(
                self._change("optional", name, Grade.safe, f"Column {where} may be empty from now on.")
            )
        if old.default != new.default:
            made.append(
                self._change("default", name, Grade.safe, f"Column {where} gets the default {new.default}.")
            )
        steps = () if self.ddl.sqlite else self.ddl.alter_column(self.table.c[name], old, new)
        return [replace(made[0], steps=steps), *made[1:]]

    def _converted(self, old: ColumnShape, new: ColumnShape) -> Change:
        name, table, fresh = new.name, self.table.name, f"{FRESH}{new.name}"[:LONGEST]
        column = self.table.c[name]
        rows = misfits.meaningless_count(self.connection, self.found, old, column.type)
        aside = self.aside(name)
        left = (self.ddl.drop_column(table, fresh),) if fresh in self.found.columns else ()
        fill = (*left, self.ddl.add_bare(table, fresh, new.raw), Copy(table, name, fresh, column.type))
        steps = fill if self.ddl.sqlite else (*fill, *self.ddl.swap(column, old, aside, fresh))
        text = (
            f"Column {table}.{name} changes from {old.type} to {new.type}; the old one is kept as {aside}; "
        )
        grade = Grade.loses if rows and new.nullable else Grade.check
        return self._change("type", name, grade, text + _fit(rows, "meaningless"), *steps, rows=rows)

    def _column_gone(self, old: ColumnShape) -> Change:
        if old.computed:
            text = f"Column {self.table.name}.{old.name}, which was computed, is dropped."
            step = () if self.ddl.sqlite else (self.ddl.drop_column(self.table.name, old.name),)
            return self._change("column gone", old.name, Grade.safe, text, *step)
        aside = self.aside(old.name)
        rows = misfits.row_count(self.connection, self.found.source)
        rows -= misfits.empty_count(self.connection, self.found, old)
        steps = () if self.ddl.sqlite else self.ddl.set_aside(self.table.name, old, aside)
        text = f"Column {self.table.name}.{old.name} is no longer defined; its {counted(rows, 'value')} "
        return self._change(
            "column gone", old.name, Grade.loses, f"{text}are kept as {aside}.", *steps, rows=rows
        )

    def aside(self, name: str) -> str:
        return aside_name(name, self.today, self.found.columns)

    # --- keys --------------------------------------------------------------------------------

    def _keys(self) -> Found:
        anew = {key for key in self.wanted.keys if self.converted & set(key.columns)}
        staying = {
            one for one in self.found.foreign & self.wanted.foreign if not self.converted & set(one.columns)
        }
        for key in sorted(self.found.keys, key=str):
            known = key in self.wanted.keys or self._implied(key)
            if not known or self.converted & set(key.columns):
                kind = "unique gone" if key.unique and key not in anew else "index gone"
                text = f"{_named(key)} of {self.table.name} on {', '.join(key.columns)} is dropped."
                native = not (self.ddl.sqlite and key.constraint)
                steps = self.ddl.drop_key(self.table.name, key, staying) if native else ()
                yield Phase.key_gone, self._change(kind, key.name or "", Grade.safe, text, *steps)
        for key in sorted(self.wanted.keys, key=str):
            if key in anew or key not in self.found.keys:
                yield Phase.key, self._new_key(key)

    def _implied(self, key: Key) -> bool:
        """MariaDB makes an index for each foreign key by itself."""
        leans = {one.columns for one in self.wanted.foreign}
        return self.ddl.mysql and not key.unique and key.columns in leans

    def _new_key(self, key: Key) -> Change:
        where = f"{_named(key)} of {self.table.name} on {', '.join(key.columns)}"
        held = any(one.name == key.name and self._implied(one) for one in self.found.keys)
        step = self.ddl.exchange_index(self.table.name, key) if held else self.ddl.add_key(self.table, key)
        if not key.unique:
            return self._change("index", key.name or "", Grade.safe, f"{where} is new.", step)
        rows = self._doubles(key)
        grade = Grade.check if rows else Grade.safe
        return self._change(
            "unique", key.name or "", grade, f"{where} is new; {_fit(rows, 'double')}", step, rows=rows
        )

    def _doubles(self, key: Key) -> int:
        new = [self.wanted.columns[name] for name in key.columns if name not in self.found.columns]
        if any(column.nullable and column.default is None and not column.computed for column in new):
            return 0
        old = [self.found.columns[name] for name in key.columns if name in self.found.columns]
        computed = [self.table.c[column.name].computed for column in new if column.computed]
        filled = [one.sqltext.is_not(None) for one in computed if one is not None]
        return misfits.double_count(self.connection, self.found, old, filled)

    # --- foreign keys ------------------------------------------------------------------------

    def _foreign(self) -> Found:
        anew = {one for one in self.wanted.foreign if self.converted & set(one.columns)}
        for one in sorted(self.found.foreign, key=str):
            if one in anew or one not in self.wanted.foreign:
                text = f"Column {self.table.name}.{', '.join(one.columns)} no longer points to {one.table}."
                steps = () if self.ddl.sqlite else (self.ddl.drop_foreign(self.table.name, one),)
                kind, name = "foreign key gone", one.name or ""
                yield Phase.foreign_gone, self._change(kind, name, Grade.safe, text, *steps)
        for constraint in sorted(self.table.foreign_key_constraints, key=lambda one: str(one.column_keys)):
            one = self._shape_of(constraint)
            if one in anew or one not in self.found.foreign:
                yield Phase.foreign, self._new_foreign(constraint, one)

    def _shape_of(self, constraint: sa.ForeignKeyConstraint) -> Foreign:
        columns = tuple(constraint.column_keys)
        name = constraint.name
        return next(one for one in self.wanted.foreign if one.columns == columns and name in (one.name, None))

    def _new_foreign(self, constraint: sa.ForeignKeyConstraint, one: Foreign) -> Change:
        steps = () if self.ddl.sqlite else (self.ddl.add_foreign(constraint),)
        rows = self._orphans(one)
        text = (
            f"Column {self.table.name}.{', '.join(one.columns)} points to {one.table}; {_fit(rows, 'astray')}"
        )
        grade = Grade.check if rows else Grade.safe
        return self._change("foreign key", one.name or "", grade, text, *steps, rows=rows)

    def _orphans(self, one: Foreign) -> int:
        if any(name not in self.found.columns for name in one.columns):
            return 0
        target = self.tables.get(one.table)
        whole = target is not None and all(name in target.columns for name in one.targets)
        return misfits.orphan_count(self.connection, self.found, one, target if whole else None)


def _named(key: Key) -> str:
    return "Unique rule" if key.unique else "Index"


def _fit(rows: int, fault: str) -> str:
    if rows == 0:
        return "all rows fit."
    return f"{counted(rows)} {'is' if rows == 1 else 'are'} {fault}."


def inline_foreign(table: sa.Table, name: str) -> list[sa.ForeignKey]:
    column: sa.Column[Any] = table.c[name]
    return list(column.foreign_keys)
