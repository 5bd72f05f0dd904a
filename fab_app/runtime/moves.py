"""Moves: a record goes from one state to another, once, with all that belongs to it, or not at all.

Permission, the row under the predicate of ``move:<code>``, its state and conditions, the dialog's answers; then
one UPDATE that names the state and the version it saw; then the effects; then the course and the log. Under
concurrency of two who move the same record one wins and the other gets ``Conflict`` with the workflow's
sentence, whatever the database; what an effect refuses takes everything back. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.effects.set import SetEffect
from fab_app.expr import Expr
from fab_app.runtime import accounts, audit, course, people
from fab_app.runtime.chains import persons, submitting, turns
from fab_app.runtime.conditions import conditions
from fab_app.runtime.dialogs import is_own, judged, read_as
from fab_app.runtime.env import MoveEnv, RecordEnv, from_row
from fab_app.runtime.judging import (
    Conflict,
    Deadlocked,
    Faster,
    NotFound,
    differ,
)
from fab_app.runtime.refusals import forbidden
from fab_app.runtime.saving import Saving
from fab_app.runtime.trees import uncovered
from fab_app.runtime.writing import Writer
from fab_app.spec.kept import codes
from fab_app.spec.manifest import Entity, dialog_of
from fab_app.spec.workflow import Move, Workflow
from fab_app.store.engine import contended

CHANGED = "The record has changed meanwhile, load it again"


@dataclass(frozen=True)
class Case:
    """One record before one move. ``asks``: the record with the dialog's fields over its own."""

    writer: Writer
    entity: Entity
    id: int
    name: str
    workflow: Workflow
    code: str
    move: Move
    before: Mapping[str, Any]
    version: int
    saving: Saving | None = None

    @cached_property
    def asks(self) -> Entity:
        return persons.narrowed(self, dialog_of(self.entity, self.code, self.move))

    @property
    def state(self) -> Any:
        return self.before.get(self.workflow.field)

    def env(self, said: Mapping[str, Any] | None = None) -> MoveEnv:
        """The record as it stands; with the answers of the dialog over it and as ``dialog.…``."""
        given = dict.fromkeys(self.move.emptied) if said is not None else {}
        values = {**self.before, **given, **(said or {})}
        writer, entity = self.writer, self.asks if said is not None else self.entity
        env = MoveEnv(writer.world, entity, values, writer.principal, writer.fetch, self.id)
        env.dialog, env.before = {**given, **(said or {})}, self.stood
        return env

    @property
    def stood(self) -> RecordEnv:
        if self.saving is not None and self.saving.stood is not None:
            return self.saving.stood
        return self.writer.env(self.entity, self.before, self.id)


def opened(writer: Writer, entity: Entity, id_: int, code: str, saving: Saving | None = None) -> Case:
    """The record for this move: permitted, in its rows, in a state that allows it. Raises what a fire would."""
    case = found(writer, entity, id_, code, saving)
    standing(case)
    return case


def found(writer: Writer, entity: Entity, id_: int, code: str, saving: Saving | None = None) -> Case:
    """As ``opened``, whatever the state of the record."""
    permitted(writer, entity, code, saving)
    row = turns.row(writer, entity, id_, code)
    before = from_row(entity, row)
    env = writer.env(entity, before, id_)
    for name, current in entity.spec.workflows.items():
        if (writer.trusted or code in codes(entity, name)) and env.holds(current.when, True):
            workflow = submitting.definition(writer, entity, id_, name, code)
            if code in workflow.moves:
                move = workflow.moves[code]
                if not (writer.trusted or move.offered or (saving is not None and move.on)):
                    raise forbidden(writer.world, entity, writer.principal, f"move:{code}")
                return Case(
                    writer, entity, id_, name, workflow, code, move, before, row[entity.version], saving
                )
    raise Conflict(say("This step does not exist for this record"))


def permitted(writer: Writer, entity: Entity, code: str, saving: Saving | None = None) -> None:
    """Raises what is said to who may not make this move of any record."""
    if writer.trusted:
        return
    if code not in entity.moves:
        raise NotFound(say("There is no such address"))
    may = writer.world.grants.may(writer.principal, entity.key, f"move:{code}")
    if not may or not any(move.offered or (saving is not None and move.on) for move in entity.moves[code]):
        raise forbidden(writer.world, entity, writer.principal, f"move:{code}")


def standing(case: Case) -> None:
    """Raises Conflict where the record's state, or the move's own condition, does not allow it."""
    if case.move.from_ is not None and case.state not in case.move.from_:
        raise Conflict(elsewhere(case, case.state))
    if not case.env().holds(case.move.when, True):
        words = case.move.refusal
        raise Conflict(words.of(locale.get()) if words else say("This step is not possible now"))


