"""How often each table was written to: answers that were computed from it stay right while its number stands still.

Each table has a few rows, so that writers at the same time seldom wait for each other; its number is their sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import randrange
from typing import Any

import sqlalchemy as sa

from fab_app.store.engine import TABLE_ARGS

SLOTS = 4
NAME = "base_written"
Execute = Callable[..., Any]


def written_table(metadata: sa.MetaData) -> None:
    sa.Table(
        NAME,
        metadata,
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("slot", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False, server_default="0"),
        **TABLE_ARGS,
    )


def prepared(execute: Execute, table: sa.Table, names: Iterable[str]) -> None:
    """A number for each of the tables that has none yet; run at start, under the lock of the start."""
    have = set(execute(sa.select(table.c.name).distinct()).scalars())
    rows = [{"name": name, "slot": slot} for name in sorted({*names} - have) for slot in range(SLOTS)]
    if rows:
        execute(sa.insert(table), rows)


def bumping(table: sa.Table) -> Callable[[sa.Connection, Iterable[str]], None]:
    """What says in their transaction that tables were written to; in one order, so that no two wait in a circle.

    The statement is built once: every save runs it.
    """
    here = (table.c.name == sa.bindparam("of"), table.c.slot == sa.bindparam("at"))
    one_more = sa.update(table).where(*here).values(number=table.c.number + 1)

    def bump(connection: sa.Connection, names: Iterable[str]) -> None:
        slot = randrange(SLOTS)  # noqa: S311 - spreads writers, keeps no secret
        connection.execute(one_more, [{"of": name, "at": slot} for name in sorted(names)])

    return bump


def numbers(execute: Execute, table: sa.Table, names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """The number of each table, in one statement."""
    found = execute(
        sa.select(table.c.name, sa.func.sum(table.c.number))
        .where(table.c.name.in_(sorted(names)))
        .group_by(table.c.name)
    )
    return tuple(sorted((name, int(number)) for name, number in found))


def total(table: sa.Table, names: Iterable[str]) -> sa.Select[Any]:
    """The numbers of several tables added up, as ``number``: it stands still while none of them is written to."""
    number = sa.func.coalesce(sa.func.sum(table.c.number), 0)
    return sa.select(sa.cast(number, sa.BigInteger).label("number")).where(table.c.name.in_(sorted(names)))
