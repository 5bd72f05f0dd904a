"""Rows that are stored by column stand as those that are stored one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fab_app.fields.scaled import Scaled
from fab_app.store.engine import Id, Moment, make_engine
from fab_app.store.inserting import Same, insert_all
from tests.servers import DATABASES, Servers

METADATA = sa.MetaData()
WIDE = sa.Table(
    "wide",
    METADATA,
    sa.Column("id", Id, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("name", sa.String(40)),
    sa.Column("day", sa.Date),
    sa.Column("at", Moment),
    sa.Column("paid", sa.Boolean),
    sa.Column("amount", Scaled(2)),
    sa.Column("told", sa.JSON),
)
NARROW = sa.Table("narrow", METADATA, sa.Column("gram", sa.String(2)), sa.Column("owner_id", Id))
AT = datetime(2026, 1, 2, 3, 4, 5, 678)


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    servers = Servers()
    url = servers.new(request.param, tmp_path)
    engine = make_engine(url)
    METADATA.create_all(engine)
    yield engine
    engine.dispose()
    servers.drop(request.param, url)


def rows(engine: sa.Engine, table: sa.Table) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]


def test_rows_stand_as_if_each_were_stored_by_itself(engine: sa.Engine) -> None:
    told = [{"name": [None, "甲\u0001 \\ \" '"]}, None, {"at": [1.5, True]}]
    columns = {
        "told": told,
        "name": ["甲", None, "100% :a %(b)s ?"],
        "day": [date(2026, 1, 2), None, date(2026, 1, 2)],
        "at": Same(AT),
        "paid": [True, False, None],
        "amount": [Decimal("1.50"), None, Decimal("-2.25")],
    }
    with engine.begin() as connection:
        insert_all(connection, WIDE, columns, 3)
    by_column = rows(engine, WIDE)
    with engine.begin() as connection:
        connection.execute(sa.delete(WIDE))
        for at in range(3):
            one = {k: v.value if isinstance(v, Same) else v[at] for k, v in columns.items()}
            connection.execute(sa.insert(WIDE).values(one))
    one_by_one = rows(engine, WIDE)
    own = {"id"}
    assert [{k: v for k, v in row.items() if k not in own} for row in by_column] == [
        {k: v for k, v in row.items() if k not in own} for row in one_by_one
    ]
    assert [row["version"] for row in by_column] == [1, 1, 1]


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_narrow_rows_that_go_together_are_all_there(engine: sa.Engine, count: int) -> None:
    with engine.begin() as connection:
        insert_all(connection, NARROW, {"owner_id": list(range(count)), "gram": Same("甲乙")}, count)
    assert rows(engine, NARROW) == [{"gram": "甲乙", "owner_id": at} for at in range(count)]


def test_wide_rows_that_go_together_are_all_there(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        numbers = [Decimal(at) for at in range(500)]
        insert_all(connection, WIDE, {"amount": numbers, "name": Same("甲"), "told": Same({"a": 1})}, 500)
    found = [(row["name"], row["amount"], row["told"]) for row in rows(engine, WIDE)]
    assert found == [("甲", Decimal(at), {"a": 1}) for at in range(500)]


def test_what_the_database_refuses_is_told(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as connection:
        insert_all(connection, WIDE, {"id": [1, 1], "name": Same("甲")}, 2)
    assert rows(engine, WIDE) == []


def test_signs_that_are_no_text_are_written_all_the_same(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'one.sqlite'}")
    METADATA.create_all(engine)
    with engine.begin() as connection:
        insert_all(connection, WIDE, {"told": [{"a": "\ud800"}]}, 1)
    assert [row["told"] for row in rows(engine, WIDE)] == [{"a": "\ud800"}]
