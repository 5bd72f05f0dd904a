"""The functions of the language. One row each: what it takes and gives, in Python and in SQL.

(The third face, of the same name, is in web/static/js/expr.js.) Unless said otherwise an unknown
argument makes the answer unknown, and the faces below never see one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from fab_app.core import workdays
from fab_app.expr.arithmetic import EXACT, quantized
from fab_app.expr.constructs import LETTERS, Greatest, HalfUp, Least, Length, Lower, Position
from fab_app.expr.errors import ExprError
from fab_app.expr.fits import widest
from fab_app.expr.moments import DaysApart, LocalDay, SecondsApart
from fab_app.expr.persons import birth_date, gender, sql_birth_date, sql_gender
from fab_app.expr.types import FieldType, Kind
from fab_app.expr.values import NOTHING, Value, aligned, common, literal, ordered, rescaled

ANY_NUMBER_OF = 20
FARTHEST = 2_000
"""Working days: eight years."""

ALONE = "keep it in a field: as its default, or by an effect of a move"

UNITS = frozenset({"days", "hours", "months"})
QUANTIFIERS = frozenset({"count", "exists", "sum", "min", "max"})


@dataclass(frozen=True)
class Special:
    """A function that the compilers know by name, for it needs more than values."""

    least: int
    most: int


SPECIAL = {
    "today": Special(0, 0),
    "now": Special(0, 0),
    "empty": Special(1, 1),
    "below": Special(2, 2),
    "covers": Special(2, 2),
    "depth_of": Special(2, 2),
}


@dataclass(frozen=True)
class Function:
    """`takes`: a kind of argument each, the last one repeated; see `check.FITS` for the words.

    `python` takes values, `sql` takes Values; a `zoned` one takes the zone's offset in minutes (in SQL, as
    an element) before them. `lazy`: `python` takes functions of the environment and answers nulls itself.
    `alone`: what only Python says; neither a query nor the browser asks for it.
    """

    takes: tuple[str, ...]
    least: int
    most: int
    gives: Callable[[Sequence[FieldType]], FieldType]
    python: Callable[..., Any]
    sql: Callable[..., Value]
    zoned: bool = False
    lazy: bool = False
    alone: bool = False


def local_day(offset: int, moment: date) -> date:
    """The day of a datetime in the zone; of a date the date."""
    if not isinstance(moment, datetime):
        return moment
    return (moment + timedelta(minutes=offset)).date()


def seconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


# Python

_FOLD = str.maketrans(LETTERS, LETTERS.lower())


def _lower(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_FOLD)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _round(number: Any, digits: int = 0) -> Any:
    return number if isinstance(number, int) else quantized(number, digits)


def _hours_between(begin: datetime, end: datetime) -> Decimal:
    whole = int((seconds(end) - seconds(begin)).total_seconds())
    return quantized(EXACT.divide(Decimal(whole), Decimal(3600)), 2)


def _days_between(offset: int, begin: date, end: date) -> int:
    return (local_day(offset, end) - local_day(offset, begin)).days


def _workdays_after(offset: int, moment: date, count: int) -> date:
    """Of a datetime the same time of that day."""
    day = local_day(offset, moment)
    return moment + (workdays.after(day, max(-FARTHEST, min(count, FARTHEST))) - day)


def _workdays_between(offset: int, begin: date, end: date) -> int:
    return workdays.between(local_day(offset, begin), local_day(offset, end))


def _coalesce(env: Any, *args: Callable[[Any], Any]) -> Any:
    return next((value for arg in args if (value := arg(env)) is not None), None)


def _iif(env: Any, condition: Any, yes: Any, no: Any) -> Any:
    return yes(env) if condition(env) else no(env)


# SQL


def _unsaid(*args: Value) -> Value:
    raise ExprError("working days are not known in a query", 1, ALONE)


NO_DIGITS = literal(0)


def _sql_day(offset: Value, value: Value) -> Value:
    if value.kind is Kind.date:
        return value
    return Value(LocalDay(value.element, offset.element), Kind.date)


def _sql_part(part: str) -> Callable[[Value, Value], Value]:
    return lambda offset, value: Value(sa.extract(part, _sql_day(offset, value).element), Kind.int)


def _sql_text(number: Value) -> Value:
    return Value(sa.cast(number.element, sa.String()), Kind.text)


def _sql_digits(text: Value) -> Value:
    rest = text.element
    for digit in "0123456789":
        rest = sa.func.replace(rest, digit, "", type_=sa.String())
    return Value(sa.and_(Length(text.element) > 0, Length(rest) == 0), Kind.bool)


def _sql_position(found: Callable[[Any], Any]) -> Callable[[Value, Value], Value]:
    return lambda text, part: Value(found(Position(text.element, part.element)), Kind.bool)


def _sql_extreme(construct: type[Least | Greatest]) -> Callable[..., Value]:
    def extreme(*args: Value) -> Value:
        values = aligned(args)
        return replace(values[0], element=construct(*map(ordered, values)), known=None)

    return extreme


def _sql_coalesce(*args: Value) -> Value:
    values = [value for value in aligned(args) if not value.null]
    if len(values) < 2:
        return values[0] if values else NOTHING
    kind, scale = common(values)
    return Value(
        sa.func.coalesce(*(value.element for value in values), type_=values[0].element.type), kind, scale
    )


def _sql_iif(condition: Value, *branches: Value) -> Value:
    yes, no = aligned(branches)
    kind, scale = common((yes, no))
    return Value(sa.case((condition.element, yes.element), else_=no.element), kind, scale)


def _sql_round(value: Value, digits: Value = NO_DIGITS) -> Value:
    return value if value.kind is Kind.int else rescaled(value, min(value.scale, int(digits.known)))


def _sql_hours_between(begin: Value, end: Value) -> Value:
    apart = SecondsApart(end.element, begin.element)
    return Value(HalfUp(apart, sa.literal(36, sa.BigInteger())), Kind.decimal, 2)


def _sql_days_between(offset: Value, begin: Value, end: Value) -> Value:
    days = (_sql_day(offset, value).element for value in (end, begin))
    return Value(DaysApart(*days), Kind.int)


# What they give


def _always(kind: Kind, scale: int = 0) -> Callable[[Sequence[FieldType]], FieldType]:
    return lambda args: FieldType(kind, scale=scale)


def _rounded(args: Sequence[FieldType]) -> FieldType:
    return args[0] if args[0].kind is Kind.int else replace(args[0], scale=min(args[0].scale, 6))


FUNCTIONS: dict[str, Function] = {
    "date": Function(("moment",), 1, 1, _always(Kind.date), local_day, _sql_day, zoned=True),
    "year": Function(
        ("moment",), 1, 1, _always(Kind.int), lambda o, m: local_day(o, m).year, _sql_part("year"), zoned=True
    ),
    "month": Function(
        ("moment",),
        1,
        1,
        _always(Kind.int),
        lambda o, m: local_day(o, m).month,
        _sql_part("month"),
        zoned=True,
    ),
    "length": Function(("text",), 1, 1, _always(Kind.int), len, lambda v: Value(Length(v.element), Kind.int)),
    "lower": Function(
        ("text",), 1, 1, _always(Kind.text), _lower, lambda v: Value(Lower(v.element), Kind.text)
    ),
    "text": Function(("whole",), 1, 1, _always(Kind.text), str, _sql_text),
    "digits": Function(("text",), 1, 1, _always(Kind.bool), _digits, _sql_digits),
    "contains": Function(
        ("text",), 2, 2, _always(Kind.bool), lambda text, part: part in text, _sql_position(lambda at: at > 0)
    ),
    "startswith": Function(
        ("text",), 2, 2, _always(Kind.bool), str.startswith, _sql_position(lambda at: at == 1)
    ),
    "coalesce": Function(("same",), 2, ANY_NUMBER_OF, widest, _coalesce, _sql_coalesce, lazy=True),
    "iif": Function(("bool", "same"), 3, 3, lambda args: widest(args[1:]), _iif, _sql_iif, lazy=True),
    "min": Function(("ordered",), 2, ANY_NUMBER_OF, widest, min, _sql_extreme(Least)),
    "max": Function(("ordered",), 2, ANY_NUMBER_OF, widest, max, _sql_extreme(Greatest)),
    "abs": Function(
        ("number",),
        1,
        1,
        lambda args: args[0],
        abs,
        lambda v: replace(v, element=sa.func.abs(v.element), known=None),
    ),
    "round": Function(("number", "int"), 1, 2, _rounded, _round, _sql_round),
    "hours_between": Function(
        ("datetime",), 2, 2, _always(Kind.decimal, 2), _hours_between, _sql_hours_between
    ),
    "days_between": Function(
        ("moment",), 2, 2, _always(Kind.int), _days_between, _sql_days_between, zoned=True
    ),
    "workdays_after": Function(
        ("moment", "int"), 2, 2, lambda args: args[0], _workdays_after, _unsaid, zoned=True, alone=True
    ),
    "workdays_between": Function(
        ("moment",), 2, 2, _always(Kind.int), _workdays_between, _unsaid, zoned=True, alone=True
    ),
    "birth_date": Function(("text",), 1, 1, _always(Kind.date), birth_date, sql_birth_date),
    "gender": Function(("text",), 1, 1, _always(Kind.text), gender, sql_gender),
}
