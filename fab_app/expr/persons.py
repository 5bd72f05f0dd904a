"""What the number of an identity card tells: the day of birth and the gender, in Python and in SQL.

Of a text that is no such number they are unknown. Only plain SQL is used, and no day is read before its
digits were looked at: PostgreSQL fails where a text is no date.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement

from fab_app.expr.constructs import _args, _Construct
from fab_app.expr.moments import Days
from fab_app.expr.types import Kind
from fab_app.expr.values import Value

_CENTURIES, _DIGITS = ("19", "20"), tuple("0123456789")
_MONTHS = tuple(f"{month:02}" for month in range(1, 13))
_DAYS = tuple(f"{day:02}" for day in range(1, 32))
_PARTS = ((6, 2, _CENTURIES), (8, 1, _DIGITS), (9, 1, _DIGITS), (10, 2, _MONTHS), (12, 2, _DAYS))
_MALE, _FEMALE = tuple("13579"), tuple("02468")


def birth_date(number: str) -> date | None:
    """31 February is 3 March, as the databases count."""
    if any(number[at : at + size] not in allowed for at, size, allowed in _PARTS):
        return None
    return date(int(number[6:10]), int(number[10:12]), 1) + timedelta(int(number[12:14]) - 1)


def gender(number: str) -> str | None:
    digit = number[16:17]
    return "male" if digit in _MALE else "female" if digit in _FEMALE else None


def sql_birth_date(number: Value) -> Value:
    text = number.element
    told = sa.and_(*(_part(text, at, size).in_(allowed) for at, size, allowed in _PARTS))
    first = Day(_part(text, 6, 4) + sa.literal("-") + _part(text, 10, 2) + sa.literal("-01"))
    day = sa.cast(_part(text, 12, 2), sa.Integer()) - 1
    return Value(sa.case((told, Days(first, day)), else_=sa.null()), Kind.date)


def sql_gender(number: Value) -> Value:
    digit = _part(number.element, 16, 1)
    told = sa.case((digit.in_(_MALE), "male"), (digit.in_(_FEMALE), "female"), else_=sa.null())
    return Value(told, Kind.text)


def _part(text: ColumnElement[Any], at: int, size: int) -> ColumnElement[Any]:
    return sa.func.substr(text, at + 1, size, type_=sa.String())


class Day(_Construct):
    """The day that a text YYYY-MM-DD means."""

    inherit_cache = True

    def typed(self, args: tuple[ColumnElement[Any], ...]) -> Any:
        return sa.Date()


@compiles(Day)
def _day(element: Day, compiler: SQLCompiler, **kw: Any) -> str:
    (text,) = _args(element, compiler, kw)
    return f"CAST({text} AS DATE)"


@compiles(Day, "sqlite")
def _day_sqlite(element: Day, compiler: SQLCompiler, **kw: Any) -> str:
    (text,) = _args(element, compiler, kw)
    return text
