"""Notes on what may be chosen: records of another entity that refer to the chooser and to what he chooses."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.formulas import Written, judged
from fab_app.checks.paths import Astray, backwards, named
from fab_app.checks.workflows import every_move
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.expr import FieldType, Kind
from fab_app.fields.note import First, Note
from fab_app.spec.manifest import Entity, Manifest


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        for name, field in entity.spec.fields.items():
            for index, note in enumerate(getattr(field, "notes", ())):
                yield from _note(manifest, entity, entity, name, note, ("fields", name, "notes", index))
            yield from _first(manifest, entity, name, getattr(field, "first", None))
            for index, one in enumerate(getattr(field, "sentences", ())):
                place: Loc = ("fields", name, "sentences", index, "when")
                written = Written(
                    one.when, entity.document, place, entity.key, Kind.bool, portal=entity.portal
                )
                yield from judged(manifest, written)
    for at in every_move(manifest):
        for name, question in at.move.dialog.items():
            for index, note in enumerate(getattr(question, "notes", ())):
                loc: Loc = (*at.loc, "dialog", name, "notes", index)
                yield from _note(manifest, at.entity, at.asking, name, note, loc)


def _first(manifest: Manifest, entity: Entity, name: str, first: First | None) -> Iterator[Problem]:
    target = manifest.target(entity, name)
    if first is not None and target is not None:
        loc, outer = ("fields", name, "first", "when"), {"outer": FieldType(Kind.ref, entity.key)}
        yield from judged(
            manifest, Written(first.when, entity.document, loc, target.key, Kind.bool, outer, entity.portal)
        )


def _note(
    manifest: Manifest, entity: Entity, asking: Entity, name: str, note: Note, loc: Loc
) -> Iterator[Problem]:
    """``entity`` wrote it; ``asking`` has the field, which a dialog may have put there."""
    document, found = entity.document, named(manifest, entity.portal, note.of)
    if isinstance(found, Astray):
        yield Problem("ref.E003", found.text, document.value_at(*loc, "of"), found.hint)
    if not isinstance(found, Entity):
        return
    child = found
    for key, written, target in (
        ("by", note.by, entity),
        ("field", note.field, manifest.target(asking, name)),
    ):
        back = backwards(manifest, child, target) if target is not None else (written,)
        if target is not None and written not in back:
            text = f"'{written}' of {child.name} is no reference to {target.name}"
            yield Problem("ref.E005", text, document.value_at(*loc, key), nearest(written, back))
    if note.where is not None:
        place = (*loc, "where")
        yield from judged(manifest, Written(note.where, document, place, child.key, portal=entity.portal))
