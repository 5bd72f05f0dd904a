"""Expressions made by chance from a small grammar, always well typed."""

from __future__ import annotations

import random
import re

from hypothesis import strategies as st

LEAVES = {
    "number": [
        "qty",
        "amount",
        "rate",
        "agency.rank",
        "depth_of(kept, region)",
        "0",
        "-3",
        "2.5",
        "1.25",
        "0.0001",
        "{leaf}*{leaf}",
        "{leaf}/{leaf}",
    ],
    "leaf": ["qty", "amount", "rate", "7", "2.5"],
    "text": ["title", "note", "lower(level)", "agency.name", "''", "'a'", "'B'", "'é中'", "'ab '", "'%'"],
    "day": ["due", "today()", "date(made)", "date('2024-01-31')"],
    "bool": [
        "done",
        "true",
        "'a' in kinds",
        "user in members",
        "below(region, 2)",
        "covers(regions, region)",
        "made < now()",
    ],
    "line": ["qty > 0", "price < outer.amount", "name == outer.title", "day == today()", "outer.done"],
    "sign": ["==", "!=", "<", "<=", ">", ">="],
}
RULES = {
    "number": [
        "({number} + {number})",
        "({number} - {number})",
        "-({number})",
        "abs({number})",
        "round({number}, 1)",
        "round({number})",
        "min({number}, {number})",
        "coalesce({number}, {number}, 1)",
        "iif({bool}, {number}, {number})",
        "length({text})",
        "days_between({day}, {day})",
        "sum(lines.price where {line})",
        "count(lines where {line})",
    ],
    "text": [
        "({text} + {text})",
        "lower({text})",
        "text(length({text}))",
        "max({text}, {text})",
        "coalesce({text}, {text})",
        "iif({bool}, {text}, none)",
    ],
    "day": [
        "({day} + days(qty))",
        "({day} - months(13))",
        "({day} + months(qty))",
        "max({day}, {day})",
        "coalesce({day}, {day})",
    ],
    "bool": [
        "({bool} and {bool})",
        "({bool} or {bool})",
        "not ({bool})",
        "({bool}) == ({bool})",
        "({bool}) is none",
        "{number} {sign} {number}",
        "{number} <= {number} < {number}",
        "{number} in ({number}, {number}, none)",
        "{number} not in ({number}, {number})",
        "{text} {sign} {text}",
        "{text} in ({text}, {text}, 'ab')",
        "{day} {sign} {day}",
        "contains({text}, {text})",
        "startswith({text}, {text})",
        "empty({text})",
        "exists(lines where {line})",
    ],
    "line": ["{line} or not ({line})", "qty in ({number_of_line}, 1)"],
}
LEAVES["number_of_line"] = ["outer.qty", "length(name)", "none"]
_PART = re.compile(r"{(\w+)}")


def sentences(count: int = 20) -> st.SearchStrategy[list[str]]:
    return st.integers(0, 2**32).map(lambda seed: made(random.Random(seed), count))


def made(dice: random.Random, count: int) -> list[str]:
    kinds = ("bool", "bool", "number", "text", "day")
    return [expanded(dice, dice.choice(kinds), 3) for _ in range(count)]


def expanded(dice: random.Random, kind: str, depth: int) -> str:
    patterns = RULES[kind] if depth and kind in RULES and dice.random() < 0.8 else LEAVES[kind]
    return _PART.sub(lambda part: expanded(dice, part[1], depth - 1 if depth else 0), dice.choice(patterns))
