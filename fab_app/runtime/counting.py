"""Counters of lists: a SELECT of several bounded counts, answered from the last time while no table was written to.

A page need not wait for thousands to be counted anew: it may take the last numbers, and ask for the new ones beside.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from fab_app.runtime.writes import Read, names_of, pending, read_tables
from fab_app.store.tables import Tables
from fab_app.store.written import NAME, total

COUNTED = 10_000
ANSWERS = 100
"""Answers of one statement that are kept, each to other values."""
FEW, MANY = 1, 2
"""What a number was last: at most 10,000, or more."""
DEAR = 1_000
"""Numbers that together are larger take long to count."""
_NOTHING: tuple[int, list[Any]] = (-1, [])


@dataclass(frozen=True, slots=True)
class Count:
    """Exact up to 10,000; ``more`` says that there are others beyond.

    ``rows`` is the most that the whole table can hold. ``old``: it was written to since.
    """

    number: int
    more: bool = False
    rows: int = 0
    old: bool = False


@dataclass(eq=False)
class Counting:
    """A SELECT of one number for each code and the size of the table, made for one scope, language and day.

    Where it reads nothing but tables whose writes are counted, it names how often they were written to, and the
    database counts only if that is not the number of the last answer.
    """

    statement: sa.Select[Any]
    codes: tuple[str, ...]
    exact: bool
    kept: bool
    ways: tuple[str, ...] = ()
    """For each code the parameter that tells what the number was last (0: unknown); "" where it need not be told."""
    _answers: dict[Hashable, tuple[int, list[Any]]] = field(default_factory=dict)

    def run(
        self,
        execute: Callable[..., sa.Result[Any]],
        info: dict[Any, Any],
        values: Mapping[str, Any],
        later: bool = False,
    ) -> dict[str, Count]:
        """``info`` of the session that executes; ``values`` of the question by the names of their parameters.

        ``later``: where the last numbers are dear they will do, though they be old.
        """
        asked = tuple(values.values())
        keeps = self.kept and not pending(info)
        known, last = self._answers.get(asked, _NOTHING) if keeps else _NOTHING
        later = later and sum(last[1:]) > DEAR
        bound = {**values, "known": known, "later": later, **self._ways(last[1:])} if self.kept else values
        row: tuple[Any, ...] = tuple(execute(self.statement, bound).one())
        written, size, *numbers = row
        old = later and written != known
        if keeps and (old or written == known):
            size, *numbers = last
        elif keeps:
            self._keep(asked, (written, [size, *numbers]))
        return {
            code: self._count(number, size or 0, old)
            for code, number in zip(self.codes, numbers, strict=True)
        }

    def _ways(self, last: Sequence[int]) -> dict[str, int]:
        if not last:
            return dict.fromkeys(filter(None, self.ways), 0)
        told = zip(self.ways, last, strict=True)
        return {way: FEW if number <= COUNTED else MANY for way, number in told if way}

    def _keep(self, asked: Hashable, answer: tuple[int, list[Any]]) -> None:
        if len(self._answers) >= ANSWERS:
            self._answers.clear()
        self._answers[asked] = answer

    def _count(self, number: int, size: int, old: bool) -> Count:
        more = number > COUNTED and not self.exact
        return Count(COUNTED if more else number, more, size, old)


def counting(
    tables: Tables, parts: Iterable[tuple[str, Read]], size: sa.Table, exact: bool, kind: str = ""
) -> Counting:
    """Counts the rows of each part, up to one beyond 10,000 unless ``exact``; ``size`` is the table to be sized.

    ``kind`` is that of the database: SQLite is also told what each number was last.
    """
    named = tuple(parts)
    names = read_tables((part for _, part in named), names_of(tables))
    telling = bool(names) and not exact and kind == "sqlite"
    ways = tuple(f"way{at}" if telling and _limited(part) else "" for at, (_, part) in enumerate(named))
    numbers = [_counted(part, exact, way) for (_, part), way in zip(named, ways, strict=True)]
    sized = sa.select(sa.func.max(size.c.id)).scalar_subquery()
    columns = (sized, *numbers)
    statement = _asking(tables, names, columns) if names else sa.select(sa.null(), *_labelled(columns))
    return Counting(statement, tuple(code for code, _ in named), exact, bool(names), ways)


def _counted(part: Read, exact: bool, way: str) -> Any:
    """By what the number was last: SQLite counts few rows of a condition in two thirds of the time without a bound, and
    finds the one beyond many in half of it.
    """
    number = _number(part if exact else part.limit(COUNTED + 1))
    if not way:
        return number
    was = sa.bindparam(way, type_=sa.Integer())
    beyond = sa.select(sa.literal(COUNTED + 1)).select_from(part.limit(1).offset(COUNTED).subquery())
    many = sa.func.coalesce(beyond.scalar_subquery(), number)
    return sa.case((was == FEW, _number(part)), (was == MANY, many), else_=number)


def _number(part: Read) -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.count()).select_from(part.subquery()).scalar_subquery()


def _limited(part: Read) -> bool:
    """Whether it asks anything of its rows."""
    rule = part.whereclause if isinstance(part, sa.Select) else part
    return rule is not None and any(isinstance(one, sa.ColumnClause) for one in visitors.iterate(rule))


def _asking(tables: Tables, names: frozenset[str], columns: Sequence[Any]) -> sa.Select[Any]:
    """The columns, each NULL ``later`` or where the number of writes to the tables is the one that is ``known``."""
    written = total(tables.platform(NAME), names).subquery("w").c.number
    same = written == sa.bindparam("known", type_=sa.BigInteger())
    spared = sa.or_(same, sa.bindparam("later", type_=sa.Boolean()))
    return sa.select(written, *_labelled([sa.case((spared, sa.null()), else_=column) for column in columns]))


def _labelled(columns: Sequence[Any]) -> list[Any]:
    return [column.label(f"n{index}") for index, column in enumerate(columns)]
