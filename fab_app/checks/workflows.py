"""Workflows: every state is reached and left, every move can be made by somebody, every name exists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from fab_app.checks.formulas import Written, judged
from fab_app.checks.paths import field_hint
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.expr import FieldType, Kind
from fab_app.spec.chain import AWAITED
from fab_app.spec.manifest import Entity, Manifest, dialog_of
from fab_app.spec.moving import states_of
from fab_app.spec.workflow import Move, Workflow


@dataclass(frozen=True)
class Here(ABC):
    """Where effects are written, and of what record. ``asks``: its key, for expressions."""

    manifest: Manifest
    entity: Entity

    @property
    @abstractmethod
    def loc(self) -> Loc:
        """Where the effects stand."""

    @property
    def asks(self) -> str:
        return self.entity.key

    @property
    def asking(self) -> Entity:
        """The record with what its expressions know besides."""
        return self.entity

    @property
    def extra(self) -> dict[str, FieldType]:
        return {}

    def problem(self, id_: str, text: str, hint: str, *loc: str | int, key: bool = False) -> Problem:
        document = self.entity.document
        place = document.at(*self.loc, *loc) if key else document.value_at(*self.loc, *loc)
        return Problem(id_, text, place, hint)


@dataclass(frozen=True)
class At(Here):
    """One move where it is written. ``asks``: the key of the record with its dialog."""

    workflow: Workflow
    name: str
    code: str
    move: Move

    @property
    def loc(self) -> Loc:
        return ("workflows", self.name, "moves", self.code)

    @property
    def asks(self) -> str:
        return f"{self.entity.key}!{self.name}!{self.code}"

    @property
    def asking(self) -> Entity:
        return dialog_of(self.entity, self.code, self.move)

    @property
    def extra(self) -> dict[str, FieldType]:
        return {"dialog": FieldType(Kind.ref, self.asks), "before": FieldType(Kind.ref, self.entity.key)}


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        for name, workflow in entity.spec.workflows.items():
            yield from states(entity, name, workflow)
            if workflow.when is not None:
                loc = ("workflows", name, "when")
                yield from judged(manifest, Written(workflow.when, entity.document, loc, entity.key))
    for at in every_move(manifest):
        yield from _makers(at)


def every_move(manifest: Manifest) -> Iterator[At]:
    for entity in manifest.entities.values():
        for name in entity.spec.workflows:
            yield from moves(manifest, entity, name)


def moves(manifest: Manifest, entity: Entity, name: str) -> Iterator[At]:
    """Those of one workflow."""
    workflow = entity.spec.workflows[name]
    for code, move in workflow.moves.items():
        yield At(manifest, entity, workflow, name, code, move)


# --- states --------------------------------------------------------------------------------------


def states(entity: Entity, name: str, workflow: Workflow) -> Iterator[Problem]:
    field, document = entity.fields.get(workflow.field), entity.document
    if field is None or field.type != "choice":
        text = f"the state stands in '{workflow.field}', which is no choice of {entity.name}"
        place = document.value_at("workflows", name, "field")
        hint = field_hint(entity, workflow.field) if field is None else "name a field of type choice"
        yield Problem("move.E001", text, place, hint)
        return
    known = field.field_type().codes or ()
    astray = [(loc, state) for loc, state in _named(workflow) if state not in known]
    for loc, state in astray:
        text = f"'{state}' is not a state of '{workflow.field}'"
        place = document.value_at("workflows", name, *loc)
        yield Problem("move.E002", text, place, nearest(state, known))
    if not astray:
        yield from _paths(entity, name, workflow)


def _named(workflow: Workflow) -> Iterator[tuple[Loc, str]]:
    yield ("start",), workflow.start
    yield from ((("states", code), code) for code in workflow.states)
    for code, move in workflow.moves.items():
        yield from ((("moves", code, "from", at), state) for at, state in enumerate(move.from_ or ()))
        yield from ((("moves", code, "refusals", state), state) for state in move.refusals)
        if isinstance(move.to, str):
            yield ("moves", code, "to"), move.to
        for asked, states in move.to.items() if isinstance(move.to, dict) else ():
            yield from ((("moves", code, "to", asked, answer), state) for answer, state in states.items())


def _paths(entity: Entity, name: str, workflow: Workflow) -> Iterator[Problem]:
    """States that nothing leads to, and states that nothing leads out of though they are not called final."""
    reached, moves = {workflow.start}, workflow.moves.values()
    while True:
        more = {
            target
            for move in moves
            if move.from_ is None or reached & {*move.from_}
            for target in move.targets()
        }
        if more <= reached:
            break
        reached |= more
    for state in states_of(workflow):
        words = workflow.states.get(state)
        place = entity.document.at("workflows", name, "states", state)
        if state not in reached:
            hint = f"let a move lead to it, or remove '{state}'"
            yield Problem("move.W001", f"no move leads to the state '{state}'", place, hint)
        left = any(move.from_ is None or state in move.from_ for move in moves)
        if not left and not (words is not None and words.final):
            hint = f"write '{state}: {{final: true}}' under 'states:'"
            yield Problem("move.W002", f"no move leads out of the state '{state}'", place, hint)
        if left and words is not None and words.final:
            text = f"the state '{state}' is called final, and a move leads out of it"
            yield Problem("move.W003", text, place, "remove 'final: true'")


# --- who and what --------------------------------------------------------------------------------


def _makers(at: At) -> Iterator[Problem]:
    roles = {role.name: role for role in at.manifest.roles.values() if role.portal == at.entity.portal}
    by = at.move.by
    if by == "system" or at.move.approval in AWAITED:
        return
    for index, role in enumerate(by):
        if role not in roles:
            yield at.problem("move.E003", f"there is no role '{role}'", nearest(role, roles), "by", index)
        elif not any(
            at.manifest.entity(at.entity.portal, name) is at.entity for name in roles[role].spec.rows
        ):
            text = f"the role '{role}' has no rows of {at.entity.name}, so it cannot make this move"
            hint = f"add '{at.entity.name}: …' under 'rows:' of permissions/{at.entity.portal}/{role}.yaml"
            yield at.problem("move.E004", text, hint, "by", index)
    held = any(
        f"move:{at.code}" in role.spec.actions(name)
        for role in roles.values()
        for name in role.spec.may
        if at.manifest.entity(at.entity.portal, name) is at.entity
    )
    if not by and not held and roles:
        hint = "write 'by: [role]', 'by: system', or {move: […]} under 'may:' of a role"
        yield at.problem("move.W004", f"nobody can make the move '{at.code}'", hint, key=True)
