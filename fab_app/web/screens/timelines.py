"""The course of a record beside its details: its moves, or what was changed of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fab_app.core.words import locale, say
from fab_app.fields.base import Field
from fab_app.fields.show import Show
from fab_app.runtime.calling import DONE
from fab_app.runtime.chains.progress import Progress
from fab_app.runtime.course import Passed, course
from fab_app.runtime.history import history
from fab_app.runtime.query import Asking
from fab_app.runtime.reading import Reader
from fab_app.spec import defaults
from fab_app.spec.chain import AWAITED
from fab_app.spec.layout import DetailHistory
from fab_app.spec.manifest import Entity, dialog_of
from fab_app.spec.workflow import Move
from fab_app.web import context
from fab_app.web.pages import TimelineEntry
from fab_app.web.screens import changed, progress

_TOLD = frozenset(("text", "longtext", "choice", "date", "int", "decimal", "money"))


def part(entity: Entity) -> DetailHistory | None:
    return next((part for part in defaults.details(entity) if isinstance(part, DetailHistory)), None)


def title(entity: Entity) -> str:
    found = part(entity)
    if found is None:
        return ""
    words = say("Course") if found.timeline == "moves" else say("History")
    return found.label.of(locale.get()) if found.label else words


def timeline(
    reader: Reader, entity: Entity, pk: int, standing: Progress | None = None
) -> tuple[TimelineEntry, ...]:
    """Who did what and when, above it who is awaited.

    A field that the reader may not see, be it in some rows only, is not named; what is masked for him is masked.
    """
    found = part(entity)
    if found is None:
        return ()
    if found.timeline == "moves":
        above = progress.ahead(standing, reader.show) if standing is not None else ()
        return (*above, *_moves(reader, entity, pk, standing))
    return tuple(_changes(reader, entity, pk, standing))


def _changes(reader: Reader, entity: Entity, pk: int, standing: Progress | None) -> Iterator[TimelineEntry]:
    entries = history(context.world(), context.writer().fetch, entity, pk)
    if standing is not None and not standing.inside:
        entries = [entry for entry in entries if not _of_chain(entity, entry.action)]
    edits = changed.told(reader, entity, [one.changes if one.action == "edit" else {} for one in entries])
    for entry, text in zip(entries, edits, strict=True):
        when = reader.show.local(entry.at)
        words = _action(entity, entry.action)
        yield TimelineEntry(words, entry.who, when.strftime("%Y-%m-%d %H:%M"), text, at=when.isoformat())


def _action(entity: Entity, action: str) -> str:
    move = entity.moves.get(action.removeprefix("move:"))
    return move[0].label.of(locale.get()) if move else say(DONE.get(action, action))


def _of_chain(entity: Entity, action: str) -> bool:
    moves = entity.moves.get(action.removeprefix("move:"), ())
    return any(move.approval in AWAITED for move in moves)


def _moves(reader: Reader, entity: Entity, pk: int, standing: Progress | None) -> Iterator[TimelineEntry]:
    for passed in course(context.world(), context.writer().fetch, entity, pk):
        told = progress.decided(standing, passed, reader.show) if standing is not None else None
        if told is not None:
            yield from told
            continue
        when = reader.show.local(passed.at)
        move = next(iter(entity.moves.get(passed.move, ())), None)
        words = move.label.of(locale.get()) if move is not None else passed.move
        text = "；".join(_said(reader, entity, passed, move)) if move is not None else ""
        yield TimelineEntry(words, passed.who, when.strftime("%Y-%m-%d %H:%M"), text, at=when.isoformat())


def _said(reader: Reader, entity: Entity, passed: Passed, move: Move) -> Iterator[str]:
    """The answers of the dialog that are words; pictures and references stand in the record itself."""
    fields = dialog_of(entity, passed.move, move).fields
    policy = reader.world.grants.fields(reader.principal, entity.key)
    asking = Asking(reader.world, entity, reader.principal)
    for name, value in passed.said.items():
        field = fields.get(name)
        if field is not None and field.type in _TOLD and name not in policy.hidden | policy.partly:
            told = _words(field, value, reader.show, name in entity.fields and asking.masks((name,)))
            yield say("{label}: {value}", label=field.label.of(locale.get()), value=told)


def _words(field: Field, value: Any, show: Show, masked: bool) -> str:
    try:
        known = field.parse(value)
    except ValueError:  # what the log holds masked, or a code that is no choice any more
        return str(value) if field.mask or not masked else str(field.masked(value))
    return str(field.masked(known)) if masked else field.text(known, show)
