"""No error of the database tells a value of a row, whatever its driver would say by itself."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from fab_app.store.engine import TABLE_ARGS, Id, contended

METADATA = sa.MetaData()
PERSON = sa.Table(
    "person",
    METADATA,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    sa.Column("phone", sa.String(30), nullable=False, unique=True),
    sa.Column("name", sa.String(12)),
    sa.Column("age", sa.Integer),
    sa.CheckConstraint("age < 200", name="ck_age"),
    **TABLE_ARGS,
)
SECRET = "SECRET' for key 'x"
WRONGS: dict[str, tuple[str, dict[str, Any]]] = {
    "twice": ("insert into person (phone) values (:a)", {"a": SECRET}),
    "missing": ("insert into person (phone, name) values (:a, :b)", {"a": None, "b": "SECRET"}),
    "against a check": ("insert into person (phone, name, age) values ('1', :b, 900)", {"b": "SECRET"}),
    "of another type": ("insert into person (phone, age) values ('2', :a)", {"a": "SECRET"}),
    "not a number": ("select cast(:a as integer) from nosuch", {"a": "SECRET"}),
    "unreadable": ("insert into person (phone) values (:a) nosuch", {"a": "SECRET"}),
}


def refusal(engine: sa.Engine, text: str, values: dict[str, Any]) -> sa.exc.DBAPIError | None:
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(text), values)
    except sa.exc.DBAPIError as error:
        return error
    return None


@pytest.mark.parametrize("wrong", WRONGS)
def test_error_tells_no_value(kind: str, engine_of: Callable[..., sa.Engine], wrong: str) -> None:
    engine = engine_of(kind, METADATA)
    refusal(engine, *WRONGS["twice"])
    error = refusal(engine, *WRONGS[wrong])
    if error is None:
        assert (kind, wrong) == ("sqlite", "of another type")
        return
    told = "".join(traceback.format_exception(error)) + repr(error.orig)
    assert "SECRET" not in told and not contended(error)


def test_error_still_names_what_was_hurt(kind: str, engine_of: Callable[..., sa.Engine]) -> None:
    engine = engine_of(kind, METADATA)
    for _ in range(2):
        error = refusal(engine, *WRONGS["twice"])
    assert isinstance(error, sa.exc.IntegrityError) and "phone" in str(error.orig)


def test_told_statements_hold_no_value(
    kind: str, engine_of: Callable[..., sa.Engine], caplog: pytest.LogCaptureFixture
) -> None:
    engine = engine_of(kind, METADATA)
    caplog.set_level(logging.INFO, "sqlalchemy.engine")
    refusal(engine, *WRONGS["twice"])
    assert "insert into person" in caplog.text and "SECRET" not in caplog.text
