"""Prints: what they name exists, and their templates can be set with exactly that, full and empty."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from fab_app.checks.formulas import Written, judged
from fab_app.checks.lists import points_back
from fab_app.checks.paths import Astray, field_hint, named, walked
from fab_app.core.problems import Place, Problem, nearest
from fab_app.core.source import Loc
from fab_app.core.typesetting import Unset, typeset
from fab_app.fields.image import ImageField, ImagesField
from fab_app.spec.listing import Paper
from fab_app.spec.manifest import Entity, Manifest, Portal
from fab_app.spec.print import PrintField, PrintSpec, PrintTable

_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de000"
    "0000c49444154789c6378fae20d00056f02bae18144750000000049454e44ae426082"
)
_MAY_USE = "it may use what 'fields:', 'tables:' and 'words:' of the print name"
_PACKAGE = re.compile(r"""["']@""")


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        for name, spec in portal.spec.prints.items():
            yield from _print(manifest, portal, name, spec)
        yield from _unused(portal)
    for entity in manifest.entities.values():
        listing = entity.spec.listing
        batch = ((("listing", "batch", index), button) for index, button in enumerate(listing.batch))
        for loc, button in (*listing.buttons(), *batch):
            if isinstance(button, Paper):
                yield from _button(manifest, entity, button, loc)


def _print(manifest: Manifest, portal: Portal, name: str, spec: PrintSpec) -> Iterator[Problem]:
    loc: Loc = ("prints", name)
    entity = named(manifest, portal.name, spec.of)
    if isinstance(entity, Astray):
        yield Problem("print.E001", entity.text, portal.document.value_at(*loc, "of"), entity.hint)
    if isinstance(entity, Astray) or entity is None:
        return
    found = [*_names(manifest, portal, entity, spec, loc)]
    for table_name, table in spec.tables.items():
        found += _table(manifest, portal, entity, table, (*loc, "tables", table_name))
    if spec.when is not None:
        found += judged(manifest, Written(spec.when, portal.document, (*loc, "when"), entity.key))
    yield from found
    if not found:
        yield from _template(manifest, portal, entity, spec, (*loc, "template"))


def _names(
    manifest: Manifest, portal: Portal, entity: Entity, spec: PrintSpec, loc: Loc
) -> Iterator[Problem]:
    document = portal.document
    yield from _fields(manifest, portal, entity, spec.fields, (*loc, "fields"))
    for name, place in (
        (spec.qr, document.value_at(*loc, "qr")),
        (spec.same.field if spec.same else None, document.value_at(*loc, "same", "field")),
    ):
        if name is not None:
            yield from _path(manifest, entity, name, place, many=False)
    for key, kind in (("counts", "int"), ("dates", "datetime")):
        wanted = getattr(spec, key)
        field = entity.fields.get(wanted) if wanted else None
        if wanted and (field is None or field.type != kind or field.storage != "column"):
            fit = [name for name in entity.listed if entity.fields[name].type == kind]
            text = f"'{wanted}' is no field of type {kind} of {entity.name}"
            hint = f"give {entity.name} a field of type {kind}"
            yield Problem("print.E005", text, document.value_at(*loc, key), nearest(wanted, fit) or hint)
    if spec.same is not None and not spec.many:
        text = "a document of one record has nothing that others must share"
        yield Problem("print.E006", text, document.at(*loc, "same"), "add 'many: true', or remove 'same'")
    if spec.message is not None and spec.when is None:
        text = "this sentence is never said: nothing says of which records it is printed"
        yield Problem("print.E006", text, document.at(*loc, "message"), "add 'when:', or remove 'message'")


def _fields(
    manifest: Manifest, portal: Portal, entity: Entity, fields: tuple[PrintField, ...], loc: Loc
) -> Iterator[Problem]:
    for index, one in enumerate(fields):
        short = (*loc, index, "field") in portal.document.values
        place = portal.document.value_at(*loc, index, *(("field",) if short else ()))
        yield from _path(manifest, entity, one.field, place, many=True)


def _path(manifest: Manifest, entity: Entity, path: str, place: Place, many: bool) -> Iterator[Problem]:
    found = walked(manifest, entity, path)
    if isinstance(found, Astray):
        yield Problem("print.E002", found.text, place, found.hint)
        return
    field = found[1] if found is not None else None
    if field is None:
        return
    if not field.readable or field.type == "table":
        hint = "name it under 'tables:'" if field.type == "table" else "remove it"
        yield Problem("print.E003", f"'{path}' cannot be printed as a field", place, hint)
    elif field.many and (not many or "." in path):
        text = f"'{path}' has many values, which only the record itself can print"
        yield Problem("print.E003", text, place, "name a field with one value")


def _table(
    manifest: Manifest, portal: Portal, entity: Entity, table: PrintTable, loc: Loc
) -> Iterator[Problem]:
    document = portal.document
    child = named(manifest, portal.name, table.of)
    if isinstance(child, Astray):
        yield Problem("print.E001", child.text, document.value_at(*loc, "of"), child.hint)
    if isinstance(child, Astray) or child is None:
        return
    place = document.value_at(*loc, "by" if table.by else "of")
    yield from points_back(manifest, child, entity, table.by, place)
    yield from _fields(manifest, portal, child, table.fields, (*loc, "fields"))
    for part in (table.order or "id").split(","):
        path = part.strip().removeprefix("-")
        found = walked(manifest, child, path)
        if isinstance(found, Astray):
            yield Problem("print.E002", found.text, document.value_at(*loc, "order"), found.hint)
        elif found is not None and (found[1].many or not found[1].sortable):
            text = f"rows cannot stand in the order of '{path}'"
            yield Problem("print.E003", text, document.value_at(*loc, "order"), field_hint(child, path))
    if table.where is not None:
        yield from judged(manifest, Written(table.where, document, (*loc, "where"), child.key))


