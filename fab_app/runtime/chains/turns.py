"""What a move does to the chain of its record: planned before anything is stored, written after it.

Between the two stands the one UPDATE of the record under the version that was seen. Every move of a chain makes
it, so of two who decide at once one wins, and what was planned from the rows as they stood is true of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fab_app.core.words import locale, say
from fab_app.runtime.chains.opening import Opening
from fab_app.runtime.chains.rounds import Round, Row, Run, Task, add, close, end, newest
from fab_app.runtime.chains.submitting import submit
from fab_app.runtime.judging import Conflict, Forbidden, NotFound
from fab_app.spec.chain import AWAITED, Approval
from fab_app.spec.manifest import Entity
from fab_app.spec.workflow import Workflow

if TYPE_CHECKING:
    from fab_app.runtime.env import MoveEnv
    from fab_app.runtime.moves import Case
    from fab_app.runtime.writing import Writer


@dataclass(frozen=True)
class Turn:
    """``keeps``: fields of the record that follow the chain. ``secret``: answers that only the chain keeps.

    ``then``: the code of the system's move that follows at once. ``write`` takes the key of the move in the course.
    """

    keeps: Mapping[str, Any] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    then: str = ""
    write: Callable[[int], None] = lambda move: None


NONE = Turn()


def turn(case: Case, said: Mapping[str, Any], env: MoveEnv) -> Turn:
    """What the move does to the chain; nothing where it is none of a chain's."""
    kind, approval = case.move.approval, case.workflow.approval
    if kind is None or approval is None:
        return NONE
    found = newest(
        case.writer.world, case.writer.fetch, case.entity, case.id, case.name, case.writer.principal.subject
    )
    chain = Chain(case, approval, said, env, found)
    return _PLANS[kind](chain)


def row(writer: Writer, entity: Entity, id_: int, code: str) -> Mapping[str, Any]:
    """The record's row for a move, under the rows of the move: for a chain's those that wait for the person.

    Raises what is said of a row outside them; Conflict to who was asked and came late.
    """
    kinds = {move.approval for move in entity.moves[code]}
    try:
        return writer.row(entity, id_, f"move:{code}")
    except (Forbidden, NotFound) as refused:
        if not kinds & AWAITED.keys():
            raise
        for name, flow in entity.spec.workflows.items():
            if code in flow.moves:
                found = newest(writer.world, writer.fetch, entity, id_, name, writer.principal.subject)
                tasks = found.tasks if found is not None else ()
                if any(task.mine and not task.open for task in tasks):
                    raise Conflict(changed(flow)) from refused
        if isinstance(refused, NotFound):
            raise
        raise Forbidden(say(NOT_AWAITED)) from refused


@dataclass(frozen=True)
class Chain:
    """A record before one move of its chain."""

    case: Case
    approval: Approval
    said: Mapping[str, Any]
    env: MoveEnv
    round: Round | None

    @property
    def opening(self) -> Opening:
        writer = self.case.writer
        return Opening(writer.world, writer.fetch, self.case.entity, self.approval, self.env)

    def task(self) -> Task:
        """The task that waits for this person. Raises Conflict where somebody was faster, Forbidden where none did."""
        act = AWAITED[self.case.move.approval or ""]
        tasks = self.round.tasks if self.round is not None else ()
        mine = [task for task in tasks if task.mine and task.state == "waiting" and act in ("", task.act)]
        if mine:
            return mine[0]
        raise not_awaited(self.case, tasks)

    def close(self, task: Task, state: str, move: int, **more: Any) -> None:
        writer = self.case.writer
        words = {
            "move_id": move,
            "opinion": self.said.get(self.approval.opinion),
            "note": self.said.get(self.approval.note),
        }
        if not close(writer.world, writer.fetch, task, state, writer.principal.subject, **words, **more):
            raise Conflict(changed(self.case.workflow))

    def keeps(self, step: str | None, number: int | None = None) -> dict[str, Any]:
        names = self.approval.keeps
        found = {names.step: step, **({names.round: number} if number is not None else {})}
        return {name: value for name, value in found.items() if name is not None}

    @property
    def run(self) -> Run:
        assert self.round is not None
        return self.round.id, self.round.number

    def add(self, run: Run, row: Row) -> None:
        case = self.case
        add(case.writer.world, case.writer.fetch, case.entity, case.id, case.name, run, row)

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


# --- one plan a kind of move ---------------------------------------------------------------------


def _begin(chain: Chain) -> Turn:
    first, number = chain.approval.chain[0], chain.round.number + 1 if chain.round is not None else 1
    whom = chain.opening.whom(first, None)
    row = chain.opening.row(0, None, whom)

    def write(move: int) -> None:
        case = chain.case
        chain.add(submit(case.writer, case.entity, case.id, case.name, chain.approval, number), row)

    return Turn(chain.keeps(first.step, number), chain.secret, write=write)


def _agree(chain: Chain) -> Turn:
    task = chain.task()
    for gate in chain.approval.chain[task.level].gates:
        if not chain.env.holds(gate.when, False):
            raise Conflict(gate.message.of(locale.get()))
    return _onward(chain, task, "agreed")


def _onward(chain: Chain, task: Task, state: str, **more: Any) -> Turn:
    """The level is done: the next one opens, or the chain is at its end."""
    following = task.level + 1
    if following == len(chain.approval.chain):
        end_ = chain.case.workflow.deciding("end")
        return Turn(
            chain.keeps(None), chain.secret, end_, lambda move: chain.close(task, state, move, **more)
        )
    level = chain.approval.chain[following]
    row = chain.opening.row(following, chain.round, chain.opening.whom(level, chain.round))

    def write(move: int) -> None:
        chain.close(task, state, move, **more)
        chain.add(chain.run, row)

    return Turn(chain.keeps(level.step), chain.secret, write=write)


def _disagree(chain: Chain) -> Turn:
    task = chain.task()

    def write(move: int) -> None:
        chain.close(task, "disagreed", move)
        _ended(chain, "returned")

    return Turn(chain.keeps(None), chain.secret, write=write)


def _withdraw(chain: Chain) -> Turn:
    tasks = chain.round.tasks if chain.round is not None else ()
    if chain.approval.also.withdraw == "before_first" and any(task.decided_at for task in tasks):
        raise Conflict(say("It is being decided on and cannot be withdrawn any more"))
    return Turn(chain.keeps(None), chain.secret, write=lambda move: _ended(chain, "withdrawn"))


def _end(chain: Chain) -> Turn:
    return Turn(chain.keeps(None), write=lambda move: _ended(chain, "agreed"))


def _ended(chain: Chain, state: str) -> None:
    if chain.round is not None:
        end(chain.case.writer.world, chain.case.writer.fetch, chain.round.id, state)


_PLANS: dict[str, Callable[[Chain], Turn]] = {
    "begin": _begin,
    "agree": _agree,
    "disagree": _disagree,
    "withdraw": _withdraw,
    "end": _end,
}
