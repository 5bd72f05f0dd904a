"""Does an expression make sense for the fields that exist? Everything wrong is found in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fab_app.expr.covers import COVERS, inferred
from fab_app.expr.errors import ExprError, nearest
from fab_app.expr.fits import (
    FITS,
    answer_hint,
    calculated,
    comparable,
    fits,
    hint_for,
    holds,
    join_hint,
    type_of,
)
from fab_app.expr.functions import FUNCTIONS
from fab_app.expr.nodes import (
    OUTER,
    THIS,
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
from fab_app.expr.reach import Paths
from fab_app.expr.types import MOMENTS, NUMBERS, FieldType, Kind, Types

BOOL, INT, NULL = FieldType(Kind.bool), FieldType(Kind.int), FieldType(Kind.null)


def check(
    expr: Expr,
    types: Types,
    entity: str,
    want: Kind | None = None,
    extra: Mapping[str, FieldType] | None = None,
    named: set[tuple[str, str]] | None = None,
) -> list[ExprError]:
    """What is wrong, in the order of the text; nothing where the expression fits.

    `want` is the kind that the answer must have. `extra` types the extra roots: either whole paths
    ("dialog.note"), or the root ("dialog", "outer") as a ref whose target `types` knows. `named` is told every
    code of a dictionary that the text names: (dictionary, code).
    """
    checker = _Checker(types, entity, extra or {})
    checker.named = named if named is not None else set()
    given = checker.infer(expr.tree)
    if want and given and not holds(want, given.kind):
        checker.say(
            expr.tree, f"the answer is {given.kind}, where {want} is wanted", answer_hint(want, given.kind)
        )
    return sorted(checker.errors, key=lambda error: error.column)


def answers(node: Node) -> Iterator[str]:
    """The texts in an expression that it may answer with."""
    if isinstance(node, Const) and isinstance(node.value, str):
        yield node.value
    for part in node.args if isinstance(node, Call) else ():
        yield from answers(part)


class _Checker(Paths):
    named: set[tuple[str, str]]

    def infer(self, node: Node) -> FieldType | None:
        """The type of a node; None where something in it is wrong and was said."""
        return _INFER[type(node)](self, node)

    def wanted(self, node: Node, words: str, by: str) -> FieldType | None:
        """The type of a node that must fit one of the words of `FITS`."""
        given = self.infer(node)
        if given and not fits(words, given.kind):
            message = f"{by} wants {FITS[words].words}, and this is {given.kind}"
            self.say(node, message, hint_for(words, given.kind))
            return None
        return given

    # Logic and comparison

    def logic(self, node: Logic | Not) -> FieldType:
        for part in node.inner():
            self.wanted(part, "bool", f"'{node.word}'" if isinstance(node, Logic) else "'not'")
        return BOOL

    def is_null(self, node: IsNull) -> FieldType:
        given = self.infer(node.value)
        if given and given.kind in (Kind.many, Kind.children):
            hint = "write empty(…)" if given.kind is Kind.many else "write not exists(…)"
            self.say(node.value, f"'is none' cannot be asked of {given.kind}", hint)
        return BOOL

    def compare(self, node: Compare) -> FieldType:
        left, right = self.infer(node.left), self.infer(node.right)
        if left and right and self.alike(node.right, left, right, f"'{node.sign}'"):
            self.coded(left, node.right)
            self.coded(right, node.left)
            if node.sign not in ("==", "!="):
                for side, type_ in ((node.left, left), (node.right, right)):
                    if not fits("ordered", type_.kind):
                        self.say(side, f"'{node.sign}' cannot order {type_.kind}")
                        break
        return BOOL

    def alike(self, node: Node, left: FieldType, right: FieldType, by: str) -> bool:
        if comparable(left.kind, right.kind):
            return True
        hint = ""
        if Kind.many in (left.kind, right.kind):
            hint = "write value in field"
        elif {left.kind, right.kind} == MOMENTS:
            hint = "write date(…) around the datetime"
        self.say(node, f"{by} cannot compare {left.kind} with {right.kind}", hint)
        return False

    def coded(self, given: FieldType, node: Node) -> None:
        """Refuses a text that is none of the codes of a choice."""
        if given.codes is None or not isinstance(node, Const) or not isinstance(node.value, str):
            return
        if given.of:
            self.named.add((given.of, node.value))
        if node.value not in given.codes:
            self.say(node, f"'{node.value}' is none of the choices", nearest(node.value, given.codes))

    def within(self, node: Within) -> FieldType:
        item = self.infer(node.item)
        if isinstance(node.many, Listing):
            for value in node.many.items:
                given = self.infer(value)
                if item and given and self.alike(value, item, given, "'in'"):
                    self.coded(item, value)
            return BOOL
        many = self.infer(node.many)
        if many and many.kind is not Kind.many:
            hint = "write contains(text, part)" if many.kind is Kind.text else "write =="
            self.say(
                node.many, f"'in' wants a list or a field with many values, and this is {many.kind}", hint
            )
        elif many and item:
            self.coded(many, node.item)
            member = FieldType(Kind.ref if many.target else Kind.text)
            if item.kind is not Kind.many:
                self.alike(node.item, item, member, "'in'")
        return BOOL

    # Arithmetic

    def negative(self, node: Negative) -> FieldType | None:
        return self.wanted(node.value, "number", "'-'")

    def arithmetic(self, node: Arithmetic) -> FieldType | None:
        left, right = self.infer(node.left), self.infer(node.right)
        if left is None or right is None:
            return None
        kinds = {left.kind, right.kind} - {Kind.null}
        if (kinds <= {Kind.text} and node.sign == "+") or (kinds <= {Kind.date} and node.sign == "-"):
            return FieldType(Kind.text) if kinds == {Kind.text} else INT if kinds else NULL
        if kinds <= NUMBERS:
            return calculated(node.sign, left, right)
        self.say(node, f"'{node.sign}' does not join {left.kind} and {right.kind}", join_hint(kinds))
        return None

    def shift(self, node: Shift) -> FieldType | None:
        self.wanted(node.count, "int", f"{node.unit}()")
        given = self.wanted(node.value, "moment", f"{node.unit}()")
        if given and given.kind is Kind.date and node.unit == "hours":
            self.say(node.value, "hours() wants a datetime, and this is date", "write days(n)")
            return None
        return given

    # Calls and children

    def call(self, node: Call) -> FieldType | None:
        if node.name in COVERS:
            return inferred(self, node)
        if special := _SPECIAL.get(node.name):
            return special(self, *node.args)
        function = FUNCTIONS[node.name]
        words = [function.takes[min(at, len(function.takes) - 1)] for at in range(len(node.args))]
        by = f"{node.name}()"
        given = [self.wanted(arg, word, by) for arg, word in zip(node.args, words, strict=True)]
        args = [arg for arg in given if arg is not None]
        if len(args) < len(given) or not self.same(node, words, args):
            return None
        return function.gives(args)

    def same(self, node: Call, words: Sequence[str], args: Sequence[FieldType]) -> bool:
        group = [
            (arg, type_)
            for arg, word, type_ in zip(node.args, words, args, strict=True)
            if word in ("same", "ordered") and type_.kind is not Kind.null
        ]
        return all(self.alike(arg, group[0][1], type_, f"{node.name}()") for arg, type_ in group[1:])

    def empty(self, arg: Node) -> FieldType:
        given = self.infer(arg)
        if given and given.kind is Kind.children:
            self.say(arg, "empty() cannot be asked of children", "write not exists(…)")
        return BOOL

    def below(self, place: Node, ancestor: Node) -> FieldType:
        # Outside a quantifier 'outer' is a value, and no row of the query.
        rows = (THIS, OUTER)[: len(self.entities)]
        if not isinstance(place, Path) or place.root not in rows:
            self.say(place, "below() begins with a field of the record", "write below(region, user.region)")
        self.wanted(place, "ref", "below()")
        self.wanted(ancestor, "refs", "below()")
        return BOOL

    def children(self, node: Children) -> FieldType | None:
        path = Path(THIS, (node.name,), column=node.column)
        rows = self.path(path)
        if rows is None:
            return None
        if rows.kind is not Kind.children:
            hint = f"write not empty({node.name})" if rows.kind is Kind.many else ""
            self.say(node, f"{node.function}() wants child rows, and '{node.name}' is {rows.kind}", hint)
            return None
        self.entities.append(rows.target)
        words, by = "number" if node.function == "sum" else "ordered", f"{node.function}()"
        given = self.wanted(node.value, words, by) if node.value else None
        if node.where:
            self.wanted(node.where, "bool", "'where'")
        self.entities.pop()
        return {"count": INT, "exists": BOOL}.get(node.function, given)


_SPECIAL: dict[str, Callable[..., FieldType | None]] = {
    "today": lambda checker: FieldType(Kind.date),
    "now": lambda checker: FieldType(Kind.datetime),
    "empty": _Checker.empty,
    "below": _Checker.below,
}
_INFER: dict[type, Callable[[_Checker, Any], FieldType | None]] = {
    Const: lambda checker, node: type_of(node.value),
    Path: _Checker.path,
    Not: _Checker.logic,
    Negative: _Checker.negative,
    IsNull: _Checker.is_null,
    Logic: _Checker.logic,
    Compare: _Checker.compare,
    Within: _Checker.within,
    Arithmetic: _Checker.arithmetic,
    Shift: _Checker.shift,
    Call: _Checker.call,
    Children: _Checker.children,
}
