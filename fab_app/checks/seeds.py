"""Demo rows: entities, fields, values and handles that exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from fab_app.checks.entities import refusal
from fab_app.checks.formulas import Written, judged
from fab_app.checks.paths import Astray, field_hint, named
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Document, Loc
from fab_app.expr import ExprError, FieldType, Kind, parse
from fab_app.fields.table import TableField
from fab_app.spec.judging import expression_problem
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.seeding import ABOUT, EACH, OF, WHERE, numbers, sampled
from fab_app.spec.seeding import made as made_of

JUDGED = 4
"""Of the rows that one stands for so many are read value by value; of all of them the handles."""


@dataclass(frozen=True, slots=True)
class Row:
    portal: str
    entity: Entity
    document: Document
    loc: Loc
    values: dict[str, Any]
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """Handles given by rows above, which exist when this row is written, and by any row."""

    above: frozenset[str]
    anywhere: frozenset[str]


def check(manifest: Manifest) -> Iterator[Problem]:
    for document in manifest.seeds:
        yield from _shape(manifest, document)
    rows = [row for document in manifest.seeds for row in _rows(manifest, document)]
    later: dict[str, set[str]] = {}
    for row in rows:
        later.setdefault(row.portal, set()).add(str(row.values.get("_key", "")))
    handles: dict[str, dict[str, Row]] = {}
    for row in rows:
        above = handles.setdefault(row.portal, {})
        if row.judged:
            known = Known(frozenset((*above, *_roles(manifest, row.portal))), frozenset(later[row.portal]))
        for name, value in row.values.items() if row.judged else ():
            yield from _value(manifest, row, name, value, known)
        yield from _handle(row, above)


def _roles(manifest: Manifest, portal: str) -> Iterator[str]:
    """Roles of definitions are rows too; their handles need not be written."""
    return (f"role.{role.name}" for role in manifest.roles.values() if role.portal == portal)


def portal_of(document: Document) -> str:
    return document.path.split("/")[-2]


def _shape(manifest: Manifest, document: Document) -> Iterator[Problem]:
    if not isinstance(document.data, dict):
        text = "a seed file is a mapping from entities to lists of rows"
        yield Problem("seed.E001", text, document.at(), "write 'order: [{…}]'")
        return
    for name, rows in document.data.items():
        found = named(manifest, portal_of(document), name)
        if isinstance(found, Astray):
            yield Problem("seed.E002", found.text, document.at(name), found.hint)
        for loc in [(name,)] if not isinstance(rows, list) else _not_rows(name, rows):
            yield Problem(
                "seed.E001",
                "a row is a mapping from fields to values",
                document.value_at(*loc),
                "write '- {field: value}'",
            )


def _not_rows(name: str, rows: list[Any]) -> Iterator[Loc]:
    return ((name, index) for index, row in enumerate(rows) if not isinstance(row, dict))


def _rows(manifest: Manifest, document: Document) -> Iterator[Row]:
    """Every row whose entity is known, the rows of its tables included."""
    portal = portal_of(document)
    for name, rows in document.data.items() if isinstance(document.data, dict) else ():
        entity = manifest.entity(portal, name)
        if entity is not None:
            yield from _nested(manifest, portal, entity, document, (name,), rows)


def _nested(
    manifest: Manifest,
    portal: str,
    entity: Entity,
    document: Document,
    above: Loc,
    rows: Any,
    judged_: bool = True,
) -> Iterator[Row]:
    for index, values in enumerate(rows if isinstance(rows, list) else ()):
        if not isinstance(values, dict):
            continue
        for at, n in enumerate(numbers(values)):
            row = Row(portal, entity, document, (*above, index), made_of(values, n), at < JUDGED and judged_)
            yield row
            yield from _tables(manifest, row)


def _tables(manifest: Manifest, row: Row) -> Iterator[Row]:
    for name, value in row.values.items():
        field = row.entity.fields.get(name)
        child = manifest.entity(row.entity.portal, field.of) if isinstance(field, TableField) else None
        if child is not None:
            yield from _nested(manifest, row.portal, child, row.document, (*row.loc, name), value, row.judged)


def _handle(row: Row, handles: dict[str, Row]) -> Iterator[Problem]:
    key = row.values.get("_key")
    if not isinstance(key, str):
        return
    other = handles.setdefault(key, row)
    if other is not row:
        there = other.document.value_at(*other.loc, "_key")
        text = f"the handle '{key}' is taken by the row at {there}"
        yield Problem("seed.E003", text, row.document.value_at(*row.loc, "_key"), "choose another handle")


def _value(manifest: Manifest, row: Row, name: str, value: Any, known: Known) -> Iterator[Problem]:
    loc = (*row.loc, name)
    if name.startswith("_"):
        yield from _about(manifest, row, name, loc, known)
    elif name not in row.entity.fields:
        text = f"'{name}' is not a field of {row.entity.name}"
        yield Problem("seed.E004", text, row.document.at(*loc), field_hint(row.entity, name))
    for at, one in _leaves(value, loc):
        if isinstance(one, str) and one.startswith("@") and name not in ("_by", OF):
            yield from _pointed(row, one[1:], at, known)
        elif isinstance(one, str) and one.startswith("= "):
            yield from _computed(manifest, row, name, one, at)
    yield from _refused(row, name, value, loc)


def _pointed(row: Row, handle: str, loc: Loc, known: Known) -> Iterator[Problem]:
    place = row.document.value_at(*loc)
    if handle in known.above:
        return
    if handle in known.anywhere:
        text = f"the row '{handle}' stands below this one, and rows are written from above"
        yield Problem("seed.E008", text, place, f"move '{handle}' up")
    else:
        hint = nearest(handle, known.above | known.anywhere - {""}) or f"give a row above '_key: {handle}'"
        yield Problem("seed.E005", f"no row has the handle '{handle}'", place, hint)


def _about(manifest: Manifest, row: Row, name: str, loc: Loc, known: Known) -> Iterator[Problem]:
    if name in ("_by", OF):
        handle = str(row.values[name]).removeprefix("@")
        yield from _pointed(row, handle, loc, known)
    elif name in (EACH, WHERE):
        yield from _each(manifest, row, name, loc)
    elif name not in ABOUT:
        yield Problem(
            "seed.E006", f"'{name}' says nothing of a row", row.document.at(*loc), nearest(name, ABOUT)
        )


def _each(manifest: Manifest, row: Row, name: str, loc: Loc) -> Iterator[Problem]:
    """What the row is written for each of: an entity, and a condition over its records."""
    source = named(manifest, row.portal, str(row.values.get(EACH, "")))
    place = row.document.value_at(*loc)
    if EACH not in row.values:
        yield Problem("seed.E009", "'_where' chooses among records that '_each' names", place, "add '_each:'")
    elif name == EACH and "_key" in row.values:
        text = "many rows cannot have one handle"
        yield Problem("seed.E009", text, row.document.value_at(*row.loc, "_key"), "remove '_key'")
    elif name == EACH and isinstance(source, Astray):
        yield Problem("seed.E002", source.text, place, source.hint)
    elif name == WHERE and not isinstance(source, Astray) and source is not None:
        yield from _asked(manifest, row, str(row.values[WHERE]), loc, source)


def _asked(manifest: Manifest, row: Row, text: str, loc: Loc, source: Entity) -> Iterator[Problem]:
    try:
        expr = parse(text)
    except ExprError as error:
        yield expression_problem("expr.E001", error, row.document, loc)
        return
    yield from judged(manifest, Written(expr, row.document, loc, source.key, alone=True))


def _leaves(value: Any, loc: Loc) -> Iterator[tuple[Loc, Any]]:
    if isinstance(value, list):
        for index, one in enumerate(value):
            if not isinstance(one, dict):
                yield (*loc, index), one
    else:
        yield loc, value


def _computed(manifest: Manifest, row: Row, name: str, text: str, loc: Loc) -> Iterator[Problem]:
    start = len(text) - len(text[1:].lstrip())
    try:
        expr = parse(text[start:])
    except ExprError as error:
        shifted = ExprError(error.message, start + error.column, error.hint)
        yield expression_problem("expr.E001", shifted, row.document, loc)
        return
    field = row.entity.fields.get(name)
    want = field.field_type().kind if field is not None else Kind.datetime if name == "_at" else None
    source = manifest.entity(row.portal, str(row.values[EACH])) if EACH in row.values else None
    extra = {"each": FieldType(Kind.ref, source.key)} if source is not None else {}
    for problem in judged(
        manifest, Written(expr, row.document, loc, row.entity.key, want, extra, alone=True)
    ):
        column = problem.at.column + start if loc in row.document.quotes else problem.at.column
        yield replace(problem, at=replace(problem.at, column=column))


def _refused(row: Row, name: str, value: Any, loc: Loc) -> Iterator[Problem]:
    """Plain values go before the field's judge; references and files are looked up when rows are written."""
    field = row.entity.fields.get(name)
    if (
        field is None
        or field.storage not in ("column", "side")
        or field.field_type().target
        or isinstance(value, dict)
        or (isinstance(value, list) and any(sampled(one) for one in value))
    ):
        return
    if any(isinstance(one, str) and one.startswith(("@", "= ")) for _, one in _leaves(value, loc)):
        return
    if reason := refusal(field, value):
        hint = nearest(str(value), field.field_type().codes or ()) or "write a value that a form would take"
        yield Problem("seed.E007", reason, row.document.value_at(*loc), hint)
