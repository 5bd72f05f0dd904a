"""Values on their way into SQL: an element with what is known of its kind.

A number is a whole number with a scale: 12.50 is the element 1250 with scale 2. An int has scale 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnElement, Grouping
from sqlalchemy.types import TypeDecorator, TypeEngine

from fab_app.expr.constructs import Binary, HalfUp, Moment, Wide
from fab_app.expr.types import NUMBERS, FieldType, Kind


@dataclass(frozen=True)
class Value:
    """`known` is the Python value of a literal or parameter, so that it can be scaled before it is bound."""

    element: ColumnElement[Any]
    kind: Kind
    scale: int = 0
    known: Any = None

    @property
    def number(self) -> bool:
        return self.kind in NUMBERS

    @property
    def null(self) -> bool:
        return self.kind is Kind.null


class Whole(TypeDecorator[int]):
    """int, also where the database answers with a decimal (sums and products do)."""

    impl = sa.BigInteger
    cache_ok = True

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(value)


class Scaled(TypeDecorator[Decimal]):
    """Decimal over a whole number of 10 ** -scale."""

    impl = sa.BigInteger
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> int | None:
        return None if value is None else scaled(Decimal(value), self.scale)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-self.scale)


_STORED: dict[Kind, TypeEngine[Any]] = {
    Kind.int: sa.BigInteger(),
    Kind.decimal: sa.BigInteger(),
    Kind.text: sa.String(),
    Kind.bool: sa.Boolean(),
    Kind.date: sa.Date(),
    Kind.datetime: sa.DateTime(),
    Kind.time: sa.Time(),
}
NOTHING = Value(sa.null(), Kind.null)


def stored(element: ColumnElement[Any], type_: FieldType) -> Value:
    """A column as it stands in the table, whatever its Python type makes of it elsewhere."""
    raw = _STORED.get(type_.kind)
    return Value(element if raw is None else sa.type_coerce(element, raw), type_.kind, type_.scale)


def answered(value: Value) -> ColumnElement[Any]:
    """The element with a type that gives int and Decimal to Python."""
    if value.kind is Kind.decimal:
        if value.known is not None:  # a coerced parameter would be scaled once more when it is bound
            return sa.literal(value.known, Scaled(value.scale))
        return sa.type_coerce(value.element, Scaled(value.scale))
    return sa.type_coerce(value.element, Whole()) if value.kind is Kind.int else value.element


def literal(value: Any) -> Value:
    """A Python value as a bound parameter; many values stay in Python until `in` takes them."""
    match value:
        case None:
            return NOTHING
        case bool():
            return Value(sa.true() if value else sa.false(), Kind.bool, known=value)
        case int():
            return Value(sa.literal(value, sa.BigInteger()), Kind.int, known=value)
        case Decimal():
            scale = max(0, -int(value.as_tuple().exponent))
            return Value(sa.literal(scaled(value, scale), sa.BigInteger()), Kind.decimal, scale, value)
        case str():
            return Value(sa.literal(value, sa.String()), Kind.text, known=value)
        case datetime():
            return Value(Moment(sa.literal(value, sa.DateTime())), Kind.datetime, known=value)
        case date():
            return Value(Moment(sa.literal(value, sa.Date())), Kind.date, known=value)
        case time():
            return Value(sa.literal(value, sa.Time()), Kind.time, known=value)
        case list() | tuple() | set() | frozenset():
            return Value(sa.null(), Kind.many, known=tuple(v for v in value if v is not None))
    return Value(sa.literal(value), Kind.ref, known=value)


def scaled(number: Decimal, scale: int) -> int:
    return int(number.scaleb(scale).to_integral_value(ROUND_HALF_UP))


def rescaled(value: Value, scale: int) -> Value:
    """The same number in another scale, rounded half up (away from zero) where digits are lost."""
    if value.null or value.scale == scale:
        return value
    if value.known is not None:
        whole = scaled(Decimal(value.known), scale)
        known = Decimal(whole).scaleb(-scale)
        return Value(sa.literal(whole, sa.BigInteger()), Kind.decimal, scale, known)
    raw: ColumnElement[Any]
    if scale > value.scale:
        raw = Wide(value.element) * _power(scale - value.scale)
    else:
        raw = HalfUp(value.element, _power(value.scale - scale))
    return replace(value, element=raw, kind=Kind.decimal, scale=scale)


def aligned(values: Sequence[Value]) -> list[Value]:
    """Numbers brought to one scale; other kinds as they are."""
    numbers = [value for value in values if value.number]
    scale = max((value.scale for value in numbers), default=0)
    decimal = any(value.kind is Kind.decimal for value in numbers)
    kind = Kind.decimal if decimal else Kind.int
    return [replace(rescaled(v, scale), kind=kind) if v.number else v for v in values]


def common(values: Sequence[Value]) -> tuple[Kind, int]:
    """Kind and scale of aligned values, of which some may be null."""
    return next(((v.kind, v.scale) for v in values if not v.null), (Kind.null, 0))


def ordered(value: Value) -> ColumnElement[Any]:
    """An element that sorts by code point, whatever the collation."""
    return Binary(value.element) if value.kind is Kind.text else value.element


def grouped(value: Value) -> ColumnElement[Any]:
    """An element in brackets where it is a condition: SQLAlchemy writes (NOT a) IS NULL without them."""
    return Grouping(value.element) if value.kind is Kind.bool else value.element


def has_column(element: ColumnElement[Any]) -> bool:
    return any(isinstance(part, sa.ColumnClause) for part in visitors.iterate(element))


def _power(digits: int) -> ColumnElement[int]:
    return sa.literal(10**digits, sa.BigInteger())
