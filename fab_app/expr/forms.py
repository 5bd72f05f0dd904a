"""Python's forms: what is refused, and small questions about the others."""

from __future__ import annotations

import ast
from datetime import date
from functools import reduce
from typing import NoReturn

from fab_app.expr.errors import ExprError
from fab_app.expr.functions import UNITS
from fab_app.expr.nodes import Arithmetic, Call, Const, Node

REFUSED: dict[type, tuple[str, str]] = {
    ast.Lambda: ("a lambda is not part of the language", ""),
    ast.IfExp: ("'if … else' is not part of the language", "write iif(condition, then, otherwise)"),
    ast.Subscript: ("square brackets after a name are not part of the language", ""),
    ast.JoinedStr: ("an f-string is not part of the language", "join text with +"),
    ast.NamedExpr: ("':=' is not part of the language", "to compare, write =="),
    ast.Dict: ("a dict is not part of the language", ""),
    ast.Set: ("a set is not part of the language", "write ['a', 'b']"),
    ast.List: ("a list stands only after 'in'", ""),
    ast.Tuple: ("a list stands only after 'in'", ""),
    ast.Starred: ("'*' before a value is not part of the language", ""),
}


def refuse(tree: ast.expr, message: str, hint: str = "") -> NoReturn:
    raise ExprError(message, place(tree), hint)


def place(tree: ast.expr) -> int:
    return tree.col_offset + 1


def dotted(tree: ast.expr) -> tuple[str, ...]:
    names: list[str] = []
    while isinstance(tree, ast.Attribute):
        names.append(tree.attr)
        tree = tree.value
    if not isinstance(tree, ast.Name):
        refuse(tree, "only a name can stand before a point")
    return (tree.id, *reversed(names))


def called(tree: ast.Call) -> str:
    return tree.func.id if isinstance(tree.func, ast.Name) else ""


def unit_call(tree: ast.expr) -> ast.Call | None:
    return tree if isinstance(tree, ast.Call) and called(tree) in UNITS else None


def is_none(node: Node) -> bool:
    return isinstance(node, Const) and node.value is None


def day(tree: ast.Call, text: Const) -> Const:
    try:
        return Const(date.fromisoformat(text.value), column=place(tree))
    except (TypeError, ValueError):
        refuse(tree, "this is not a date", "write date('2024-12-31')")


def check_digits(tree: ast.Call, args: tuple[Node, ...]) -> None:
    for digits in args[1:]:
        if not (isinstance(digits, Const) and type(digits.value) is int and 0 <= digits.value <= 6):
            refuse(tree.args[1], "the digits of round() are a number from 0 to 6")


def divisions(node: Node) -> int:
    own = (isinstance(node, Arithmetic) and node.sign == "/") or (
        isinstance(node, Call) and node.name == "round"
    )
    return int(own) + reduce(max, map(divisions, node.inner()), 0)
