"""Imports: their columns are fields that a cell can hold, what they refer to can be found, buttons lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.formulas import Written, judged
from fab_app.checks.paths import Astray, field_hint, is_reference, named, walked
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.fields.base import Field
from fab_app.spec.imports import ImportColumn, ImportRecord, ImportSpec
from fab_app.spec.listing import Press
from fab_app.spec.manifest import SYSTEM, Entity, Manifest, Portal

NO_CELL = frozenset(("table", "password", "json", "richtext", "rights", "serial"))
_HOLDS = {
    "source": ("file", "files"),
    "marked": ("file", "files"),
    "name": ("text", "longtext"),
    "at": ("datetime",),
    "by": ("user", "ref"),
    **dict.fromkeys(("rows", "added", "changed", "good", "bad"), ("int",)),
}
"""The types of field that can keep each part of what a run leaves."""


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        for name, spec in portal.spec.imports.items():
            yield from _import(manifest, portal, name, spec)
    for entity in manifest.entities.values():
        yield from _buttons(manifest, entity)


def _import(manifest: Manifest, portal: Portal, name: str, spec: ImportSpec) -> Iterator[Problem]:
    loc: Loc = ("imports", name)
    entity = named(manifest, portal.name, name)
    if isinstance(entity, Astray):
        yield Problem("import.E001", entity.text, portal.document.at(*loc), entity.hint)
    if isinstance(entity, Astray) or entity is None:
        return
    if entity.portal != portal.name:
        text = f"'{name}' is an entity of all portals, which none of them imports"
        yield Problem(
            "import.E001", text, portal.document.at(*loc), f"write a view of {entity.key} and import that"
        )
        return
    for index, column in enumerate(spec.columns):
        yield from _column(manifest, portal, entity, spec, column, (*loc, "columns", index))
    yield from _references(manifest, portal, entity, spec, loc)
    yield from _own_fields(portal, entity, spec, loc)
    if spec.record is not None:
        yield from _record(manifest, portal, spec.record, (*loc, "record"))


def _column(
    manifest: Manifest, portal: Portal, entity: Entity, spec: ImportSpec, column: ImportColumn, loc: Loc
) -> Iterator[Problem]:
    document = portal.document
    place = document.value_at(*loc, *(("field",) if (*loc, "field") in document.values else ()))
    found = walked(manifest, entity, column.field)
    if isinstance(found, Astray):
        yield Problem("import.E002", found.text, place, found.hint)
    if isinstance(found, Astray) or found is None:
        return
    field, reference = found[1], column.field.rpartition(".")[0]
    if not _fits_a_cell(field, column.field.rpartition(".")[2]):
        text = f"no cell of a workbook can hold '{column.field}'"
        yield Problem("import.E003", text, place, "remove it")
    if reference and reference not in spec.make:
        text = f"'{column.field}' is a field of another record"
        hint = f"add 'make: {{{reference}: …}}' if '{reference}' is found by it, or name '{reference}' with 'by:'"
        yield Problem("import.E004", text, place, hint)
    if reference and not column.typed:
        text = f"'{column.field}' is a field of another record"
        yield Problem("import.E004", text, place, "give it a default in its own file")
    if column.formula is not None:
        want = field.field_type().kind
        yield from judged(manifest, Written(column.formula, document, (*loc, "formula"), entity.key, want))
    yield from _by(manifest, portal, found[0], field, column, loc)


def _fits_a_cell(field: Field, name: str) -> bool:
    return field.storage in ("column", "side") and field.type not in NO_CELL and name not in SYSTEM


def _by(
    manifest: Manifest, portal: Portal, owner: Entity, field: Field, column: ImportColumn, loc: Loc
) -> Iterator[Problem]:
    target = manifest.target(owner, column.field.rpartition(".")[2])
    if not column.by:
        return
    place = portal.document.value_at(*loc, "by")
    if target is None:
        yield Problem("import.E005", f"'{column.field}' is no reference", place, "remove 'by:'")
        return
    for name in column.by:
        if name not in target.fields:
            yield Problem(
                "import.E002", f"'{name}' is not a field of {target.name}", place, field_hint(target, name)
            )
        elif name not in target.stored or is_reference(target.fields[name]):
            text = f"records of {target.name} cannot be told apart by '{name}'"
            yield Problem("import.E005", text, place, "name a field with one value, such as a code")


def _references(
    manifest: Manifest, portal: Portal, entity: Entity, spec: ImportSpec, loc: Loc
) -> Iterator[Problem]:
    document = portal.document
    places = [(spec.within, document.value_at(*loc, "within"))] if spec.within else []
    places += [(name, document.at(*loc, "make", name)) for name in spec.make]
    known = [name for name in entity.stored if is_reference(entity.fields[name])]
    for name, place in places:
        if name not in known:
            yield Problem(
                "import.E006", f"'{name}' is no reference of {entity.name}", place, nearest(name, known)
            )
    written = {column.field for column in spec.columns}
    for name, by in spec.make.items():
        missing = [one for one in by if f"{name}.{one}" not in written]
        if name in known and (missing or not by):
            one = missing[0] if missing else "…"
            text = f"no column says by what '{name}' is found"
            yield Problem(
                "import.E007", text, document.at(*loc, "make", name), f"add the column '{name}.{one}'"
            )


def _own_fields(portal: Portal, entity: Entity, spec: ImportSpec, loc: Loc) -> Iterator[Problem]:
    document = portal.document
    for index, name in enumerate(spec.lacking):
        if name not in entity.fields:
            place = document.value_at(*loc, "lacking", index)
            yield Problem(
                "import.E002", f"'{name}' is not a field of {entity.name}", place, field_hint(entity, name)
            )
    if spec.key is None:
        return
    place, field = document.value_at(*loc, "key"), entity.fields.get(spec.key)
    if field is None:
        yield Problem(
            "import.E002",
            f"'{spec.key}' is not a field of {entity.name}",
            place,
            field_hint(entity, spec.key),
        )
    elif field.unique is not True and (spec.key,) not in entity.spec.unique:
        yield Problem(
            "import.E008", f"several records may have one '{spec.key}'", place, "add 'unique: true' to it"
        )
    elif spec.columns and spec.key not in {column.field for column in spec.columns}:
        yield Problem("import.E008", f"no column holds '{spec.key}'", place, f"add the column '{spec.key}'")


def _record(manifest: Manifest, portal: Portal, record: ImportRecord, loc: Loc) -> Iterator[Problem]:
    document = portal.document
    entity = named(manifest, portal.name, record.of)
    if isinstance(entity, Astray):
        yield Problem("import.E001", entity.text, document.value_at(*loc, "of"), entity.hint)
    if isinstance(entity, Astray) or entity is None:
        return
    for name, what in record.fields.items():
        place, field = document.at(*loc, "fields", name), entity.fields.get(name)
        if field is None:
            yield Problem(
                "import.E002", f"'{name}' is not a field of {entity.name}", place, field_hint(entity, name)
            )
        elif field.type not in _HOLDS[what]:
            hint = f"name a field of type {_HOLDS[what][0]}"
            yield Problem(
                "import.E009", f"'{name}' of {entity.name} cannot keep '{what}' of a run", place, hint
            )


def _buttons(manifest: Manifest, entity: Entity) -> Iterator[Problem]:
    for loc, button in entity.spec.listing.buttons():
        if not isinstance(button, Press) or button.button not in ("import", "template"):
            continue
        at = entity.document.value_at(*loc)
        if manifest.imported(entity) is None:
            hint = f"add 'imports: {{{entity.name}: {{}}}}' to portal.yaml"
            yield Problem("import.E010", f"{entity.name} has no import", at, hint)
        elif loc[-2] == "row":
            text = f"'{button.button}' brings in many records and is no button of one"
            yield Problem("import.E010", text, at, "move it to 'toolbar:'")
