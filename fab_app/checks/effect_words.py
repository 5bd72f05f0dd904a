"""What effects say or keep in words: of fields that are there, and where it can be."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.paths import field_hint
from fab_app.checks.workflows import Here
from fab_app.core.problems import Problem
from fab_app.core.source import Loc
from fab_app.effects.base import Effect
from fab_app.effects.create import CreateEffect
from fab_app.effects.notify import NotifyEffect
from fab_app.effects.pick import PickEffect
from fab_app.spec.manifest import Entity


def kept_words(at: Here, effect: Effect, loc: Loc, target: Entity) -> Iterator[Problem]:
    if isinstance(effect, CreateEffect):
        yield from _shown(at, effect, loc, target)
    elif isinstance(effect, NotifyEffect):
        yield from _changes(at, effect, loc)
    elif isinstance(effect, PickEffect):
        yield from _refusal(at, effect, loc)


def _shown(at: Here, effect: CreateEffect, loc: Loc, target: Entity) -> Iterator[Problem]:
    for field, names in effect.shown.items():
        kept = target.fields.get(field)
        if kept is None or kept.type != "json":
            text = f"'{field}' of {target.name} keeps no words of a record"
            yield at.problem("move.E021", text, "name a field of type json", *loc, "shown", field, key=True)
        for index, name in enumerate(names):
            if name not in at.entity.fields or not at.entity.fields[name].readable:
                text = f"'{name}' is no field of {at.entity.name} that can be shown"
                yield at.problem("move.E021", text, field_hint(at.entity, name), *loc, "shown", field, index)


def _changes(at: Here, effect: NotifyEffect, loc: Loc) -> Iterator[Problem]:
    move = getattr(at, "move", None)
    if effect.changes and not (move is not None and "edit" in move.on):
        text = "only a move that saving makes knows what was changed"
        yield at.problem("move.E043", text, "write 'on: edit' at the move", *loc, "changes")


def _refusal(at: Here, effect: PickEffect, loc: Loc) -> Iterator[Problem]:
    if effect.refusal is not None and effect.otherwise:
        yield at.problem(
            "move.E022", "where nothing is found it cannot refuse and go on", "remove one of them", *loc
        )
    if effect.tries is not None and effect.refusal is None:
        yield at.problem("move.E022", "without a refusal nobody misses", "add 'refusal:'", *loc, "tries")