def _template(
    manifest: Manifest, portal: Portal, entity: Entity, spec: PrintSpec, loc: Loc
) -> Iterator[Problem]:
    place = portal.document.value_at(*loc)
    if spec.template not in portal.papers or not spec.template.endswith(".typ"):
        known = [name for name in portal.papers if name.endswith(".typ")]
        hint = nearest(spec.template, known) or "a file that ends in .typ"
        text = f"there is no template '{spec.template}' in schema/{portal.name}/prints/"
        yield Problem("print.E004", text, place, hint)
        return
    for name, content in portal.papers.items():
        if name.endswith(".typ") and _PACKAGE.search(content.decode("utf-8", "replace")):
            where = Place(f"schema/{portal.name}/prints/{name}")
            yield Problem("print.E007", "a template takes no package from the network", where, "copy it here")
            return
    papers = tuple(portal.papers.items())
    for full in (True, False):
        wrong = _tried(spec.template, papers, _Sample(manifest, portal, entity, spec, full))
        if wrong is not None:
            at = place if not wrong.file else _file_place(portal, wrong)
            told = "" if full else " (where nothing is filled in)"
            text = f"the template cannot be set: {wrong.text}{told}"
            yield Problem("print.E004", text, at, wrong.hint or _MAY_USE)
            return


def _file_place(portal: Portal, wrong: Unset) -> Place:
    return Place(f"schema/{portal.name}/prints/{wrong.file}", wrong.line, wrong.column)


class _Sample:
    """Data of the shape that a template gets: with something in every field, or with nothing anywhere."""

    def __init__(
        self, manifest: Manifest, portal: Portal, entity: Entity, spec: PrintSpec, full: bool
    ) -> None:
        self.manifest, self.portal, self.spec, self.full = manifest, portal, spec, full
        self.fields = {one.field: self._value(entity, one.field) for one in spec.fields}
        self.tables: dict[str, dict[str, Any]] = {}
        for name, table in spec.tables.items():
            child = manifest.entity(portal.name, table.of)
            assert child is not None
            self.tables[name] = {one.field: self._value(child, one.field) for one in table.fields}

    def _value(self, entity: Entity, path: str) -> Any:
        found = self.manifest.walk(entity, tuple(path.split(".")))
        assert found is not None
        if found[1].storage != "file":
            return "示例 Sample" if self.full else ""
        picture = "/dot.png" if isinstance(found[1], ImageField | ImagesField) else ""
        return [{"name": "sample.png", "picture": picture}] * 2 if self.full else []

    def data(self) -> Mapping[str, Any]:
        page, _, turned = self.spec.page.partition(" ")
        rows = {name: [row, row] if self.full else [] for name, row in self.tables.items()}
        record = {
            "title": "示例",
            "values": self.fields,
            "tables": rows,
            "qr": "/dot.png" if self.full else "",
        }
        heads = {
            name: {"label": name, "columns": [{"name": field, "label": field} for field in row]}
            for name, row in self.tables.items()
        }
        return {
            "title": self.spec.label.zh,
            "portal": self.portal.name,
            "lang": "zh",
            "words": {name: text.zh for name, text in self.spec.words.items()},
            "page": {"paper": page.lower(), "flipped": bool(turned)},
            "preview": self.full,
            "draft": "预览",
            "printed": {"at": "2026-01-31 09:00", "by": "示例"},
            "labels": {name: name for name in self.fields},
            "hidden": [],
            "tables": heads,
            "records": [record] * (2 if self.spec.many else 1),
        }


def _tried(template: str, papers: tuple[tuple[str, bytes], ...], sample: _Sample) -> Unset | None:
    import json

    return _set(template, papers, json.dumps(sample.data(), ensure_ascii=False))


@lru_cache(maxsize=256)
def _set(template: str, papers: tuple[tuple[str, bytes], ...], data: str) -> Unset | None:
    """Kept for the process: definitions are checked again and again in tests and while being written."""
    import json

    try:
        typeset(template, {**dict(papers), "dot.png": _DOT}, json.loads(data))
    except Unset as error:
        return error
    return None


def _unused(portal: Portal) -> Iterator[Problem]:
    taken = {spec.template for spec in portal.spec.prints.values()}
    for name in portal.papers:
        if name.endswith(".typ") and not name.startswith("_") and name not in taken:
            place = Place(f"schema/{portal.name}/prints/{name}")
            hint = "name it under 'prints:' of portal.yaml; what only others import begins with _"
            yield Problem("print.W001", "no print uses this template", place, hint)


def _button(manifest: Manifest, entity: Entity, button: Paper, loc: Loc) -> Iterator[Problem]:
    known = manifest.printed(entity)
    place = entity.document.value_at(*loc, "print")
    if button.print not in known:
        text = f"{entity.name} has no print '{button.print}'"
        hint = nearest(button.print, known) or "add it to 'prints:' of portal.yaml"
        yield Problem("print.E008", text, place, hint)
    elif loc[1] == "toolbar":
        text = "a document is of one row or of ticked rows, and a toolbar has none"
        yield Problem("print.E009", text, place, "move it to 'row:' or 'batch:'")
    elif loc[1] == "batch" and not known[button.print].many:
        text = f"'{button.print}' prints one record at a time"
        yield Problem("print.E009", text, place, "add 'many: true' to it, or move this to 'row:'")
