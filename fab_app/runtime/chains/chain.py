"""A record before one move of its chain, and what the move will do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fab_app.core.words import locale, say
from fab_app.runtime.chains.opening import Opening
from fab_app.runtime.chains.persons import person_field
from fab_app.runtime.chains.rounds import Round, Row, Run, Task, add, close, stead
from fab_app.runtime.chains.telling import by_the_clock, tell
from fab_app.runtime.judging import Conflict, Forbidden
from fab_app.spec.chain import AWAITED, Approval
from fab_app.spec.workflow import Workflow

if TYPE_CHECKING:
    from fab_app.runtime.env import MoveEnv
    from fab_app.runtime.moves import Case


@dataclass(frozen=True)
class Turn:
    """``keeps``: fields of the record that follow the chain. ``secret``: answers that only the chain keeps.

    ``counts``: whether the move has its target, its answers and its effects; a vote that decides nothing yet has
    not. ``then``: the code of the system's move that follows. ``write`` takes the key of the move in the course.
    """

    keeps: Mapping[str, Any] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    then: str = ""
    counts: bool = True
    write: Callable[[int], None] = lambda move: None


NONE = Turn()


@dataclass(frozen=True)
class Chain:
    """A record before one move of its chain."""

    case: Case
    approval: Approval
    said: Mapping[str, Any]
    env: MoveEnv
    round: Round | None

    def opening(self, named: Mapping[str, int] | None = None) -> Opening:
        world, fetch = self.case.writer.world, self.case.writer.fetch
        return Opening(world, fetch, self.case.entity, self.approval, self.env, named or {})

    def rows(self, level: int, named: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
        """The tasks of a level, found now."""
        return self.opening(named).rows(level, self.round)

    @property
    def tasks(self) -> tuple[Task, ...]:
        return self.round.tasks if self.round is not None else ()

    @property
    def person(self) -> int:
        """Whom the dialog names."""
        case = self.case
        return int(self.said[person_field(case.entity, case.move.dialog, case.asks, case.move.approval)])

    def task(self) -> Task:
        """The task that waits for this person. Raises Conflict where somebody was faster, Forbidden where none did."""
        act = AWAITED[self.case.move.approval or ""]
        tasks = self.tasks
        mine = [task for task in tasks if task.mine and task.state == "waiting" and act in ("", task.act)]
        if mine:
            return mine[0]
        waiting = [task for task in tasks if task.state == "waiting"]
        if waiting and by_the_clock(self.case.writer.principal):
            return waiting[0]
        raise not_awaited(self.case, tasks)

    def close(self, task: Task, state: str, move: int, **more: Any) -> None:
        writer = self.case.writer
        words = {
            "move_id": move,
            "opinion": self.said.get(self.approval.opinion),
            "note": self.said.get(self.approval.note),
            "for_id": self._stead(task),
        }
        if not close(writer.world, writer.fetch, task, state, writer.principal.subject, **words, **more):
            raise Conflict(changed(self.case.workflow))

    def _stead(self, task: Task) -> int | None:
        writer = self.case.writer
        if not task.mine:
            return None
        return stead(writer.world, writer.fetch, self.case.entity.portal, task, writer.principal.subject)

    def keeps(self, step: str | None, number: int | None = None) -> dict[str, Any]:
        names = self.approval.keeps
        found = {names.step: step, **({names.round: number} if number is not None else {})}
        fields = self.case.entity.fields
        return {name: fields[name].parse(value) for name, value in found.items() if name is not None}

    @property
    def run(self) -> Run:
        assert self.round is not None
        return self.round.id, self.round.number

    def add(self, run: Run, rows: Iterable[Row]) -> None:
        case = self.case
        for row in rows:
            add(case.writer.world, case.writer.fetch, case.entity, case.id, case.name, run, row)
            if self.approval.tells.waiting is not None and row["state"] == "waiting":
                tell(case.writer, case.entity, case.id, self.approval.tells.waiting, row)

    @property
    def secret(self) -> frozenset[str]:
        """Answers that are fields of the dialog alone: the chain keeps them, for those who are told of it."""
        return frozenset(name for name in self.case.move.dialog if name not in self.case.entity.fields)


NOT_AWAITED = "You are not the one who is awaited at this step"


def changed(flow: Workflow) -> str:
    assert flow.changed is not None, "an approval brings its own sentence"
    return flow.changed.of(locale.get())


def not_awaited(case: Case, tasks: tuple[Task, ...]) -> Forbidden | Conflict:
    """409 for who was asked and came late; 403 for who never was."""
    if any(task.mine and not task.open for task in tasks):
        return Conflict(changed(case.workflow))
    return Forbidden(say(NOT_AWAITED))
