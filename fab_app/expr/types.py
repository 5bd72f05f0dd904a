"""What is known of a value before there is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    text = "text"
    int = "int"
    decimal = "decimal"
    bool = "bool"
    date = "date"
    datetime = "datetime"
    time = "time"
    ref = "ref"
    many = "many"
    children = "children"
    json = "json"
    null = "null"
    """`none` alone: it fits wherever a value is wanted. No field is of this kind."""


NUMBERS = frozenset({Kind.int, Kind.decimal})
MOMENTS = frozenset({Kind.date, Kind.datetime})


@dataclass(frozen=True)
class FieldType:
    """What the fields of a definition are to an expression.

    `target` is the entity behind a ref, many or children; `codes` those of a choice, None where any text
    goes, `of` the dictionary that they stand in. A many without a target holds codes (text). `scale` is the
    number of digits after the point. `cover`: what ticks in a tree stand for, "" where for themselves alone:
    "below" for all below them, "children" for it unless something below them is ticked too.
    """

    kind: Kind
    target: str = ""
    scale: int = 0
    codes: frozenset[str] | None = None
    of: str = ""
    cover: str = ""


class Types(Protocol):
    """The fields that exist."""

    def field(self, entity: str, name: str) -> FieldType | None: ...

    def names(self, entity: str) -> Iterable[str]:
        """For 'did you mean'."""
        ...

    def user(self, name: str) -> FieldType | None: ...

    def same(self, one: str, other: str) -> bool:
        """Whether references to these entities lead to the same records; true where that is not known."""
        ...
