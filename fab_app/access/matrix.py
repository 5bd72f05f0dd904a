"""Who may do what, as a table: role × entity × action, over which rows, with which fields, and where it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from fab_app.access.grants import Grant, Grants
from fab_app.access.written import chained, rule_of, source_of
from fab_app.core.problems import Place
from fab_app.core.words import locale, say
from fab_app.spec.manifest import Entity, Manifest, Role

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

HEADS = (
    "Role",
    "Name",
    "Entity",
    "Label",
    "Action",
    "Rows",
    "Hidden fields",
    "Read-only fields",
    "Masked fields",
    "Source",
)
_WIDTHS = (20, 26, 24, 20, 10, 70, 24, 24, 24, 58)
_LONGEST_TITLE = 31


@dataclass(frozen=True, slots=True)
class Line:
    """One grant; what each column says stands in ``HEADS``."""

    role: str
    name: str
    entity: str
    label: str
    action: str
    rows: str
    hidden: str
    readonly: str
    masked: str
    source: str


def lines(manifest: Manifest, grants: Grants, portal: str) -> Iterator[Line]:
    """Every grant of a portal's built-in roles, in the order of their files; then what needs no role."""
    for key, role in manifest.roles.items():
        if role.portal == portal:
            for (entity, action), grant in grants.by_role.get(key, {}).items():
                found = manifest.entities.get(entity)
                yield (
                    _function(manifest, role, entity, action)
                    if found is None
                    else _line(manifest, grants, grant, found, action)
                )
    yield from _roleless(manifest, grants, portal)


def workbook(manifest: Manifest, grants: Grants) -> Workbook:
    """A sheet per portal that has roles."""
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    for portal in manifest.portals:
        found = list(lines(manifest, grants, portal))
        if found:
            _fill(book.create_sheet(portal[:_LONGEST_TITLE]), found)
    if first is not None and len(book.worksheets) > 1:
        book.remove(first)
    return book


def _line(manifest: Manifest, grants: Grants, grant: Grant, entity: Entity, action: str) -> Line:
    role, fields = manifest.roles[grant.role], grant.fields
    return Line(
        role.name,
        role.spec.label.of(locale.get()),
        entity.name,
        entity.spec.label.of(locale.get()),
        action,
        rule_of(grant.rows),
        ", ".join(fields.hidden),
        ", ".join(fields.readonly),
        ", ".join(fields.masked),
        str(source_of(manifest, grants, grant, entity, action) or ""),
    )


def _roleless(manifest: Manifest, grants: Grants, portal: str) -> Iterator[Line]:
    """What every account may do, and whom a chain asks."""
    for (key, action), grant in grants.everyone.items():
        if (entity := manifest.entities[key]).portal == portal:
            at = manifest.entities[grant.rows.names].document.at("everyone")
            yield _of_anybody(say("Every account"), entity, action, grant, at)
    for (key, action), awaited in grants.awaited.items():
        if awaited.portal == portal:
            entity = manifest.entities[key]
            at = entity.document.at("workflows", chained(entity), "approval")
            yield _of_anybody(say("Whom a chain asks"), entity, action, awaited.grant, at)


def _of_anybody(who: str, entity: Entity, action: str, grant: Grant, at: Place) -> Line:
    label = entity.spec.label.of(locale.get())
    return Line("", who, entity.name, label, action, rule_of(grant.rows), "", "", "", str(at))


def _function(manifest: Manifest, role: Role, key: str, action: str) -> Line:
    """A function that portal.yaml declares: it has no rows and no fields of its own."""
    name = key.partition(".")[2]
    label = manifest.portals[role.portal].spec.functions[name].label.of(locale.get())
    source = str(role.document.at("may", name))
    return Line(role.name, role.spec.label.of(locale.get()), name, label, action, "", "", "", "", source)


def _fill(sheet: Worksheet, found: list[Line]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for at, (head, width) in enumerate(zip(HEADS, _WIDTHS, strict=True), 1):
        sheet.cell(1, at, head).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for row, line in enumerate(found, 2):
        for at, text in enumerate(astuple(line), 1):
            sheet.cell(row, at, text).data_type = "s"  # a rule is never a formula
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(HEADS))}{len(found) + 1}"
