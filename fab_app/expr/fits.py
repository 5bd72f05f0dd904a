"""Which kinds fit where, what comes of them together, and the hint where they do not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from fab_app.expr.types import MOMENTS, NUMBERS, FieldType, Kind


@dataclass(frozen=True)
class Fit:
    words: str
    kinds: frozenset[Kind]


_ORDERED = NUMBERS | MOMENTS | {Kind.text, Kind.time}
_SINGLE = _ORDERED | {Kind.bool, Kind.ref}

FITS: dict[str, Fit] = {
    "text": Fit("text", frozenset({Kind.text})),
    "int": Fit("a whole number", frozenset({Kind.int})),
    "whole": Fit("a whole number or a reference", frozenset({Kind.int, Kind.ref})),
    "number": Fit("a number", NUMBERS),
    "bool": Fit("true or false", frozenset({Kind.bool})),
    "moment": Fit("a date or datetime", MOMENTS),
    "datetime": Fit("a datetime", frozenset({Kind.datetime})),
    "ref": Fit("a reference", frozenset({Kind.ref})),
    "node": Fit("a node of the tree", frozenset({Kind.ref, Kind.int})),
    "refs": Fit("a reference", frozenset({Kind.ref, Kind.int, Kind.many})),
    "ordered": Fit("a number, a text, a date or a time", _ORDERED),
    "same": Fit("a single value", _SINGLE),
}


def type_of(value: object) -> FieldType:
    """The type of a literal."""
    if isinstance(value, Decimal):
        return FieldType(Kind.decimal, scale=-int(value.as_tuple().exponent))
    names = {type(None): Kind.null, str: Kind.text, bool: Kind.bool, int: Kind.int, date: Kind.date}
    return FieldType(names[type(value)])


def fits(words: str, given: Kind) -> bool:
    return given is Kind.null or given in FITS[words].kinds


def comparable(left: Kind, right: Kind) -> bool:
    kinds = {left, right} - {Kind.null}
    return kinds <= _SINGLE and (len(kinds) < 2 or kinds in (NUMBERS, {Kind.ref, Kind.int}))


def holds(want: Kind, given: Kind) -> bool:
    """Whether a place for `want` takes a value that is `given`."""
    return given in (want, Kind.null) or (given is Kind.int and want in (Kind.decimal, Kind.ref))


def widest(args: Sequence[FieldType]) -> FieldType:
    """The type that holds every argument: decimal where one is, else that of the first which is not null."""
    known = [arg for arg in args if arg.kind is not Kind.null]
    if any(arg.kind is Kind.decimal for arg in known):
        return FieldType(Kind.decimal, scale=max(arg.scale for arg in known))
    codes = [arg.codes for arg in known]
    first = known[0] if known else FieldType(Kind.null)
    if any(code is None for code in codes) or not codes:
        return replace(first, codes=None)
    return replace(first, codes=frozenset[str]().union(*(code for code in codes if code is not None)))


def calculated(sign: str, left: FieldType, right: FieldType) -> FieldType:
    if Kind.null in (left.kind, right.kind):
        return FieldType(Kind.null)
    if sign == "/":
        return FieldType(Kind.decimal, scale=6)
    wide = widest((left, right))
    return FieldType(wide.kind, scale=left.scale + right.scale if sign == "*" else wide.scale)


def join_hint(kinds: set[Kind]) -> str:
    if kinds == {Kind.datetime}:
        return "write hours_between(begin, end)"
    return "write + days(n)" if kinds & MOMENTS else ""


def answer_hint(want: Kind, given: Kind) -> str:
    if (want, given) == (Kind.date, Kind.datetime):
        return "write date(…)"
    return "write a comparison" if want is Kind.bool else ""


def hint_for(words: str, given: Kind) -> str:
    if words == "node":
        return "write one reference, such as region"
    if words == "bool":
        return {Kind.many: "write not empty(…)", Kind.children: "write exists(…)"}.get(
            given, "write a comparison"
        )
    return ""
