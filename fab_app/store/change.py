"""A change of the database: what it is, how dangerous, one sentence for a person, the steps that make it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final

import sqlalchemy as sa


class Grade(IntEnum):
    """From harmless to impossible; the last is for people to sort out first."""

    safe = 0
    check = 1
    loses = 2
    blocked = 3

    @property
    def words(self) -> str:
        return ("safe", "needs a data check", "loses data", "must be solved by hand")[self]


@dataclass(frozen=True)
class Copy:
    """A step that no SQL says alike everywhere: fills ``target`` with what ``source`` means as ``type``."""

    table: str
    source: str
    target: str
    type: sa.types.TypeEngine[object] = field(compare=False)


Step = str | Copy
ADDED: Final = frozenset({"table", "column", "index", "unique", "foreign key", "longer"})
LOOSENED: Final = frozenset({"index gone", "optional", "default", "rebuild"})


@dataclass(frozen=True)
class Change:
    """``rows``: how many rows do not fit (or, of a removed thing, how many are concerned)."""

    kind: str
    table: str
    name: str
    grade: Grade
    text: str
    steps: tuple[Step, ...] = ()
    rows: int = 0

    @property
    def additive(self) -> bool:
        """Made by itself at the start: nothing is lost, and nothing that fitted before is refused."""
        return self.grade is Grade.safe and (self.kind in ADDED or self.kind in LOOSENED)

    @property
    def statements(self) -> tuple[str, ...]:
        return tuple(
            step if isinstance(step, str) else f"-- copy {step.source} to {step.target}"
            for step in self.steps
        )

    def without_steps(self) -> Change:
        return replace(self, steps=())


@dataclass(frozen=True)
class Plan:
    """The changes in the order in which they are made, and which tables become ours or cease to be.

    ``again`` makes the same plan from what the database is by then.
    """

    changes: tuple[Change, ...]
    digest: str
    claimed: frozenset[str] = frozenset()
    disclaimed: frozenset[str] = frozenset()
    again: Callable[[sa.Connection], Plan] | None = field(default=None, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __str__(self) -> str:
        return "\n".join(f"{change.grade.words:>22}: {change.text}" for change in self.changes)

    def beyond(self, allow: Collection[Grade]) -> tuple[Change, ...]:
        """The changes that nobody allowed, or that cannot be made while rows do not fit."""
        return tuple(
            change
            for change in self.changes
            if change.grade is Grade.blocked
            or (change.grade is not Grade.safe and change.grade not in allow)
            or (change.grade is Grade.check and change.rows > 0)
        )


WAY = "'python run.py plan' shows it all; 'apply' with --allow check or --allow loses makes it."


class PlanNeeded(Exception):
    """The database differs in ways that nobody has allowed yet. Nothing was changed."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__(f"The database differs from the definitions; nothing was changed.\n{plan}")
