"""Tree → SQLAlchemy Core. The same answers as the closure, on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.expr.arithmetic import ARITHMETIC
from fab_app.expr.constructs import Binary
from fab_app.expr.covers import COVERS, written
from fab_app.expr.errors import ExprError
from fab_app.expr.functions import FUNCTIONS
from fab_app.expr.moments import SHIFTS, DaysApart
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
    Names,
    Negative,
    Node,
    Not,
    Path,
    Shift,
    Within,
)
from fab_app.expr.quantify import rooted
from fab_app.expr.resolver import ANY, Resolver
from fab_app.expr.types import Kind
from fab_app.expr.values import (
    NOTHING,
    Value,
    aligned,
    answered,
    grouped,
    has_column,
    literal,
    ordered,
    rescaled,
    stored,
)


def sql(expr: Expr, resolver: Resolver, scale: int | None = None) -> ColumnElement[Any]:
    """The answer as an element that gives Python int, Decimal, bool, date … when selected.

    Every Python value is a bound parameter. With `scale`, a number is rounded to that many digits (a decimal
    is a whole number inside SQL: 12.50 is 1250). Raises ExprError for what has no meaning in SQL.
    """
    value = _Writer((resolver,)).write(expr.tree)
    if scale is not None and value.number:
        value = replace(rescaled(value, scale), kind=Kind.decimal, scale=scale)
    return answered(value)


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_UNKNOWN = Value(sa.null(), Kind.bool)


class _Writer:
    """`resolvers`: one for the record, one more for each quantifier around the node."""

    def __init__(self, resolvers: tuple[Resolver, ...]) -> None:
        self.resolvers = resolvers
        self.row = resolvers[-1]

    def write(self, node: Node) -> Value:
        return _WRITERS[type(node)](self, node)

    def const(self, node: Const) -> Value:
        return literal(node.value)

    def path(self, node: Path) -> Value:
        if (row := self.resolver(node)) is not None:
            return stored(row.column(node.names), row.type(node.names))
        return literal(self.parameter(node))

    def resolver(self, node: Path) -> Resolver | None:
        """The resolver of the row that a path reads; None for a parameter."""
        if node.root == THIS:
            return self.row
        return self.resolvers[-2] if node.root == OUTER and len(self.resolvers) > 1 else None

    def parameter(self, node: Path) -> Any:
        if node.root == USER:
            return self.row.user(node.names)
        root = getattr(self.resolvers[0], "root", None)
        if root is None:
            raise ExprError(f"'{node.root}' is not known in a query", node.column)
        return rooted(root(node.root), node.names)

    # Logic and comparison

    def denied(self, node: Not) -> Value:
        return Value(sa.not_(self.write(node.value).element), Kind.bool)

    def is_null(self, node: IsNull) -> Value:
        return Value(grouped(self.write(node.value)).is_(None), Kind.bool)

    def logic(self, node: Logic) -> Value:
        join = sa.and_ if node.word == "and" else sa.or_
        return Value(join(*(self.write(part).element for part in node.parts)), Kind.bool)

    def compare(self, node: Compare) -> Value:
        left, right = aligned([self.write(node.left), self.write(node.right)])
        if left.null or right.null:
            return _UNKNOWN
        compare = _COMPARE[node.sign]
        if node.sign not in ("==", "!="):
            return Value(compare(ordered(left), ordered(right)), Kind.bool)
        return Value(compare(_exact([left, right]), grouped(right)), Kind.bool)

    def within(self, node: Within) -> Value:
        item = self.write(node.item)
        if item.null:
            return _UNKNOWN
        if isinstance(node.many, Listing):
            return _among(item, [self.write(value) for value in node.many.items])
        assert isinstance(node.many, Path)
        if (row := self.resolver(node.many)) is not None:
            return _member(row, node.many.names, item)
        many = self.parameter(node.many)
        values = many if isinstance(many, (list, tuple, set, frozenset)) else [many]
        return _among(item, [literal(value) for value in values if value is not None])

    # Arithmetic

    def negative(self, node: Negative) -> Value:
        value = self.write(node.value)
        return replace(value, element=-value.element, known=None) if not value.null else value

    def arithmetic(self, node: Arithmetic) -> Value:
        left, right = self.write(node.left), self.write(node.right)
        if left.null or right.null:
            return NOTHING
        if left.kind is Kind.date and right.kind is Kind.date and node.sign == "-":
            return Value(DaysApart(left.element, right.element), Kind.int)
        if left.kind is Kind.text and right.kind is Kind.text and node.sign == "+":
            return Value(left.element.concat(right.element), Kind.text)
        if not left.number or not right.number:
            raise ExprError(f"'{node.sign}' does not join {left.kind} and {right.kind}", node.column)
        return ARITHMETIC[node.sign].sql(left, right)

    def shift(self, node: Shift) -> Value:
        value, count = self.write(node.value), self.write(node.count)
        if value.null or count.null:
            return NOTHING
        number = -count.element if node.back else count.element
        return Value(SHIFTS[node.unit](value.element, number), value.kind)

    # Calls and children

    def call(self, node: Call) -> Value:
        if node.name in COVERS:
            return written(self, node)
        if special := _SPECIAL.get(node.name):
            return special(self, *node.args)
        function = FUNCTIONS[node.name]
        args = [self.write(arg) for arg in node.args]
        if not function.lazy and any(arg.null for arg in args):
            return NOTHING
        return function.sql(self.offset(), *args) if function.zoned else function.sql(*args)

    def offset(self) -> Value:
        offset = getattr(self.resolvers[0], "offset", None)
        return literal(int(offset()) if offset else 0)

    def empty(self, arg: Node) -> Value:
        if isinstance(arg, Path) and (row := self.resolver(arg)) and row.type(arg.names).kind is Kind.many:
            return Value(sa.not_(row.member(arg.names, ANY)), Kind.bool)
        value = self.write(arg)
        if value.kind is Kind.many:
            return literal(not value.known)
        null = grouped(value).is_(None)
        return Value(sa.or_(null, value.element == "") if value.kind is Kind.text else null, Kind.bool)

    def below(self, place: Node, ancestor: Node) -> Value:
        row = self.resolver(place) if isinstance(place, Path) else None
        if row is None or not isinstance(place, Path):
            raise ExprError("below() begins with a field of the record", place.column)
        above = self.write(ancestor)
        if above.null:
            return _UNKNOWN
        if above.known == ():
            return _among(self.write(place), [])
        if above.known is not None:
            return Value(row.below(place.names, above.known), Kind.bool)
        unknown = sa.or_(self.write(place).element.is_(None), above.element.is_(None))
        return Value(sa.or_(sa.and_(unknown, sa.null()), row.below(place.names, above.element)), Kind.bool)

    def children(self, node: Children) -> Value:
        rows, join, resolver = self.row.children(node.name)
        inside = _Writer((*self.resolvers, resolver))
        conditions = [join] if node.where is None else [join, inside.write(node.where).element]
        value = inside.write(node.value) if node.value else literal(1)
        select = (
            sa.select(_FOLDS[node.function](value))
            .select_from(rows)
            .where(*conditions)
            .correlate_except(rows)
        )
        if node.function == "exists":
            return Value(select.exists(), Kind.bool)
        kind, scale = (Kind.int, 0) if node.function == "count" else (value.kind, value.scale)
        return Value(select.scalar_subquery(), kind, scale)


_FOLDS: dict[str, Callable[[Value], ColumnElement[Any]]] = {
    "count": lambda value: sa.func.count(),
    "exists": lambda value: value.element,
    "sum": lambda value: sa.func.coalesce(sa.func.sum(value.element), 0),
    "min": lambda value: sa.func.min(ordered(value)),
    "max": lambda value: sa.func.max(ordered(value)),
}
_SPECIAL: dict[str, Callable[..., Value]] = {
    "today": lambda writer: literal(writer.row.today()),
    "now": lambda writer: literal(writer.row.now()),
    "empty": _Writer.empty,
    "below": _Writer.below,
}
_WRITERS: dict[type, Callable[[_Writer, Any], Value]] = {
    Const: _Writer.const,
    Path: _Writer.path,
    Not: _Writer.denied,
    Negative: _Writer.negative,
    IsNull: _Writer.is_null,
    Logic: _Writer.logic,
    Compare: _Writer.compare,
    Within: _Writer.within,
    Arithmetic: _Writer.arithmetic,
    Shift: _Writer.shift,
    Call: _Writer.call,
    Children: _Writer.children,
}


def _exact(values: list[Value]) -> ColumnElement[Any]:
    """The first element; with a collation of its own where no column brings the tables' one."""
    first = values[0]
    bare = first.kind is Kind.text and not any(has_column(value.element) for value in values)
    return Binary(first.element) if bare else grouped(first)


def _among(item: Value, values: list[Value]) -> Value:
    """`item in values`; an unknown item is unknown even in nothing."""
    item, *values = aligned([item, *values])
    if item.kind is Kind.many:
        found = set(item.known) & {value.known for value in values}
        return literal(bool(found))
    if not values:
        return Value(sa.and_(grouped(item).is_(None), sa.null()), Kind.bool)
    return Value(_exact([item, *values]).in_([grouped(value) for value in values]), Kind.bool)


def _member(row: Resolver, path: Names, item: Value) -> Value:
    if item.known == ():
        return literal(False)
    if item.known is not None:
        return Value(row.member(path, item.known), Kind.bool)
    unknown = sa.and_(item.element.is_(None), sa.null())
    return Value(sa.or_(unknown, row.member(path, item.element)), Kind.bool)
