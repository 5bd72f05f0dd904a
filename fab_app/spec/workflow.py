"""Workflows: the states of a record and the moves between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from fab_app.core.grammar import Grammar, by_key, shaped
from fab_app.core.text import Text
from fab_app.effects.family import AnyEffect
from fab_app.fields.base import Caution
from fab_app.fields.family import AnyField
from fab_app.fields.formula import Formula
from fab_app.spec.chain import Approval, Deciding
from fab_app.spec.chained import with_chain
from fab_app.spec.layout import DetailSection, Section
from fab_app.spec.timer import Timer

Tone = Literal["draft", "neutral", "info", "warn", "bad", "good", "away"]


class State(Grammar):
    """``label`` and ``tone`` where the field does not say them; ``locked``: in it nobody edits or deletes.

    ``final``: no move leads out of it, and that is meant.
    """

    label: Text | None = None
    tone: Tone | None = None
    locked: bool = False
    final: bool = False


class Named(Grammar):
    """``label`` is told where ``when`` holds."""

    when: Formula
    label: Text


class Condition(Grammar):
    """What must hold, else ``message`` is the answer (at the dialog's field ``at``) and nothing is done.

    ``values`` are put into the message by name; ``lacking`` is a list of which each item whose ``when`` holds
    is told as ``{lacking}``, and none may hold. ``status`` 409: it is the record, or another, that stands so; 429: what
    one may do in a time is used up.
    """

    when: Formula | None = None
    message: Text
    status: Literal[409, 422, 429] = 422
    at: str | None = None
    values: dict[str, Formula] = Key(default_factory=dict)
    lacking: tuple[Named, ...] = ()


class Warn(Grammar):
    """Where ``when`` holds the message must be confirmed: refused until the dialog's switch ``confirm`` is on."""

    when: Formula
    message: Text
    confirm: str
    values: dict[str, Formula] = Key(default_factory=dict)


class Own(Grammar):
    """A field of the record itself, asked in a dialog and stored with the move: its own judge, these rules.

    While ``readonly`` holds of the answers it is its ``default``, whatever was typed.
    ``stands``: the dialog begins with what the record holds, and leaves it so where it is hidden or nothing is sent.
    """

    label: Text | None = None
    help: Text | None = None
    required: Formula | None = None
    visible: Formula | None = None
    readonly: Formula | None = None
    default: Formula | None = None
    check: Formula | None = None
    message: Text | None = None
    span: Literal[3, 4, 6, 8, 12] | None = None
    stands: bool = False
    caution: Caution | None = None


Question: Any = shaped(by_key("type", "field", "own"), field=AnyField, own=Own)


class Move(Grammar):
    """A step of a record, made by a person or the system.

    ``from``: the states in which it may be made, absent in any; ``to``: the state then, or by a field of the
    dialog ``{field: {value: state}}``, absent the same. ``by``: roles that may make it over the rows they read,
    as if their file said ``may: {entity: [{move: code}]}``; ``system``: only effects, timers and jobs make it.
    ``when`` must hold; where it does not the button is gone, or grey where ``refusal`` says why. ``refusals``:
    what is said in a state in which it cannot be made. ``dialog``: fields of the record by name, or fields of
    its own; ``sections`` lays them out, ``show`` stands above them, ``page`` makes it a page. ``saved`` is
    said afterwards. ``again``: another label where it holds, ``title``: the heading of its page or dialog.
    ``batch``: also for ticked rows. ``approval``: what it is for the chain of its workflow; what decides is made by
    who is awaited, whatever ``by`` says.

    ``on``: no button makes it but saving does, when a record is made (``add``) or changed (``edit``), by whom
    ``by`` allows it and where its state and ``when`` do, which read the record and its rows as they are saved; then
    every field of the record is judged, not only those sent.
    """

    label: Text
    again: Named | None = None
    title: Text | None = None
    from_: tuple[str, ...] | None = Key(default=None, alias="from")
    to: str | dict[str, dict[str, str]] | None = None
    by: Literal["system"] | tuple[str, ...] = ()
    on: tuple[Literal["add", "edit"], ...] = ()
    when: Formula | None = None
    refusal: Text | None = None
    refusals: dict[str, Text] = Key(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    warn: tuple[Warn, ...] = ()
    dialog: dict[str, Question] = Key(default_factory=dict)
    sections: tuple[Section, ...] = ()
    show: tuple[DetailSection, ...] = ()
    page: bool = False
    confirm: Text | None = None
    effects: tuple[AnyEffect, ...] = ()
    style: Literal["primary", "line", "danger"] | None = None
    icon: str | None = None
    batch: bool = False
    submit: Text | None = None
    saved: Text | None = None
    approval: Deciding | None = None

    @property
    def offered(self) -> bool:
        """Whether people are asked whether they want to make it."""
        return self.by != "system" and not self.on

    @property
    def standing(self) -> frozenset[str]:
        """The fields of the record that the dialog takes over as they stand."""
        return frozenset(name for name, one in self.dialog.items() if isinstance(one, Own) and one.stands)

    @property
    def emptied(self) -> tuple[str, ...]:
        """What the dialog asks anew: nothing until it is answered."""
        return tuple(name for name in self.dialog if name not in self.standing)

    @field_validator("from_", "on", mode="before")
    @classmethod
    def _one_state(cls, raw: object) -> object:
        return (raw,) if isinstance(raw, str) else raw

    @field_validator("dialog", mode="before")
    @classmethod
    def _bare(cls, raw: object) -> object:
        """A list of names, or a name without rules, are fields of the record as they are."""
        if isinstance(raw, list | tuple) and all(isinstance(name, str) for name in raw):
            return {name: {} for name in raw}
        return {k: {} if v is None else v for k, v in raw.items()} if isinstance(raw, dict) else raw

    def targets(self) -> Iterator[str]:
        """Every state to which it may lead."""
        if isinstance(self.to, str):
            yield self.to
        for states in self.to.values() if isinstance(self.to, dict) else ():
            yield from states.values()

    def target(self, dialog: dict[str, Any]) -> str | None:
        """The state to which it leads with these answers; None is the same state."""
        if not isinstance(self.to, dict):
            return self.to
        return next((states[dialog[n]] for n, states in self.to.items() if dialog.get(n) in states), None)


class Workflow(Grammar):
    """``field`` holds the state; where ``fields:`` has no such field it is made from ``states``.

    Of several workflows ``when`` chooses the one that counts for a record. ``changed`` is said where somebody
    else was faster, ``locked`` where a record is edited in a locked state. ``approval`` makes states and moves
    of its own, ``start`` is then ``draft`` where nothing is said. ``timers`` act on its records alone,
    and a running case keeps those it began with.
    """

    label: Text | None = None
    field: str = "state"
    start: str = Key(default="", validate_default=True)
    when: Formula | None = None
    states: dict[str, State | None] = Key(default_factory=dict)
    moves: dict[str, Move] = Key(default_factory=dict, validate_default=True)
    approval: Approval | None = None
    timers: dict[str, Timer] = Key(default_factory=dict)
    changed: Text | None = None
    locked: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _chained(cls, raw: object) -> object:
        return with_chain(raw) if isinstance(raw, dict) and raw.get("approval") is not None else raw

    @field_validator("start", "moves", mode="after")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if not value:
            raise ValueError("is needed where there is no 'approval:'")
        return value

    def deciding(self, kind: Deciding) -> str:
        """The code of the move that is this for the chain; "" where there is none."""
        return next((code for code, move in self.moves.items() if move.approval == kind), "")
