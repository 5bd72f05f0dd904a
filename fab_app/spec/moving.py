"""What a workflow makes of its entity: the field of the state, locks, the fields that a dialog asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fab_app.core.text import Text
from fab_app.expr import Expr, parse
from fab_app.fields.base import Field
from fab_app.fields.family import FIELDS
from fab_app.spec.entity import EntitySpec, Lock
from fab_app.spec.workflow import Move, Own, State, Workflow

STATE = Text("状态", "State")
LOCKED = Text("当前状态下不能编辑或删除", "It cannot be edited or deleted in this state")


def states_of(workflow: Workflow) -> tuple[str, ...]:
    """Every state that the workflow names, in its order."""
    moves = workflow.moves.values()
    named = [workflow.start, *workflow.states]
    named += [state for move in moves for state in (*(move.from_ or ()), *move.targets())]
    return tuple(dict.fromkeys(named))


def with_states(spec: EntitySpec, shared: EntitySpec | None) -> EntitySpec:
    """The entity with the field of each workflow's state: made where its author wrote none; only moves change it."""
    fields, by_field = dict(spec.fields), dict[str, list[Workflow]]()
    for workflow in spec.workflows.values():
        by_field.setdefault(workflow.field, []).append(workflow)
    for name, workflows in by_field.items():
        if name not in fields and (shared is None or name not in shared.fields):
            fields[name] = state_field(*workflows)
        elif name in fields:
            said = {"readonly": parse("true"), "default": start_of(workflows)}
            kept = {key: value for key, value in said.items() if getattr(fields[name], key) is None}
            fields[name] = fields[name].model_copy(update=kept)
    return spec.model_copy(update={"fields": fields}) if fields != spec.fields else spec


def start_of(workflows: Sequence[Workflow]) -> str | Expr:
    """The state in which a record begins: of several workflows that of the one that counts for it."""
    if len({workflow.start for workflow in workflows}) == 1:
        return workflows[0].start
    text = "none"
    for workflow in reversed(workflows):
        when = workflow.when.text if workflow.when is not None else "true"
        text = f"iif({when}, {workflow.start!r}, {text})"
    return parse(text)


def state_field(*workflows: Workflow) -> Field:
    """A choice of all states of the workflows that share the field, which only moves change."""
    words = dict[str, State]()
    for workflow in workflows:
        words |= {
            code: workflow.states.get(code) or words.get(code) or State() for code in states_of(workflow)
        }
    options = {
        code: {"label": state.label or Text(code), **({"tone": state.tone} if state.tone else {})}
        for code, state in words.items()
    }
    keys = {"label": workflows[0].label or STATE, "default": start_of(workflows), "options": options}
    fixed = {"type": "choice", "required": True, "readonly": True, "index": True}
    return FIELDS["choice"].model_validate({**fixed, **keys})


def locked_states(spec: EntitySpec) -> Iterator[Lock]:
    """The locked states of each workflow as a lock of the record."""
    for workflow in spec.workflows.values():
        codes = [code for code, state in workflow.states.items() if state is not None and state.locked]
        if codes:
            held = held_in(workflow.field, codes)
            when = f"({workflow.when.text}) and {held}" if workflow.when is not None else held
            yield Lock(when=parse(when), message=workflow.locked or LOCKED)


def held_in(field: str, states: Sequence[str]) -> str:
    """That the record stands in one of these, as an expression."""
    return f"{field} in [{', '.join(map(repr, states))}]"


def moves_of(
    workflows: Mapping[str, Workflow], kept: Mapping[str, Mapping[str, Workflow]]
) -> dict[str, tuple[Move, ...]]:
    """The moves of the workflows by code, and behind them those that only older cases have (``kept.py``)."""
    found: dict[str, tuple[Move, ...]] = {}
    for workflow in workflows.values():
        for code, move in workflow.moves.items():
            found[code] = (*found.get(code, ()), move)
    now = set(found)
    for older in (flow for flows in kept.values() for flow in flows.values()):
        for code, move in older.moves.items():
            if code not in now and move not in found.get(code, ()):
                found[code] = (*found.get(code, ()), move)
    return found


def asked_fields(move: Move, own: Mapping[str, Field]) -> dict[str, Field]:
    """The fields of a dialog by name, in its order; a name that is no field of the record is left out."""
    found: dict[str, Field] = {}
    for name, asked in move.dialog.items():
        if isinstance(asked, Field):
            found[name] = asked
        elif name in own:
            found[name] = _taken_over(own[name], asked)
    return found


def _taken_over(field: Field, asked: Own) -> Field:
    said = {key: getattr(asked, key) for key in asked.model_fields_set}
    return field.model_copy(update={"readonly": None, "required": None, "default": None, **said})
