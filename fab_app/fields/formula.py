"""Expressions as keys of a definition."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from fab_app.expr import Expr, ExprError, parse


def read_formula(raw: Any) -> Expr:
    """An expression; true, false and numbers stand for themselves."""
    if isinstance(raw, Expr):
        return raw
    if isinstance(raw, bool):
        return parse("true" if raw else "false")
    if isinstance(raw, int | float | Decimal):
        return parse(str(raw))
    if not isinstance(raw, str):
        raise ValueError("an expression is written as text")  # noqa: TRY004 - pydantic turns it into a problem
    try:
        return parse(raw)
    except ExprError as error:
        raise ValueError(f"column {error.column} of the expression: {error}|{error.hint}") from error


Formula = Annotated[
    Expr,
    BeforeValidator(read_formula),
    WithJsonSchema({"type": ["string", "boolean", "number"], "description": "an expression"}),
]
