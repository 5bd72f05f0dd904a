"""Dialogs of moves: what they ask exists, and every expression fits."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.formulas import Written, judged
from fab_app.checks.paths import field_hint
from fab_app.checks.workflows import At, Here, every_move
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.expr import Expr, FieldType, Kind
from fab_app.fields.base import Field
from fab_app.spec.manifest import Manifest
from fab_app.spec.workflow import Condition, Own


def check(manifest: Manifest) -> Iterator[Problem]:
    for at in every_move(manifest):
        yield from asked_at(at)


def asked_at(at: At) -> Iterator[Problem]:
    yield from _questions(at)
    yield from _saving(at)
    yield from _named(at)
    yield from _shown(at)
    yield from _claims(at)
    yield from _rules(at)


def _saving(at: At) -> Iterator[Problem]:
    """Saving asks nothing, so a move that it makes has no dialog."""
    if at.move.on and at.move.dialog:
        text = f"saving makes '{at.code}', so nothing can be asked"
        yield at.problem("move.E060", text, "remove 'dialog:', or 'on:' for a button", "on")


def _questions(at: At) -> Iterator[Problem]:
    own = at.entity.fields
    for name, question in at.move.dialog.items():
        place: Loc = ("dialog", name)
        if isinstance(question, Own) and (name not in own or own[name].storage == "none"):
            text, hint = f"'{name}' is no stored field of {at.entity.name}", field_hint(at.entity, name)
            yield at.problem("move.E005", text, f"{hint} or give it a type", *place, key=True)
        elif isinstance(question, Field) and question.uploads:
            text = f"'{name}': files are asked as fields of the record"
            hint = f"add it to 'fields:' of {at.entity.name} with 'readonly: true', and ask it by its name"
            yield at.problem("move.E006", text, hint, *place, key=True)
    for index, warn in enumerate(at.move.warn):
        question = at.move.dialog.get(warn.confirm)
        if not isinstance(question, Field) or question.type != "bool":
            text = f"'{warn.confirm}' is no switch of the dialog"
            hint = "add '{type: bool, label: …}' to 'dialog:'"
            yield at.problem("move.E007", text, hint, "warn", index, "confirm")


def _named(at: At) -> Iterator[Problem]:
    """What speaks of a question names one that is asked."""
    move = at.move
    names: list[tuple[Loc, str]] = [(("to", n), n) for n in (move.to if isinstance(move.to, dict) else ())]
    names += [(("conditions", i, "at"), c.at) for i, c in enumerate(move.conditions) if c.at is not None]
    for index, section in enumerate(move.sections):
        for place, entry in enumerate(() if section.fields == "*" else section.fields):
            lines = (entry,) if isinstance(entry, str) else entry
            names += [(("sections", index, "fields", place), name) for name in lines]
    for loc, name in names:
        if name not in move.dialog:
            text = f"'{name}' is not asked in the dialog"
            yield at.problem("move.E008", text, nearest(name, move.dialog), *loc, key=loc[0] == "to")


def _shown(at: At) -> Iterator[Problem]:
    for index, section in enumerate(at.move.show):
        for place, name in enumerate(section.fields):
            found = at.manifest.walk(at.entity, tuple(name.split(".")))
            if found is None or (found[1].storage == "side" and "." in name):
                why = (
                    "is not a field"
                    if found is None
                    else "holds many values beside another record, not a field"
                )
                hint = field_hint(at.entity, name)
                text = f"'{name}' {why} of {at.entity.name}"
                yield at.problem("move.E009", text, hint, "show", index, "fields", place)


def written(
    at: Here,
    expr: Expr | None,
    loc: Loc,
    want: Kind | None = Kind.bool,
    dialog: bool = True,
    of: str = "",
) -> Iterator[Problem]:
    """Over the record; with the dialog its fields stand over the record's, and as ``dialog.…``.

    Without it buttons ask it of many records at once.
    """
    if expr is not None:
        entity, extra = (at.asks, at.extra) if dialog else (at.entity.key, {})
        place = (*at.loc, *loc)
        yield from judged(
            at.manifest, Written(expr, at.entity.document, place, entity, want, extra, alone=dialog, of=of)
        )


def _claims(at: At) -> Iterator[Problem]:
    move = at.move
    yield from written(at, move.when, ("when",), dialog=False)
    if move.again is not None:
        yield from written(at, move.again.when, ("again", "when"), dialog=False)
    for index, condition in enumerate(move.conditions):
        yield from _condition(at, condition, ("conditions", index))
    for index, warn in enumerate(move.warn):
        yield from written(at, warn.when, ("warn", index, "when"))
        for name, expr in warn.values.items():
            yield from written(at, expr, ("warn", index, "values", name), None)
    for key in ("sections", "show"):
        for index, section in enumerate(getattr(move, key)):
            yield from written(at, section.when, (key, index, "when"), dialog=key == "sections")


def _condition(at: At, condition: Condition, loc: Loc) -> Iterator[Problem]:
    yield from written(at, condition.when, (*loc, "when"))
    for index, item in enumerate(condition.lacking):
        yield from written(at, item.when, (*loc, "lacking", index, "when"))
    for name, expr in condition.values.items():
        yield from written(at, expr, (*loc, "values", name), None)


def _rules(at: At) -> Iterator[Problem]:
    """The rules of the dialog's fields; ``where`` runs over the rows to choose from."""
    asks = at.asking
    for name, question in at.move.dialog.items():
        field, given = asks.fields.get(name), type(question).model_fields
        if question.caution is not None:
            yield from written(at, question.caution.when, ("dialog", name, "caution", "when"))
        for key in given if field is not None else ():
            expr, loc = getattr(question, key), ("dialog", name, key)
            if not isinstance(expr, Expr) or field is None:
                continue
            if key == "where":
                yield from _where(at, expr, name, loc)
            elif key in ("default", "value"):
                type_ = field.field_type()
                yield from written(at, expr, loc, None if field.many else type_.kind, of=type_.of)
            else:
                yield from written(at, expr, loc)


def _where(at: At, expr: Expr, name: str, loc: Loc) -> Iterator[Problem]:
    target = at.manifest.target(at.asking, name)
    outer = {"outer": FieldType(Kind.ref, at.asks)}
    if target is not None:
        place = (*at.loc, *loc)
        yield from judged(at.manifest, Written(expr, at.entity.document, place, target.key, Kind.bool, outer))
