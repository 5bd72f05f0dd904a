"""Values of a question bound late: one statement serves all who ask the same of other values.

A text that is searched for stays in the question, for the statement depends on what is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from fab_app.runtime.query import Condition, Query

ALIKE = frozenset(("eq", "ne", "gt", "ge", "lt", "le", "below", "covers"))
"""Operators whose statement is the same whatever the value."""


@dataclass(frozen=True, slots=True)
class Late:
    """Stands for a value in a question; in a statement it is a parameter of this name."""

    name: str

    def __clause_element__(self) -> sa.BindParameter[Any]:
        return sa.bindparam(self.name)


def bound(query: Query) -> tuple[Query, Mapping[str, Any]]:
    """The question without its values, and these by the names of their parameters."""
    values: dict[str, Any] = {}

    def late(value: Any) -> Any:
        if value is None:
            return None
        values[name := f"v{len(values)}"] = value
        return Late(name)

    where = tuple(_late(item, late) for item in query.where)
    within = None if query.within is None else (query.within[0], late(query.within[1]))
    return replace(query, where=where, within=within), values


def _late(item: Condition, late: Callable[[Any], Any]) -> Condition:
    if item.op in ALIKE and not isinstance(item.value, tuple):
        return replace(item, value=late(item.value))
    if item.op == "range":
        return replace(item, value=tuple(late(end) for end in item.value))
    return item
