"""What must change in the database for it to be as the definitions say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.sql.ddl import sort_tables_and_constraints

from fab_app.store import misfits
from fab_app.store.change import Change, Grade, Plan, PlanNeeded
from fab_app.store.compare import ASIDE, Comparison, Found, Phase, aside_name, counted
from fab_app.store.ddl import Ddl
from fab_app.store.ledger import OWN, our_tables
from fab_app.store.rebuild import for_sqlite
from fab_app.store.rename import Renames, renamed
from fab_app.store.shape import TableShape, digest, found_shapes, wanted_shapes

__all__ = ["Change", "Grade", "Plan", "PlanNeeded", "Renames", "plan"]


def plan(
    connection: sa.Connection,
    metadata: sa.MetaData,
    ledger: frozenset[str],
    renames: Renames | None = None,
    today: date | None = None,
) -> Plan:
    """The changes from the live database to ``metadata``; reads only.

    ``ledger``: the names of the tables that are ours (``ledger.our_tables``); no other table is compared,
    changed or removed, but one that stands where we want ours is reported. ``today`` names what is set aside.
    """
    dialect = connection.dialect
    wanted = wanted_shapes(metadata, dialect)
    names = (
        ledger | wanted.keys() | {old for (old, column), _ in (renames or {}).items() if not column}
    ) - OWN
    present = found_shapes(connection, names)
    ours = {name: shape for name, shape in present.items() if name in ledger}
    ddl = Ddl(dialect)
    found, changes = renamed(ours, wanted, renames or {}, ddl)
    job = _Job(connection, metadata, ddl, wanted, found, present, today or datetime.now(UTC).date())
    phased = [(Phase.rename, change) for change in changes] + list(job.changes())
    phased.sort(key=lambda pair: pair[0])
    removed = {shape.source for name, shape in found.items() if shape.source != name}
    missing = {name for name in ledger - present.keys() if name not in wanted}
    return Plan(
        tuple(change for _, change in phased),
        digest(wanted, dialect),
        frozenset(wanted) - ledger,
        frozenset(removed | missing | (found.keys() - wanted.keys() - set(job.kept()))),
        lambda again: plan(again, metadata, our_tables(again), renames, today),
    )


@dataclass(frozen=True)
class _Job:
    connection: sa.Connection
    metadata: sa.MetaData
    ddl: Ddl
    wanted: Mapping[str, TableShape]
    found: Mapping[str, TableShape]
    present: Mapping[str, TableShape]
    today: date

    def changes(self) -> Found:
        strangers = {name for name in self.wanted if name in self.present and name not in self.found}
        yield from self._new_tables(self.wanted.keys() - self.found.keys() - strangers)
        for name in sorted(strangers):
            yield Phase.table, self._stranger(name)
        for name in sorted(self.wanted.keys() & self.found.keys()):
            if self.wanted[name] != self.found[name]:
                yield from self._table(name)
        for name in sorted(self.found.keys() - self.wanted.keys() - set(self.kept())):
            yield from self._table_gone(self.found[name])

    def kept(self) -> Iterator[str]:
        """Tables that were set aside earlier."""
        return (name for name in self.found if name.startswith(ASIDE))

    def _new_tables(self, names: set[str]) -> Found:
        """In the order of their foreign keys; where those go in a circle, the last comes afterwards."""
        tables = [self.metadata.tables[name] for name in sorted(names)]
        for table, foreign in sort_tables_and_constraints(tables):  # type: ignore[no-untyped-call]
            if table is None:
                for one in () if self.ddl.sqlite else foreign:
                    name, text = one.table.name, f"Column {one.table.name}.{one.column_keys[0]} points on."
                    step = self.ddl.add_foreign(one)
                    yield Phase.foreign, Change("foreign key", name, str(one.name), Grade.safe, text, (step,))
            else:
                steps = self.ddl.create_table(table, None if self.ddl.sqlite else list(foreign))
                text = f"Table {table.name} is new."
                yield Phase.table, Change("table", table.name, table.name, Grade.safe, text, steps)

    def _stranger(self, name: str) -> Change:
        different = self._comparison(name, self.present[name]).changes()
        if different:
            text = f"Table {name} stands already, is not ours and differs: {different[0][1].text}"
            return Change("stranger", name, name, Grade.blocked, text)
        text = f"Table {name} stands already and fits; it becomes ours."
        return Change("adopted", name, name, Grade.check, text)

    def _table(self, name: str) -> Found:
        comparison = self._comparison(name, self.found[name])
        changes = comparison.changes()
        if not self.ddl.sqlite:
            yield from changes
            return
        kept, rebuild = for_sqlite(comparison, [change for _, change in changes])
        yield from zip((phase for phase, _ in changes), kept, strict=True)
        if rebuild is not None:
            yield Phase.rebuild, rebuild

    def _comparison(self, name: str, found: TableShape) -> Comparison:
        table = self.metadata.tables[name]
        return Comparison(self.connection, self.ddl, table, found, self.wanted[name], self.found, self.today)

    def _table_gone(self, shape: TableShape) -> Found:
        """Copied, not renamed: names of its indexes and keys become free, and nothing it held holds on."""
        aside = aside_name(shape.name, self.today, self.present)
        rows = misfits.row_count(self.connection, shape.source)
        for one in () if self.ddl.sqlite else sorted(shape.foreign, key=str):
            text = f"Column {shape.name}.{one.columns[0]} no longer points to {one.table}."
            step = self.ddl.drop_foreign(shape.name, one)
            kind, grade = "foreign key gone", Grade.safe
            yield Phase.foreign_gone, Change(kind, shape.name, one.name or "", grade, text, (step,))
        q = self.ddl.q
        copy = f"CREATE TABLE {q(aside)} AS SELECT * FROM {q(shape.name)}"  # noqa: S608  (quoted names)
        steps = (copy, f"DROP TABLE {q(shape.name)}")
        text = f"Table {shape.name} is no longer defined; its {counted(rows)} are kept as {aside}."
        yield Phase.gone, Change("table gone", shape.name, shape.name, Grade.loses, text, steps, rows)
