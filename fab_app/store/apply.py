"""Makes a plan true, under a lock that all processes respect."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import groupby

import sqlalchemy as sa

from fab_app.store import ledger
from fab_app.store.change import Change, Copy, Grade, Plan, PlanNeeded
from fab_app.store.conversion import meant
from fab_app.store.plan import plan
from fab_app.store.rename import Renames
from fab_app.store.shape import digest, wanted_shapes

BATCH = 1000


def at_start(
    engine: sa.Engine, metadata: sa.MetaData, renames: Renames | None = None, today: date | None = None
) -> Plan:
    """Makes tables and additive changes; usually one SELECT that finds nothing to do. Answers what was done.

    Raises PlanNeeded where anything else differs; the database is then as it was. Processes that start
    together make the changes once: the others wait and find them made.
    """
    aim = digest(wanted_shapes(metadata, engine.dialect), engine.dialect)
    with engine.connect() as connection:
        if ledger.known_digest(connection) == aim:
            return Plan((), aim)
    with ledger.locked(engine) as connection:
        found = plan(connection, metadata, ledger.our_tables(connection), renames, today)
        if any(not change.additive for change in found.changes):
            raise PlanNeeded(found)
        _make(connection, found)
        return found


def apply(engine: sa.Engine, plan_: Plan, allow: Collection[Grade] = ()) -> None:
    """Makes all changes of the plan or, where ``allow`` lacks the grade of one or rows do not fit, none.

    Raises PlanNeeded then, and also where the database has become another since the plan was made. A plan
    that was cut short (MariaDB commits at every change) is completed by planning and applying again.
    """
    if beyond := plan_.beyond(allow):
        raise PlanNeeded(Plan(beyond, plan_.digest))
    with ledger.locked(engine) as connection:
        now = plan_.again(connection) if plan_.again is not None else plan_
        if now.changes != plan_.changes:
            raise PlanNeeded(now)
        _make(connection, now)


def _make(connection: sa.Connection, plan_: Plan) -> None:
    ledger.open_ledger(connection)
    ledger.claim(connection, plan_.claimed)
    for change in plan_.changes:
        _carry_out(connection, change)
    ledger.disclaim(connection, plan_.disclaimed)
    ledger.note(connection, [(one.kind, one.grade.name, one.text) for one in plan_.changes])
    if connection.dialect.name == "sqlite":
        _check_references(connection, plan_)
    ledger.settle(connection, plan_.digest)


def _carry_out(connection: sa.Connection, change: Change) -> None:
    for step in change.steps:
        if isinstance(step, Copy):
            _copy(connection, step)
        else:
            connection.exec_driver_sql(step)


def _copy(connection: sa.Connection, step: Copy) -> None:
    """Fills the new column, a statement per different value; what means nothing there stays empty."""
    old: sa.ColumnClause[object] = sa.column(step.source)
    table = sa.table(step.table, old, sa.column(step.target, step.type))
    read = meant(step.type)
    values = connection.scalars(sa.select(old).select_from(table).where(old.is_not(None)).distinct()).all()
    pairs = [(value, meaning) for value in values if (meaning := _meaning(read, value)) is not None]
    update = (
        table.update()
        .where(old == sa.bindparam("old_value"))
        .values({step.target: sa.bindparam("new_value")})
    )
    for _, batch in groupby(enumerate(pairs), key=lambda at: at[0] // BATCH):
        connection.execute(update, [{"old_value": pair[0], "new_value": pair[1]} for _, pair in batch])


def _meaning(read: object, value: object) -> object:
    try:
        return read(value)  # type: ignore[operator]
    except (ValueError, ArithmeticError):
        return None


def _check_references(connection: sa.Connection, plan_: Plan) -> None:
    """A rebuild must not have parted rows from what they point to; better no change than that."""
    for name in sorted({change.table for change in plan_.changes if change.kind == "rebuild"}):
        quoted = connection.dialect.identifier_preparer.quote(name)
        if astray := connection.exec_driver_sql(f"PRAGMA foreign_key_check({quoted})").all():
            raise sa.exc.IntegrityError(
                f"{len(astray)} rows of {name} point to nothing", None, Exception(name)
            )
