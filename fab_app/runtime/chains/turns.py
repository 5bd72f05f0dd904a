"""What a move does to the chain of its record: planned before anything is stored, written after it.

Between the two stands the one UPDATE of the record under the version that was seen. Every move of a chain makes
it, so of two who decide at once one wins, and what was planned from the rows as they stood is true of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fab_app.core.words import locale, say
from fab_app.runtime.chains.chain import NONE, NOT_AWAITED, Chain, Turn, changed
from fab_app.runtime.chains.counting import failed, passed, together
from fab_app.runtime.chains.rounds import Task, end, lapse, newest, wait
from fab_app.runtime.chains.submitting import submit
from fab_app.runtime.judging import Conflict, Forbidden, NotFound
from fab_app.spec.chain import AWAITED
from fab_app.spec.kept import flows
from fab_app.spec.manifest import Entity

if TYPE_CHECKING:
    from fab_app.runtime.env import MoveEnv
    from fab_app.runtime.moves import Case
    from fab_app.runtime.writing import Writer


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
    kinds = {move.approval for move in entity.moves.get(code, ())}
    try:
        return writer.row(entity, id_, f"move:{code}")
    except (Forbidden, NotFound) as refused:
        if not kinds & AWAITED.keys():
            raise
        for name, flow in flows(entity):
            if code in flow.moves:
                found = newest(writer.world, writer.fetch, entity, id_, name, writer.principal.subject)
                tasks = found.tasks if found is not None else ()
                if any(task.mine and not task.open for task in tasks):
                    raise Conflict(changed(flow)) from refused
        if isinstance(refused, NotFound):
            raise
        raise Forbidden(say(NOT_AWAITED)) from refused


# --- one plan a kind of move ---------------------------------------------------------------------


def _begin(chain: Chain) -> Turn:
    first, number = chain.approval.chain[0], chain.round.number + 1 if chain.round is not None else 1
    rows = replace(chain, round=None).rows(0)

    def write(move: int) -> None:
        case = chain.case
        chain.add(submit(case.writer, case.entity, case.id, case.name, chain.approval, number), rows)

    return Turn(chain.keeps(first.step, number), chain.secret, write=write)


def _agree(chain: Chain) -> Turn:
    task = chain.task()
    level = chain.approval.chain[task.level]
    _gates(chain, task)
    others = together(chain.tasks, task)
    if passed(level, task, others):
        return _onward(chain, task, others, "agreed")

    def write(move: int) -> None:
        chain.close(task, "agreed", move)
        queued = [other for other in others if other.state == "queued"]
        if queued and not task.extra:
            wait(chain.case.writer.world, chain.case.writer.fetch, queued[0])

    return Turn(secret=chain.secret, write=write)


def _assign(chain: Chain) -> Turn:
    task = chain.task()
    _gates(chain, task)
    level, person = chain.approval.chain[task.level], chain.person
    others = together(chain.tasks, task)
    return _onward(chain, task, others, "assigned", {level.assign or "": person}, named_id=person)


def _gates(chain: Chain, task: Task) -> None:
    for gate in chain.approval.chain[task.level].gates:
        if not chain.env.holds(gate.when, False):
            raise Conflict(gate.message.of(locale.get()))


def _onward(
    chain: Chain,
    task: Task,
    others: Sequence[Task],
    state: str,
    named: Mapping[str, int] | None = None,
    **more: Any,
) -> Turn:
    """The level is done: the next one opens, or the chain is at its end."""
    following, ends = task.level + 1, task.level + 1 == len(chain.approval.chain)
    rows = [] if ends else chain.rows(following, named)

    def write(move: int) -> None:
        chain.close(task, state, move, **more)
        lapse(chain.case.writer.world, chain.case.writer.fetch, others)
        chain.add(chain.run, rows)

    step = None if ends else chain.approval.chain[following].step
    return Turn(
        chain.keeps(step), chain.secret, chain.case.workflow.deciding("end") if ends else "", write=write
    )


def _disagree(chain: Chain) -> Turn:
    task = chain.task()
    fails = failed(chain.approval.chain[task.level], task, together(chain.tasks, task))

    def write(move: int) -> None:
        chain.close(task, "disagreed" if fails else "against", move)
        if fails:
            _ended(chain, "returned")

    return Turn(chain.keeps(None) if fails else {}, chain.secret, counts=fails, write=write)


def _transfer(chain: Chain) -> Turn:
    task, person = chain.task(), chain.person
    return _hand(chain, task, person, task.extra, closes=True)


def _add_signer(chain: Chain) -> Turn:
    task, person = chain.task(), chain.person
    asked = {t.user_id for t in together(chain.tasks, task) if t.open}
    if person in asked:
        raise Conflict(say("This person is asked already"))
    return _hand(chain, task, person, True, closes=False)


def _hand(chain: Chain, task: Task, person: int, extra: bool, closes: bool) -> Turn:
    """A task for somebody else beside this one, or in its place."""
    row = chain.opening().row(task.level, task.opening)
    row |= {"user_id": person, "org_id": task.org_id, "extra": extra, "due_on": task.due_on}

    def write(move: int) -> None:
        if closes:
            chain.close(task, "transferred", move, named_id=person)
        chain.add(chain.run, [row])

    return Turn(secret=chain.secret, write=write)


def _send_back(chain: Chain) -> Turn:
    task, step = chain.task(), str(chain.said["step"])
    index = next(at for at, level in enumerate(chain.approval.chain) if level.step == step)
    others, rows = together(chain.tasks, task), chain.rows(index)

    def write(move: int) -> None:
        chain.close(task, "sent_back", move)
        lapse(chain.case.writer.world, chain.case.writer.fetch, others)
        chain.add(chain.run, rows)

    return Turn(chain.keeps(step), chain.secret, write=write)


def _withdraw(chain: Chain) -> Turn:
    if chain.approval.also.withdraw == "before_first" and any(task.decided_at for task in chain.tasks):
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
    "assign": _assign,
    "disagree": _disagree,
    "transfer": _transfer,
    "add_signer": _add_signer,
    "send_back": _send_back,
    "withdraw": _withdraw,
    "end": _end,
}
