"""What fields refer to by name: entities, dictionaries, child records, values to copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fab_app.checks.paths import Astray, backwards, field_hint, memberships, named
from fab_app.core.problems import Place, Problem, nearest
from fab_app.core.source import Document, Loc
from fab_app.expr import Kind
from fab_app.fields.base import Field
from fab_app.fields.book import DICTIONARIES
from fab_app.fields.covered import ticked_by
from fab_app.fields.rollup import RollupField
from fab_app.fields.table import TableField
from fab_app.spec.manifest import Entity, Manifest

_NUMBERS = (Kind.int, Kind.decimal)


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        for name, field in entity.spec.fields.items():
            yield from _needs(manifest, entity, name, field)
            yield from _tree(manifest, entity, name, field)
            yield from _covered(entity, name, field)
            if isinstance(field, RollupField | TableField):
                yield from _children(manifest, entity, name, field)


def _needs(manifest: Manifest, entity: Entity, name: str, field: Field) -> Iterator[Problem]:
    needs = field.needs()
    for wanted in _several(needs.get("entity", ())):
        found = named(manifest, entity.portal, wanted)
        if isinstance(found, Astray):
            yield Problem(
                "ref.E003", found.text, _place(entity.document, ("fields", name), wanted), found.hint
            )
    for wanted in _several(needs.get("dictionary", ())):
        path = f"seeds/dictionaries/{wanted}.yaml"
        if wanted not in (*manifest.dictionaries, DICTIONARIES) and path not in manifest.documents:
            hint = nearest(wanted, manifest.dictionaries) or f"write {path}"
            place = _place(entity.document, ("fields", name), wanted)
            yield Problem("ref.E004", f"there is no dictionary '{wanted}'", place, hint)


def _tree(manifest: Manifest, entity: Entity, name: str, field: Field) -> Iterator[Problem]:
    """What a tick stands for is asked of a tree."""
    target = manifest.target(entity, name) if field.field_type().cover else None
    if target is not None and manifest.entities[target.owner].spec.tree is None:
        text = f"'{name}' says what lies below its ticks, and {target.name} is no tree"
        hint = f"write 'tree: parent' in {target.document.path}, or remove 'cover'"
        yield Problem("ref.E008", text, entity.document.value_at("fields", name, "cover"), hint)


def _covered(entity: Entity, name: str, field: Field) -> Iterator[Problem]:
    """What is told in fact is told of ticks."""
    of = ticked_by(field)
    ticking = {other: spec.field_type() for other, spec in entity.fields.items() if spec.field_type().cover}
    if of and of not in ticking:
        text = f"'{of}' is no field of {entity.name} whose ticks stand for more than themselves"
        hint = nearest(of, ticking) or "name a field of type tree_refs, and give it 'cover: below'"
        yield Problem("ref.E009", text, entity.document.value_at("fields", name, "of"), hint)
    elif of and ticking[of].target != field.field_type().target:
        text = f"'{of}' ticks nodes of {ticking[of].target}"
        hint = f"write 'to: {ticking[of].target}'"
        yield Problem("ref.E009", text, entity.document.value_at("fields", name, "to"), hint)


def _several(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


def _place(document: Document, loc: Loc, name: str) -> Place:
    """Where the name stands as a value somewhere below a key."""
    found = _found(_at(document.data, loc), loc, name)
    return document.value_at(*(found or loc))


def _at(data: Any, loc: Loc) -> Any:
    for step in loc:
        data = data[step]
    return data


def _found(data: Any, loc: Loc, name: str) -> Loc | None:
    if data == name:
        return loc
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    inner = (_found(value, (*loc, key), name) for key, value in items if key != "type")
    return next((found for found in inner if found), None)


def _children(
    manifest: Manifest, entity: Entity, name: str, field: RollupField | TableField
) -> Iterator[Problem]:
    child = manifest.entity(entity.portal, field.of)
    if child is None:
        return
    document, loc = entity.document, ("fields", name)
    back = backwards(manifest, child, entity)
    if isinstance(field, RollupField):
        back = (*back, *memberships(manifest, child, entity))
    if field.by not in back:
        text = f"'{field.by}' of {child.name} is no reference to {entity.name}"
        hint = nearest(field.by, back) or f"give {child.name} a field of type ref with 'to: {entity.name}'"
        yield Problem("ref.E005", text, document.value_at(*loc, "by"), hint)
    if isinstance(field, TableField):
        order = (field.order.removeprefix("-"),) if field.order else ()
        shown = [(("columns", index), column) for index, column in enumerate(field.columns)]
        for where, column in [*shown, *((("order",), one) for one in order)]:
            yield from _of_child(child, column, document, (*loc, *where))
    elif field.field is not None:
        yield from _measured(child, field, document, (*loc, "field"))


def _of_child(child: Entity, column: str, document: Document, loc: Loc) -> Iterator[Problem]:
    if column not in child.fields:
        text = f"'{column}' is not a field of {child.name}"
        yield Problem("ref.E006", text, document.value_at(*loc), field_hint(child, column))


def _measured(child: Entity, field: RollupField, document: Document, loc: Loc) -> Iterator[Problem]:
    column = field.field or ""
    if column not in child.fields:
        yield from _of_child(child, column, document, loc)
    elif field.measure == "sum" and child.fields[column].field_type().kind not in _NUMBERS:
        numbers = [name for name in child.listed if child.fields[name].field_type().kind in _NUMBERS]
        text = f"'{column}' of {child.name} is no number, so it has no sum"
        yield Problem("ref.E007", text, document.value_at(*loc), nearest(column, numbers))
