"""A shop whose definitions change while its tables hold rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from fab_app.store import ledger
from fab_app.store.apply import at_start
from fab_app.store.engine import TABLE_ARGS, Id, writing
from fab_app.store.plan import Grade, Plan, Renames, plan

TODAY = date(2026, 11, 22)
EVERYTHING = frozenset({Grade.check, Grade.loses})
ROWS = [
    {"id": 1, "code": "A1", "price": "10", "note": "first", "owner_id": None},
    {"id": 2, "code": "B2", "price": "12.50", "note": None, "owner_id": 1},
    {"id": 3, "code": "B2", "price": "cheap", "note": "第三", "owner_id": 9},
]


def shop(*columns: sa.schema.SchemaItem, name: str = "shop_order") -> sa.MetaData:
    """A table with the columns and rules given, beside an ``id``; and a small one to point to."""
    metadata = sa.MetaData()
    sa.Table(
        "shop_owner",
        metadata,
        sa.Column("id", Id, primary_key=True),
        sa.Column("name", sa.String(20)),
        **TABLE_ARGS,
    )
    sa.Table(name, metadata, sa.Column("id", Id, primary_key=True), *columns, **TABLE_ARGS)
    return metadata


def code(length: int = 10, **more: Any) -> sa.Column[str]:
    return sa.Column("code", sa.String(length), **more)


def price(type_: Any = None, **more: Any) -> sa.Column[Any]:
    return sa.Column("price", type_ or sa.String(10), **more)


def note(**more: Any) -> sa.Column[str]:
    return sa.Column("note", sa.Text, **more)


def owner(*more: Any) -> sa.Column[int]:
    return sa.Column("owner_id", Id, *more)


def before() -> sa.MetaData:
    index = sa.Index("ix_shop_order_note_code", "code", "owner_id")
    return shop(code(), price(), note(), owner(), index)


def points() -> sa.ForeignKey:
    return sa.ForeignKey("shop_owner.id", name="fk_shop_order_owner_id")


def planned(engine: sa.Engine, metadata: sa.MetaData, renames: Renames | None = None) -> Plan:
    with engine.connect() as connection:
        return plan(connection, metadata, ledger.our_tables(connection), renames, TODAY)


def rows(engine: sa.Engine, table: str = "shop_order", *names: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        what = ", ".join(names) or "*"
        return [tuple(row) for row in connection.execute(sa.text(f"SELECT {what} FROM {table} ORDER BY id"))]


def graded(made: Plan) -> list[tuple[str, str, str, int]]:
    """What matters of a plan; a rebuild is SQLite's own affair."""
    changes = [one for one in made.changes if one.kind not in ("rebuild", "index", "index gone")]
    return [(one.kind, one.name, one.grade.name, one.rows) for one in changes if one.kind != "rebuild"]


def settled(engine: sa.Engine, metadata: sa.MetaData) -> bool:
    return str(planned(engine, metadata)) == "" and not at_start(engine, metadata)


def fill(engine: sa.Engine) -> None:
    """The tables as they were ``before``, with an owner and the ROWS."""
    metadata = before()
    at_start(engine, metadata)
    with writing(engine) as connection:
        connection.execute(metadata.tables["shop_owner"].insert(), [{"id": 1, "name": "one"}])
        connection.execute(metadata.tables["shop_order"].insert(), ROWS)
