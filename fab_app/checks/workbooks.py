"""Workbooks: their lists exist, and each leads to the record by one way."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.paths import Astray, is_reference, named, walked
from fab_app.core.problems import Place, Problem
from fab_app.core.source import Loc
from fab_app.spec.manifest import Entity, Manifest, Portal
from fab_app.spec.workbook import Sheet, ways


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        for name, spec in portal.spec.workbooks.items():
            loc: Loc = ("workbooks", name)
            record = named(manifest, portal.name, spec.of)
            if isinstance(record, Astray):
                place = portal.document.value_at(*loc, "of")
                yield Problem("workbook.E001", record.text, place, record.hint)
            elif record is not None:
                for index, sheet in enumerate(spec.sheets):
                    yield from _sheet(manifest, portal, record, sheet, (*loc, "sheets", index))


def _sheet(manifest: Manifest, portal: Portal, record: Entity, sheet: Sheet, loc: Loc) -> Iterator[Problem]:
    document = portal.document
    short = (*loc, "list") in document.values
    place = document.value_at(*loc, *(("list",) if short else ()))
    child = named(manifest, portal.name, sheet.list)
    if isinstance(child, Astray):
        yield Problem("workbook.E001", child.text, place, child.hint)
    elif child is not None and sheet.by is not None:
        yield from _by(manifest, record, child, sheet.by, document.value_at(*loc, "by"))
    elif child is not None:
        found = ways(manifest, child, record)
        if len(found) > 1:
            told = f"rows of {child.name} lead to {record.name} by {', '.join(found)}"
            yield Problem("workbook.E003", told, place, f"write {{list: {child.name}, by: {found[0]}}}")
        if not found:
            told = f"no reference leads from {child.name} to {record.name}"
            yield Problem("workbook.E003", told, place, "remove it, or say the way with 'by:'")


def _by(manifest: Manifest, record: Entity, child: Entity, by: str, place: Place) -> Iterator[Problem]:
    found = walked(manifest, child, by)
    if isinstance(found, Astray):
        yield Problem("workbook.E002", found.text, place, found.hint)
    elif found is not None:
        owner, field = found
        target = manifest.target(owner, by.rpartition(".")[2]) if is_reference(field) else None
        if target is None or target.owner != record.owner:
            known = ways(manifest, child, record)
            text = f"'{by}' of {child.name} refers to no {record.name}"
            yield Problem(
                "workbook.E002", text, place, f"write '{known[0]}'" if known else "remove the sheet"
            )
