"""Counters of lists: a SELECT of several bounded counts, answered from the last time while no table was written to.

A page need not wait for thousands to be counted anew: it may take the last numbers, and ask for the new ones beside.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from fab_app.runtime.writes import Read, names_of, pending, read_tables
from fab_app.store.tables import Tables
from fab_app.store.written import NAME, total

COUNTED = 10_000
ANSWERS = 100
"""Answers of one statement that are kept, each to other values."""
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
        bound = {**values, "known": known, "later": later} if self.kept else values
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

    def _keep(self, asked: Hashable, answer: tuple[int, list[Any]]) -> None:
        if len(self._answers) >= ANSWERS:
            self._answers.clear()
        self._answers[asked] = answer

    def _count(self, number: int, size: int, old: bool) -> Count:
        more = number > COUNTED and not self.exact
        return Count(COUNTED if more else number, more, size, old)


def counting(tables: Tables, parts: Iterable[tuple[str, Read]], size: sa.Table, exact: bool) -> Counting:
    """Counts the rows of each part, up to one beyond 10,000 unless ``exact``; ``size`` is the table to be sized."""
    named = tuple(parts)
    bounded = [(part if exact else part.limit(COUNTED + 1)).subquery() for _, part in named]
    numbers: list[Any] = [sa.select(sa.func.count()).select_from(part).scalar_subquery() for part in bounded]
    sized = sa.select(sa.func.max(size.c.id)).scalar_subquery()
    columns = (sized, *numbers)
    names = read_tables((part for _, part in named), names_of(tables))
    statement = _asking(tables, names, columns) if names else sa.select(sa.null(), *_labelled(columns))
    return Counting(statement, tuple(code for code, _ in named), exact, bool(names))


def _asking(tables: Tables, names: frozenset[str], columns: Sequence[Any]) -> sa.Select[Any]:
    """The columns, each NULL ``later`` or where the number of writes to the tables is the one that is ``known``."""
    written = total(tables.platform(NAME), names).subquery("w").c.number
    same = written == sa.bindparam("known", type_=sa.BigInteger())
    spared = sa.or_(same, sa.bindparam("later", type_=sa.Boolean()))
    return sa.select(written, *_labelled([sa.case((spared, sa.null()), else_=column) for column in columns]))


def _labelled(columns: Sequence[Any]) -> list[Any]:
    return [column.label(f"n{index}") for index, column in enumerate(columns)]
