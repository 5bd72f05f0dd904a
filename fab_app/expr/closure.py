"""Tree → nested Python closures. Three-valued as SQL: None is unknown."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, cast

from fab_app.expr.arithmetic import ARITHMETIC
from fab_app.expr.covers import COVERS, lies, run
from fab_app.expr.env import Env
from fab_app.expr.functions import FUNCTIONS
from fab_app.expr.nodes import (
    OUTER,
    THIS,
    USER,
    Arithmetic,
    Call,
    Children,
    Compare,
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
from fab_app.expr.quantify import FOLDS, Scope, rooted
from fab_app.expr.shift import shifted

Run = Callable[[Any], Any]

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def closure(expr: Expr) -> Callable[[Env], Any]:
    """A function of the environment; safe to share between threads, keeps nothing between calls."""
    return cast(Callable[[Env], Any], _run(expr.tree, 0))


def _run(node: Node, depth: int) -> Run:
    return _COMPILERS[type(node)](node, depth)


def _const(node: Const, depth: int) -> Run:
    value = node.value
    return lambda env: value


def _path(node: Path, depth: int) -> Run:
    root, names = node.root, node.names
    if root == THIS:
        return lambda env: env.value(names)
    if root == USER:
        return lambda env: env.user(names)
    if root == OUTER and depth:
        return lambda env: env.outer.value(names)
    return lambda env: rooted(env.root(root), names)


def _not(node: Not, depth: int) -> Run:
    value = _run(node.value, depth)

    def denied(env: Any) -> bool | None:
        answer = value(env)
        return None if answer is None else not answer

    return denied


def _negative(node: Negative, depth: int) -> Run:
    return _strict(operator.neg, [_run(node.value, depth)])


def _is_null(node: IsNull, depth: int) -> Run:
    value = _run(node.value, depth)
    return lambda env: value(env) is None


def _logic(node: Logic, depth: int) -> Run:
    parts = tuple(_run(part, depth) for part in node.parts)
    deciding = node.word == "or"

    def joined(env: Any) -> bool | None:
        unknown = False
        for part in parts:
            answer = part(env)
            if answer is None:
                unknown = True
            elif bool(answer) is deciding:
                return deciding
        return None if unknown else not deciding

    return joined


def _compare(node: Compare, depth: int) -> Run:
    compare = _COMPARE[node.sign]
    left = _run(node.left, depth)
    if not isinstance(node.right, Const):
        return _strict(compare, [left, _run(node.right, depth)])
    fixed = node.right.value

    def compared(env: Any) -> Any:
        value = left(env)
        return None if value is None else compare(value, fixed)

    return compared


def _within(node: Within, depth: int) -> Run:
    item = _run(node.item, depth)
    if isinstance(node.many, Listing):
        return _listed(item, [_run(value, depth) for value in node.many.items])
    many = _run(node.many, depth)

    def within(env: Any) -> bool | None:
        value = item(env)
        if value is None:
            return None
        members = _members(many(env))
        return (
            any(v in members for v in value)
            if isinstance(value, (list, tuple, set, frozenset))
            else value in members
        )

    return within


def _members(value: Any) -> Any:
    if value is None:
        return ()
    return value if isinstance(value, (list, tuple, set, frozenset)) else (value,)


def _listed(item: Run, values: list[Run]) -> Run:
    def listed(env: Any) -> bool | None:
        wanted = item(env)
        if wanted is None:
            return None
        unknown = False
        for value in values:
            found = value(env)
            if found is None:
                unknown = True
            elif found == wanted:
                return True
        return None if unknown else False

    return listed


def _arithmetic(node: Arithmetic, depth: int) -> Run:
    return _strict(ARITHMETIC[node.sign].python, [_run(node.left, depth), _run(node.right, depth)])


def _shift(node: Shift, depth: int) -> Run:
    unit, back = node.unit, -1 if node.back else 1
    return _strict(
        lambda value, count: shifted(value, unit, back * count), [_run(n, depth) for n in node.inner()]
    )


def _call(node: Call, depth: int) -> Run:
    args = [_run(arg, depth) for arg in node.args]
    if node.name in COVERS:
        return run(node.name, cast(Path, node.args[0]), args[0], args[1], depth)
    if node.name == "below":
        return lies(cast(Path, node.args[0]), args[0], args[1], depth)
    if special := _SPECIAL.get(node.name):
        return special(*args)
    function = FUNCTIONS[node.name]
    python = function.python
    if function.lazy:
        return lambda env: python(env, *args)
    return _strict(python, [_offset, *args]) if function.zoned else _strict(python, args)


def _offset(env: Any) -> int:
    offset = getattr(env, "offset", None)
    return int(offset()) if offset else 0


def _empty(value: Run) -> Run:
    def empty(env: Any) -> bool:
        found = value(env)
        return (
            found is None or found == "" or (isinstance(found, (list, tuple, set, frozenset)) and not found)
        )

    return empty


_SPECIAL: dict[str, Callable[..., Run]] = {
    "today": lambda: lambda env: env.today(),
    "now": lambda: lambda env: env.now(),
    "empty": _empty,
}


def _children(node: Children, depth: int) -> Run:
    name, fold = node.name, FOLDS[node.function]
    where = _run(node.where, depth + 1) if node.where else None
    value = _run(node.value, depth + 1) if node.value else _const(Const(True), 0)

    def folded(env: Any) -> Any:
        rows = (Scope(row, env) for row in env.children(name))
        return fold(value(row) for row in rows if where is None or where(row))

    return folded


def _strict(function: Callable[..., Any], args: list[Run]) -> Run:
    """Unknown where an argument is. One and two arguments are written out, for they are nearly all."""
    if len(args) == 1:
        return _strict_one(function, args[0])
    if len(args) == 2:
        return _strict_two(function, args[0], args[1])

    def strict(env: Any) -> Any:
        values = [arg(env) for arg in args]
        return None if any(value is None for value in values) else function(*values)

    return strict


def _strict_one(function: Callable[..., Any], first: Run) -> Run:
    def strict(env: Any) -> Any:
        value = first(env)
        return None if value is None else function(value)

    return strict


def _strict_two(function: Callable[..., Any], first: Run, second: Run) -> Run:
    def strict(env: Any) -> Any:
        left = first(env)
        if left is None:
            return None
        right = second(env)
        return None if right is None else function(left, right)

    return strict


_COMPILERS: dict[type, Callable[[Any, int], Run]] = {
    Const: _const,
    Path: _path,
    Not: _not,
    Negative: _negative,
    IsNull: _is_null,
    Logic: _logic,
    Compare: _compare,
    Within: _within,
    Arithmetic: _arithmetic,
    Shift: _shift,
    Call: _call,
    Children: _children,
}
