"""Of workflows that were changed: what cases have that began before, and new ones have not.

An entity gets them once at start, before anything is compiled from it. Of a move that is still there the rights are
those of now; one that is gone is made by whom it named then, over the cases that began with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fab_app.core.text import Text
from fab_app.expr import Expr, parse
from fab_app.fields.book import Item
from fab_app.fields.choice import Choosing
from fab_app.spec.entity import Lock
from fab_app.spec.manifest import Entity
from fab_app.spec.moving import LOCKED, held_in, states_of
from fab_app.spec.workflow import Move, State, Workflow


def keep(entity: Entity, kept: Mapping[str, Mapping[str, Workflow]]) -> None:
    """By the name of the workflow, by the digest of its text."""
    entity.kept.update({name: dict(flows) for name, flows in kept.items()})
    vars(entity).pop("moves", None)
    vars(entity)["locks"] = (*entity.locks, *_locks(entity))


def flows(entity: Entity) -> Iterator[tuple[str, Workflow]]:
    """Every workflow with its name, as it is written now and as it was."""
    yield from entity.spec.workflows.items()
    yield from _older(entity)


def codes(entity: Entity, name: str) -> set[str]:
    """The moves that a workflow has or had."""
    older = entity.kept.get(name, {}).values()
    return {code for flow in (entity.spec.workflows[name], *older) for code in flow.moves}


def digests(entity: Entity, code: str, role: str) -> tuple[str, ...]:
    """Of a move that is gone: the workflows that had it and named the role; none of one that is still there."""
    if any(code in flow.moves for flow in entity.spec.workflows.values()):
        return ()
    return tuple(
        digest
        for older in entity.kept.values()
        for digest, flow in older.items()
        if code in flow.moves and flow.moves[code].by != "system" and role in flow.moves[code].by
    )


@dataclass(frozen=True, slots=True)
class Stands:
    """Holds where ``expr`` does, of records that began with a workflow of ``only``, or with none of ``never``."""

    expr: Expr
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What tells it from others."""
        return f"{self.expr.text} {self.only} {self.never}" if self.only or self.never else self.expr.text


Flag = Expr | Stands


def ways(entity: Entity, name: str) -> Iterator[tuple[str, Move, Flag]]:
    """The moves of a workflow by code, each with where it may be made: as they are now, and as they were."""
    flow, older = entity.spec.workflows[name], entity.kept.get(name, {})
    for code, move in flow.moves.items():
        others = tuple(digest for digest, was in older.items() if was.moves.get(code) != move)
        stands = _stands(flow, flow, move)
        yield code, move, Stands(stands, never=others) if others else stands
    for was in {id(was): was for was in older.values()}.values():
        for code, move in was.moves.items():
            same = tuple(digest for digest, one in older.items() if one.moves.get(code) == move)
            if flow.moves.get(code) != move and older[same[0]] is was:
                yield code, move, Stands(_stands(flow, was, move), only=same)


def _stands(now: Workflow, flow: Workflow, move: Move) -> Expr:
    """``now`` chooses among several workflows, as it does for every record."""
    held = held_in(flow.field, move.from_) if move.from_ is not None else "true"
    return parse(f"({now.when.text}) and {held}" if now.when is not None else held)


def _older(entity: Entity) -> Iterator[tuple[str, Workflow]]:
    return ((name, flow) for name, older in entity.kept.items() for flow in older.values())


def _gone(entity: Entity, field: str) -> dict[str, Workflow]:
    """The states of a field that no workflow has any more, each with one that had it."""
    now = {
        state for flow in entity.spec.workflows.values() if flow.field == field for state in states_of(flow)
    }
    return {
        state: flow
        for _, flow in _older(entity)
        if flow.field == field
        for state in states_of(flow)
        if state not in now
    }


def _locks(entity: Entity) -> Iterator[Lock]:
    """A state that is gone stays locked where it was."""
    for field in {flow.field for _, flow in _older(entity)}:
        for state, flow in _gone(entity, field).items():
            words = flow.states.get(state)
            if words is not None and words.locked:
                yield Lock(when=parse(held_in(field, (state,))), message=flow.locked or LOCKED)


def readable(entity: Entity, was: Workflow) -> None:
    """Rows that stand in a state that is gone show its words, as those of a choice that was withdrawn."""
    field = entity.fields.get(was.field)
    if not isinstance(field, Choosing) or field.of is not None:
        return
    items = dict(field.book.items)
    for state in states_of(was):
        words = was.states.get(state) or State()
        item = Item(state, words.label or Text(state), words.tone or "", offered=False, withdrawn=True)
        items.setdefault(state, item)
    field.book.put(items.values())
