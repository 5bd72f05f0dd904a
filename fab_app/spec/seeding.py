"""Seed rows that stand for many: ``_times``, ``{n}`` in their texts, values in turn, made-up values.

What is written is the same every time: nothing depends on anything but the row's own number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from fab_app.fields.base import Field

TIMES, FROM, TURN, EVERY, SAMPLE = "_times", "_from", "turn", "every", "sample"
EACH, WHERE = "_each", "_where"
OF = "_of"
ABOUT = ("_key", "_by", "_at", OF, TIMES, FROM, EACH, WHERE)
"""Not fields: the row's handle, whose row it is, when it was made, which row above it changes, for how many rows or
which records it stands."""

_NUMBER = re.compile(r"\{n(?::(0\d))?\}")


def numbers(row: Mapping[str, Any]) -> range:
    """The numbers of the rows that this one stands for; a plain row is its own only one."""
    first = int(row.get(FROM, 1))
    return range(first, first + int(row.get(TIMES, 1)))


def made(row: Mapping[str, Any], n: int) -> dict[str, Any]:
    """The row of this number."""
    if TIMES not in row:
        return dict(row)
    return {name: _of(value, n) for name, value in row.items() if name not in (TIMES, FROM)}


def rows(written: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for n in numbers(written):
        yield made(written, n)


def sampled(value: Any) -> bool:
    """Whether the value is to be made up: ``{sample: 7}``."""
    return isinstance(value, dict) and set(value) == {SAMPLE}


def sample(field: Field, value: Mapping[str, Any]) -> Any:
    """A value that the field takes, the same for the same word."""
    return field.sample(Random(f"{field.label.zh}:{value[SAMPLE]}"))  # noqa: S311 - made up, not secret


def _of(value: Any, n: int) -> Any:
    if isinstance(value, str):
        return _NUMBER.sub(lambda found: f"{n:{found[1] or ''}}", value)
    if isinstance(value, list):
        return [_of(item, n) for item in value]
    if isinstance(value, dict) and TURN in value:
        turn = (n - 1) // int(value.get(EVERY, 1)) % len(value[TURN])
        return _of(value[TURN][turn], n)
    if isinstance(value, dict):
        return {name: _of(item, n) for name, item in value.items()}
    return value