def elsewhere(case: Case, state: Any) -> str:
    """What is said of a record that stands in another state."""
    words = case.move.refusals.get(str(state)) or case.workflow.changed
    return words.of(locale.get()) if words else say(CHANGED)


def fire(
    writer: Writer,
    entity: Entity,
    id_: int,
    code: str,
    raw: Mapping[str, Any],
    version: int | None = None,
    saving: Saving | None = None,
) -> Move:
    """Makes the move; ``version`` is the one that the person saw. Raises Refused, and nothing is right to keep then.

    ``saving``: the person saves the record, which is what moves with ``on`` wait for.
    """
    writer = replace(writer, act="reset")
    case = opened(writer, entity, id_, code, saving)
    if version is not None and version != case.version:
        words = case.workflow.changed
        raise Conflict(words.of(locale.get()) if words else say(CHANGED))
    said = judged(case, raw)
    env = case.env(said)
    conditions(case, env)
    turn = turns.turn(case, said, env)
    target = case.move.target(said) if turn.counts else None
    changes = (_changes(case, env, said, target) if turn.counts else {}) | {**turn.keeps}
    wrong = people.refused(writer, entity, id_, changes)
    if wrong:
        raise Refused(next(iter(wrong.values()))[0], wrong)
    told = {name: value for name, value in said.items() if differ(value, None) and name not in turn.secret}
    try:
        _store(case, changes)
        if turn.counts:
            _effects(case, said)
        old, new = case.state, target or case.state
        turn.write(course.record(writer, entity, id_, case.name, code, old, new, case.asks, told))
    except OperationalError as error:
        if not contended(error):
            raise
        raise Deadlocked(elsewhere(case, None)) from error
    accounts.changed(writer, entity, id_, changes)
    log = {name: (case.before.get(name), value) for name, value in changes.items()}
    audit.record(writer.world, writer.fetch, writer.principal, entity, id_, f"move:{code}"[:40], log)
    if turn.then:
        fire(as_system(writer), entity, id_, turn.then, {})
    return case.move


# --- what is stored ------------------------------------------------------------------------------


def _changes(case: Case, env: MoveEnv, said: Mapping[str, Any], target: str | None) -> dict[str, Any]:
    """Of the record itself: answers in its own fields, ``set`` effects, the state."""
    writer, own = case.writer, {name: value for name, value in said.items() if is_own(case, name)}
    changes = uncovered(writer.world, writer.session, writer.fetch, case.entity, own)
    for effect in case.move.effects:
        if isinstance(effect, SetEffect) and not effect.of and env.holds(effect.when, True):
            changes |= values_of(case.entity, effect.fields, env)
    if target is not None:
        changes[case.workflow.field] = target
    return changes


def values_of(entity: Entity, fields: Mapping[str, Expr], env: MoveEnv) -> dict[str, Any]:
    return {name: read_as(entity.fields[name], env.run(expr)) for name, expr in fields.items()}


def _store(case: Case, changes: Mapping[str, Any]) -> None:
    """One UPDATE with what was seen in its WHERE: the version, the state, the rows of the move."""
    writer, entity = case.writer, case.entity
    table = writer.world.stored(entity).table
    held = table.c[entity.columns[case.workflow.field]]
    row = table.alias()
    within = sa.select(row.c.id).where(
        row.c.id == case.id, writer.access.predicate(entity.key, f"move:{case.code}", row)
    )
    rows = sa.select(
        within.limit(1).subquery().c.id
    )  # of a table that an UPDATE changes MariaDB reads only so
    also = (held == case.state if case.state is not None else held.is_(None), table.c.id.in_(rows))
    env = writer.env(entity, {**case.before, **changes}, case.id)
    try:
        signing = replace(writer, unsigned=_told_inside(case))
        signing.update(entity, case.id, dict(changes), case.before, env, case.version, also)
    except Faster:
        now = writer.fetch(sa.select(held).where(table.c.id == case.id)).scalar()
        raise Conflict(elsewhere(case, now)) from None


def _told_inside(case: Case) -> bool:
    """Whether who moves the record now is told inside alone: what a level of such a chain decides, and what follows."""
    approval = case.workflow.approval
    closed = approval is not None and bool(approval.inside)
    return closed and case.move.approval not in (None, "begin", "withdraw")


def _effects(case: Case, said: Mapping[str, Any]) -> None:
    from fab_app.runtime.doing import Deed

    rest = [e for e in case.move.effects if not (isinstance(e, SetEffect) and not e.of)]
    if not rest:
        return
    system = as_system(case.writer)
    saved = case.saving.fields if case.saving is not None else ()
    Deed(system, case.entity, case.id, case.asks, dict(said), stood=case.stood, saved=saved).all(rest)


def as_system(writer: Writer) -> Writer:
    """The system's right in the person's name: what happens besides needs no grant, and the log tells who began it."""
    return replace(writer, principal=replace(writer.principal, everything=True), trusted=True, within="")
