"""A rule with ``or`` taken arm by arm: each row once, by the first arm that holds for it.

Over several indexes at once a database looks up every row that one of them names. Where one index tells of an arm and
of the arms before it (``indexes: [[helper, org]]`` for ``org == … or helper == …``) the rows need not be looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations
from operator import and_, or_
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BooleanClauseList, ColumnClause, Grouping

MOST = 3
"""Arms that are put in every order to find one that the indexes fit."""


def arms(table: sa.Table, row: sa.FromClause, where: Sequence[Any]) -> list[Any]:
    """Conditions of which at most one holds for a row of ``table``, together ``where``; empty where none fit.

    ``row``: the name that the rows have in the conditions.
    """
    rules = [part for one in where for part in every(one)]
    rule = next((one for one in rules if isinstance(one, BooleanClauseList) and one.operator is or_), None)
    rest = [one for one in rules if one is not rule]
    besides = frozenset(name for one in rest for name in _names(one, row))
    if rule is None or len(rule.clauses) > MOST or besides - {"alive"}:
        return []
    parts = [(arm, _names(arm, row)) for arm in rule.clauses]
    fitting = (
        order for order in permutations(parts) if _told(table, [names | besides for _, names in order])
    )
    found = next(fitting, ())
    return [
        sa.and_(*rest, arm, *(sa.not_(sa.func.coalesce(before, sa.false())) for before, _ in found[:at]))
        for at, (arm, _) in enumerate(found)
    ]


def every(rule: Any) -> Iterator[Any]:
    """The conditions of which all must hold."""
    rule = rule.element if isinstance(rule, Grouping) else rule
    if isinstance(rule, BooleanClauseList) and rule.operator is and_:
        for part in rule.clauses:
            yield from every(part)
    else:
        yield rule


def _names(arm: Any, row: sa.FromClause) -> frozenset[str]:
    """The columns of the row that an arm asks for."""
    columns = (one for one in visitors.iterate(arm) if isinstance(one, ColumnClause))
    return frozenset(column.name for column in columns if column.table is row)


def _told(table: sa.Table, order: Sequence[Iterable[str]]) -> bool:
    """Whether for each arm an index begins with it and tells of those before it."""
    indexes = [[column.name for column in index.columns] for index in table.indexes]
    asked: set[str] = set()
    for names in order:
        asked |= set(names)
        if not names or not any(index[0] in names and asked <= set(index) for index in indexes):
            return False
    return True
