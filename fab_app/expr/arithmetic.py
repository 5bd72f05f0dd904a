"""+ - * / in Python and in SQL, exact in decimals."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from fab_app.expr.constructs import HalfUp, Wide
from fab_app.expr.types import Kind
from fab_app.expr.values import Value, aligned, rescaled

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Sign:
    """Two faces over known values; `sql` takes numbers only."""

    python: Callable[[Any, Any], Any]
    sql: Callable[[Value, Value], Value]


def quantized(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), context=EXACT)


def _divided(left: Any, right: Any) -> Decimal | None:
    """Six digits, half up; None for a division by zero."""
    return quantized(EXACT.divide(Decimal(left), Decimal(right)), 6) if right else None


def _minus(left: Any, right: Any) -> Any:
    apart = left - right
    return apart.days if isinstance(apart, timedelta) else apart


def _summed(sign: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Value]:
    def summed(left: Value, right: Value) -> Value:
        left, right = aligned([left, right])
        return replace(left, element=sign(Wide(left.element), right.element), known=None)

    return summed


def _product(left: Value, right: Value) -> Value:
    kind = Kind.int if left.kind is right.kind is Kind.int else Kind.decimal
    return Value(Wide(left.element) * right.element, kind, left.scale + right.scale)


def _quotient(left: Value, right: Value) -> Value:
    """Six digits: left is brought to six more than right, so that the scales cancel."""
    up = max(left.scale, right.scale + 6)
    right = replace(rescaled(right, up - 6), kind=Kind.decimal, scale=up - 6)
    return Value(HalfUp(rescaled(left, up).element, right.element), Kind.decimal, 6)


ARITHMETIC = {
    "+": Sign(operator.add, _summed(operator.add)),
    "-": Sign(_minus, _summed(operator.sub)),
    "*": Sign(operator.mul, _product),
    "/": Sign(_divided, _quotient),
}
