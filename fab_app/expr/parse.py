"""Text → tree. Python's own parser reads, this keeps the few forms that are ours and refuses the rest."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

from fab_app.expr.errors import ExprError, nearest
from fab_app.expr.forms import (
    REFUSED,
    called,
    check_digits,
    day,
    divisions,
    dotted,
    is_none,
    place,
    refuse,
    unit_call,
)
from fab_app.expr.functions import FUNCTIONS, QUANTIFIERS, SPECIAL, UNITS
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
from fab_app.expr.scan import scan

DEEPEST = 50
DIVISIONS = 5
"""`/` and round() inside each other: each takes its operands several times in SQL."""

_CONSTANTS = {"true": True, "false": False, "none": None, "null": None}
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,6})?")
_ARITHMETIC: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISON: dict[type, str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def parse(text: str, roots: Collection[str] = ("dialog", "each", "before", "setting")) -> Expr:
    """The tree of a text, or `ExprError`. `roots` are the names that begin a path not of the record."""
    tree, wheres = scan(text)
    reader = _Reader(text, wheres, frozenset(roots))
    node = reader.read(tree)
    reader.finish(node)
    return Expr(text, node)


class _Reader:
    def __init__(self, text: str, wheres: frozenset[int], roots: frozenset[str]) -> None:
        self.text, self.wheres, self.roots = text, wheres, roots
        self.used: set[int] = set()
        self.depth = 0

    def read(self, tree: ast.expr) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            refuse(
                tree,
                f"the expression is nested deeper than {DEEPEST} levels",
                "split it into computed fields",
            )
        method = _READERS.get(type(tree))
        if isinstance(tree, ast.Tuple) and self.wheres:
            self.finish_where()
        if method is None:
            refuse(tree, *REFUSED.get(type(tree), ("this form is not part of the language", "")))
        node = method(self, tree)
        self.depth -= 1
        return node

    def finish(self, node: Node) -> None:
        self.finish_where()
        if divisions(node) > DIVISIONS:
            raise ExprError(f"more than {DIVISIONS} divisions or roundings stand inside each other", 1)

    def finish_where(self) -> None:
        for column in sorted(self.wheres - self.used):
            raise ExprError("'where' stands only in count, exists, sum, min or max", column, "write 'and'")

    # Leaves

    def constant(self, tree: ast.Constant) -> Node:
        value = tree.value
        if isinstance(value, (int, float, complex)) and not isinstance(value, bool):
            return Const(self.number(tree), column=place(tree))
        if not (value is None or isinstance(value, (bool, str))) or tree.kind:
            refuse(tree, "this kind of literal is not part of the language")
        return Const(value, column=place(tree))

    def number(self, tree: ast.Constant) -> int | Decimal:
        written = self.text[tree.col_offset : tree.end_col_offset]
        if not _NUMBER.fullmatch(written):
            refuse(
                tree,
                f"'{written[:20]}' is not a number here",
                "write digits, at most 15, with at most 6 after the point",
            )
        return Decimal(written) if "." in written else int(written)

    def name(self, tree: ast.Name) -> Node:
        if tree.id in _CONSTANTS:
            return Const(_CONSTANTS[tree.id], column=place(tree))
        return self.path(tree)

    def path(self, tree: ast.Name | ast.Attribute) -> Path:
        names = dotted(tree)
        for name in names:
            if name.startswith("_"):
                refuse(tree, f"'{name}' cannot be a name here, for it begins with _")
        root = names[0]
        if root in (THIS, OUTER, USER) or root in self.roots:
            return Path(root, names[1:], column=place(tree))
        return Path(THIS, names, column=place(tree))

    # Logic and comparison

    def logic(self, tree: ast.BoolOp) -> Node:
        word = "and" if isinstance(tree.op, ast.And) else "or"
        return Logic(word, tuple(self.read(value) for value in tree.values), column=place(tree))

    def unary(self, tree: ast.UnaryOp) -> Node:
        value = self.read(tree.operand)
        if isinstance(tree.op, ast.Not):
            return Not(value, column=place(tree))
        if not isinstance(tree.op, ast.USub):
            refuse(tree, "this sign before a value is not part of the language", "leave it out")
        if (
            isinstance(value, Const)
            and isinstance(value.value, (int, Decimal))
            and not isinstance(value.value, bool)
        ):
            return Const(-value.value, column=place(tree))
        return Negative(value, column=place(tree))

    def comparison(self, tree: ast.Compare) -> Node:
        sides = [tree.left, *tree.comparators]
        pairs = zip(tree.ops, sides, sides[1:], strict=False)
        links = tuple(self.link(op, left, right) for op, left, right in pairs)
        return links[0] if len(links) == 1 else Logic("and", links, column=place(tree))

    def link(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> Node:
        if isinstance(op, (ast.In, ast.NotIn)):
            within = Within(self.read(left), self.many(right), column=place(left))
            return within if isinstance(op, ast.In) else Not(within, column=place(left))
        first, second = self.read(left), self.read(right)
        if isinstance(op, (ast.Is, ast.IsNot)):
            if not is_none(second):
                refuse(right, "after 'is' stands only none", "to compare, write ==")
            null = IsNull(first, column=place(left))
            return null if isinstance(op, ast.Is) else Not(null, column=place(left))
        for side, node in ((left, first), (right, second)):
            if is_none(node):
                refuse(side, "a comparison with none is never true", "write 'is none' or 'is not none'")
        return Compare(_COMPARISON[type(op)], first, second, column=place(left))

    def many(self, tree: ast.expr) -> Node:
        if isinstance(tree, (ast.List, ast.Tuple)):
            return Listing(tuple(self.read(item) for item in tree.elts), column=place(tree))
        node = self.read(tree)
        if not isinstance(node, Path):
            hint = "write ['a', 'b'], or contains(text, part)"
            refuse(tree, "after 'in' stands a list or a field with many values", hint)
        return node

    # Arithmetic and calls

    def arithmetic(self, tree: ast.BinOp) -> Node:
        sign = _ARITHMETIC.get(type(tree.op))
        if sign is None:
            refuse(tree.right, "of the arithmetic signs only + - * / are part of the language")
        if (unit := unit_call(tree.right)) and sign in "+-":
            count = self.arguments(unit, 1, 1)[0]
            value = self.read(tree.left)
            return Shift(value, called(unit), count, sign == "-", column=place(tree))
        return Arithmetic(sign, self.read(tree.left), self.read(tree.right), column=place(tree))

    def call(self, tree: ast.Call) -> Node:
        name = called(tree)
        if not name:
            refuse(tree, "only a function of the language can be called", "write lower(x), not x.lower()")
        if name in UNITS:
            refuse(tree, f"{name}() stands only after + or -", f"write date + {name}(1)")
        if name in QUANTIFIERS and (name not in FUNCTIONS or self.aggregates(tree)):
            return self.children(tree, name)
        known = FUNCTIONS.get(name) or SPECIAL.get(name)
        if known is None:
            refuse(
                tree,
                f"'{name}' is not a function",
                nearest(name, {*FUNCTIONS, *SPECIAL, *QUANTIFIERS, *UNITS}),
            )
        args = self.arguments(tree, known.least, known.most)
        if name == "date" and isinstance(args[0], Const):
            return day(tree, args[0])
        if name == "round":
            check_digits(tree, args)
        return Call(name, args, column=place(tree))

    def arguments(self, tree: ast.Call, least: int, most: int) -> tuple[Node, ...]:
        for word in tree.keywords:
            refuse(word.value, "arguments have no names here", "leave out the name and =")
        if not least <= len(tree.args) <= most:
            many = str(least) if least == most else f"{least} or more" if most > 9 else f"{least} to {most}"
            refuse(tree, f"{called(tree)}() takes {many} argument{'s' * (many != '1')}, not {len(tree.args)}")
        return tuple(self.read(arg) for arg in tree.args)

    def aggregates(self, tree: ast.Call) -> bool:
        """min and max take child rows or plain arguments."""
        return len(tree.args) == 1 or self.where(tree) is not None

    def where(self, tree: ast.Call) -> int | None:
        """The column of the `where` between the two arguments of a call."""
        if len(tree.args) != 2:
            return None
        begin, end = tree.args[0].end_col_offset or 0, tree.args[1].col_offset
        return next((column for column in self.wheres if begin < column <= end), None)

    def children(self, tree: ast.Call, name: str) -> Node:
        wanted = "rows" if name in ("count", "exists") else "rows.field"
        hint = f"write {name}({wanted} where condition)"
        column = self.where(tree)
        if tree.keywords or len(tree.args) != (1 if column is None else 2):
            refuse(tree, f"{name}() takes child rows and, after the word where, a condition", hint)
        path = self.read(tree.args[0])
        names = path.names if isinstance(path, Path) and path.root == THIS else ()
        if not names or (len(names) == 1) != (wanted == "rows"):
            refuse(tree.args[0], f"{name}() begins with {wanted}", hint)
        self.used |= {column} if column else set()
        where = self.read(tree.args[1]) if column else None
        value = Path(THIS, names[1:], column=path.column) if names[1:] else None
        return Children(name, names[0], value, where, column=place(tree))


_READERS: dict[type, Callable[[_Reader, Any], Node]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.name,
    ast.Attribute: _Reader.path,
    ast.BoolOp: _Reader.logic,
    ast.UnaryOp: _Reader.unary,
    ast.Compare: _Reader.comparison,
    ast.BinOp: _Reader.arithmetic,
    ast.Call: _Reader.call,
}
