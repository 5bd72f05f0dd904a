"""Tree → lists and plain values, for JSON and web/static/js/expr.js."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from fab_app.expr.errors import ExprError
from fab_app.expr.functions import FUNCTIONS
from fab_app.expr.nodes import (
    Call,
    Children,
    Const,
    Expr,
    IsNull,
    Listing,
    Logic,
    Negative,
    Node,
    Not,
    Path,
    Shift,
    Within,
)


def browser(expr: Expr) -> list[Any]:
    """Each node is a list that begins with its word. Decimals become numbers, dates ISO text.

    Raises ExprError for what only Python can say.
    """
    return _plain(expr.tree)


def _plain(node: Node) -> list[Any]:
    inner = [_plain(part) for part in node.inner()]
    match node:
        case Const(value=value):
            return ["const", _value(value)]
        case Path(root=root, names=names):
            return ["path", root, list(names)]
        case Children(function=function, name=name, value=path, where=where):
            return ["children", function, name, path and _plain(path), where and _plain(where)]
        case Shift(unit=unit, back=back):
            return ["shift", unit, -1 if back else 1, *inner]
        case Call(name=name, column=column):
            if name in FUNCTIONS and FUNCTIONS[name].alone:
                raise ExprError(f"the browser does not know {name}()", column)
            return ["call", name, *inner]
        case Logic(word=word):
            return [word, *inner]
        case Listing() | Not() | Negative() | IsNull() | Within():
            return [_WORDS[type(node)], *inner]
    return ["sign", getattr(node, "sign"), *inner]  # noqa: B009 (Compare and Arithmetic)


_WORDS: dict[type, str] = {Listing: "list", Not: "not", Negative: "negative", IsNull: "null", Within: "in"}


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
