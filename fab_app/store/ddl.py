"""The statements that make one change, as each database wants them. Texts only; nothing is executed here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateSequence, CreateTable

from fab_app.store.shape import ColumnShape, Foreign, Key, compiler

_INDEX: Final = re.compile(r"^CREATE (UNIQUE )?INDEX (\S+) ON \S+ ")


class Ddl:
    """Spells changes for one database."""

    def __init__(self, dialect: sa.Dialect) -> None:
        self.dialect = dialect
        self.mysql = dialect.name == "mysql"
        self.sqlite = dialect.name == "sqlite"

    def q(self, name: str) -> str:
        return str(self.dialect.identifier_preparer.quote(name))

    def create_table(
        self, table: sa.Table, foreign: Sequence[sa.ForeignKeyConstraint] | None = None
    ) -> tuple[str, ...]:
        """The table and its indexes, with the foreign keys given (None: all).

        MariaDB pays a commit for each statement, so there the indexes stand inside the first.
        """
        body = self._text(CreateTable(table, include_foreign_key_constraints=foreign))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        texts = [self._text(CreateIndex(one)) for one in indexes]
        if self.mysql and texts:
            inside = ", ".join(
                _INDEX.sub(lambda found: f"{found[1] or ''}INDEX {found[2]} ", text) for text in texts
            )
            start, end = body.rsplit("\n)", 1)
            body, texts = f"{start}, {inside}\n){end}", []
        return (*self._sequences(table), body, *texts)

    def add_column(self, column: sa.Column[Any]) -> str:
        """On SQLite with its foreign key, which cannot be added later without a rebuild."""
        spec = self.spec(column)
        if self.sqlite:
            spec += "".join(self._inline(column, foreign) for foreign in column.foreign_keys)
        return f"ALTER TABLE {self.q(column.table.name)} ADD COLUMN {spec}"

    def add_bare(self, table: str, name: str, raw: str) -> str:
        """A column of a type that may be null and has no rules."""
        return f"ALTER TABLE {self.q(table)} ADD COLUMN {self.q(name)} {raw}"

    def drop_column(self, table: str, name: str) -> str:
        return f"ALTER TABLE {self.q(table)} DROP COLUMN {self.q(name)}"

    def alter_column(self, column: sa.Column[Any], old: ColumnShape, new: ColumnShape) -> tuple[str, ...]:
        """Type, default and whether it may be null, in place. Not for SQLite."""
        table, name = self.q(column.table.name), self.q(column.name)
        if self.mysql:
            return (f"ALTER TABLE {table} MODIFY COLUMN {self.spec(column)}",)
        start = f"ALTER TABLE {table} ALTER COLUMN {name}"
        steps: list[str] = []
        if old.type != new.type:
            steps.append(f"{start} TYPE {new.raw}")
        if old.default != new.default:
            default = compiler(self.dialect).get_column_default_string(column)
            steps.append(f"{start} DROP DEFAULT" if default is None else f"{start} SET DEFAULT {default}")
        if old.nullable != new.nullable:
            steps.append(f"{start} {'DROP' if new.nullable else 'SET'} NOT NULL")
        return tuple(steps)

    def set_aside(self, table: str, old: ColumnShape, aside: str) -> tuple[str, ...]:
        """Renames the column and lets it be empty, in one statement where a crash could part them."""
        start = f"ALTER TABLE {self.q(table)}"
        if self.mysql:
            return (f"{start} CHANGE COLUMN {self.q(old.name)} {self.q(aside)} {old.raw} NULL",)
        loose = () if old.nullable else (f"{start} ALTER COLUMN {self.q(old.name)} DROP NOT NULL",)
        return (*loose, self.rename_column(table, old.name, aside))

    def swap(self, column: sa.Column[Any], old: ColumnShape, aside: str, fresh: str) -> tuple[str, ...]:
        """The filled column ``fresh`` takes the place of ``old``, which is set aside. Not for SQLite."""
        table = column.table.name
        if self.mysql:
            (away,) = self.set_aside(table, old, aside)
            return (f"{away}, CHANGE COLUMN {self.q(fresh)} {self.spec(column)}",)
        empty = ColumnShape(column.name, "", True, None, "", column.name)
        new = ColumnShape(
            column.name, "", bool(column.nullable), "" if column.server_default else None, "", ""
        )
        rest = self.alter_column(column, empty, new)
        return (*self.set_aside(table, old, aside), self.rename_column(table, fresh, column.name), *rest)

    def rename_column(self, table: str, old: str, new: str) -> str:
        return f"ALTER TABLE {self.q(table)} RENAME COLUMN {self.q(old)} TO {self.q(new)}"

    def rename_table(self, old: str, new: str) -> str:
        return f"ALTER TABLE {self.q(old)} RENAME TO {self.q(new)}"

    def add_key(self, table: sa.Table, key: Key) -> str:
        """SQLite gets a unique index for a unique constraint, the same to it and no rebuild."""
        for index in table.indexes:
            if index.name == key.name and not key.constraint:
                return self._text(CreateIndex(index))
        for constraint in table.constraints:
            columns = tuple(column.name for column in getattr(constraint, "columns", ()))
            if isinstance(constraint, sa.UniqueConstraint) and columns == key.columns and not self.sqlite:
                return self._text(AddConstraint(constraint, isolate_from_table=False))
        name = self.q(key.name or f"uq_{table.name}_{'_'.join(key.columns)}")
        return f"CREATE UNIQUE INDEX {name} ON {self.q(table.name)} ({self._list(key.columns)})"

    def exchange_index(self, table: str, key: Key) -> str:
        """Another index in the place of one that a foreign key leans on, which MariaDB allows in one step alone."""
        name = self.q(key.name or "")
        return f"ALTER TABLE {self.q(table)} DROP INDEX {name}, ADD INDEX {name} ({self._list(key.columns)})"

    def drop_key(self, table: str, key: Key, foreign: Iterable[Foreign]) -> tuple[str, ...]:
        """MariaDB refuses to drop the index that a foreign key leans on: that gets one of its own first."""
        name, name_of = self.q(key.name or ""), self.q(table)
        if self.mysql:
            leaning = [
                one for one in foreign if one.columns[0] == key.columns[0] and one.columns != key.columns
            ]
            own = tuple(
                f"CREATE INDEX {self.q(one.name or f'ix_{table}')} ON {name_of} ({self._list(one.columns)})"
                for one in leaning
            )
            return (*own, f"DROP INDEX {name} ON {self.q(table)}")
        if key.constraint:
            return (f"ALTER TABLE {self.q(table)} DROP CONSTRAINT {name}",)
        return (f"DROP INDEX {name}",)

    def add_foreign(self, constraint: sa.ForeignKeyConstraint) -> str:
        return self._text(AddConstraint(constraint, isolate_from_table=False))

    def drop_foreign(self, table: str, foreign: Foreign) -> str:
        word = "FOREIGN KEY" if self.mysql else "CONSTRAINT"
        return f"ALTER TABLE {self.q(table)} DROP {word} {self.q(foreign.name or '')}"

    def spec(self, column: sa.Column[Any]) -> str:
        return str(compiler(self.dialect).get_column_specification(column))

    def _inline(self, column: sa.Column[Any], foreign: sa.ForeignKey) -> str:
        target, referred = foreign.target_fullname.rsplit(".", 1)
        name = foreign.constraint.name if foreign.constraint is not None else None
        named = f" CONSTRAINT {self.q(name)}" if isinstance(name, str) else ""
        rule = f" ON DELETE {foreign.ondelete}" if foreign.ondelete else ""
        return f"{named} REFERENCES {self.q(target)} ({self.q(referred)}){rule}"

    def _sequences(self, table: sa.Table) -> Iterable[str]:
        if not self.dialect.supports_sequences:
            return ()
        sequences = [column.default for column in table.columns if isinstance(column.default, sa.Sequence)]
        used = [one for one in sequences if not (one.optional and self.dialect.sequences_optional)]
        return [self._text(CreateSequence(one, if_not_exists=True)) for one in used]

    def _list(self, names: Iterable[str]) -> str:
        return ", ".join(self.q(name) for name in names)

    def _text(self, element: sa.schema.ExecutableDDLElement) -> str:
        return str(element.compile(dialect=self.dialect)).strip()
