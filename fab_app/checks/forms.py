"""Forms and detail pages: every field once, nothing required left out, related tables."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.checks.lists import points_back
from fab_app.checks.paths import Astray, field_hint, named, walked
from fab_app.core.problems import Problem
from fab_app.core.source import Loc
from fab_app.expr import Const
from fab_app.spec.layout import DetailHistory, DetailTable, Section
from fab_app.spec.manifest import Entity, Manifest


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        yield from _form(entity)
        yield from _left_out(entity)
        for index, part in enumerate(entity.spec.detail):
            if isinstance(part, DetailTable):
                yield from _table(manifest, entity, part, ("detail", index))
            elif not isinstance(part, DetailHistory) and part.fields != "*":
                yield from _shown(manifest, entity, part.fields, ("detail", index, "fields"))


def _form(entity: Entity) -> Iterator[Problem]:
    seen: set[str] = set()
    stars = [index for index, section in enumerate(entity.spec.form) if section.fields == "*"]
    for index in stars[1:]:
        place = entity.document.value_at("form", index, "fields")
        yield Problem(
            "form.E003", "two sections cannot both hold all fields that are left", place, "list its fields"
        )
    if entity.spec.steps and len(entity.spec.form) < 2:
        text, hint = (
            "a form of steps needs two sections at least",
            "add a section to 'form:', or leave 'steps' out",
        )
        yield Problem("form.E004", text, entity.document.at("steps"), hint)
    for index, section in enumerate(entity.spec.form):
        for loc, name in placed(section):
            place = entity.document.value_at("form", index, "fields", *loc)
            if name not in entity.fields:
                yield Problem(
                    "form.E001", f"'{name}' is not a field of {entity.name}", place, field_hint(entity, name)
                )
            elif name in seen:
                yield Problem("form.E002", f"'{name}' stands in this form twice", place, "remove one of them")
            seen.add(name)


def placed(section: Section) -> Iterator[tuple[Loc, str]]:
    """The fields of a section with their places in it; inner lists are lines."""
    if section.fields == "*":
        return
    for index, entry in enumerate(section.fields):
        if isinstance(entry, str):
            yield (index,), entry
        else:
            yield from (((index, at), name) for at, name in enumerate(entry))


def _left_out(entity: Entity) -> Iterator[Problem]:
    """A field that must be filled in and that no form asks for: nothing could ever be saved."""
    form = entity.spec.form
    if not form or any(section.fields == "*" for section in form):
        return
    asked = {name for section in form for _, name in placed(section)}
    for name, field in entity.spec.fields.items():
        needed = field.required is not None and field.required.tree == Const(True)
        given = field.default is not None or field.readonly is not None
        if needed and not given and name not in asked:
            text = f"'{name}' is required, has no default and stands in no form"
            yield Problem(
                "form.W001", text, entity.document.at("fields", name), f"add '{name}' to a section of 'form:'"
            )


def _shown(manifest: Manifest, entity: Entity, names: tuple[str, ...], loc: Loc) -> Iterator[Problem]:
    for index, name in enumerate(names):
        place = entity.document.value_at(*loc, index)
        found = walked(manifest, entity, name)
        if isinstance(found, Astray):
            yield Problem("detail.E001", found.text, place, found.hint)
        elif found is not None and found[1].storage == "side" and "." in name:
            text = f"'{name}' holds many values beside another record"
            yield Problem("detail.E001", text, place, "show it on the page of that record")
        elif found is not None and not found[1].readable:
            yield Problem("detail.E002", f"'{name}' is never shown to anybody", place, "remove it")


def _table(manifest: Manifest, entity: Entity, part: DetailTable, loc: Loc) -> Iterator[Problem]:
    document = entity.document
    child = named(manifest, entity.portal, part.table)
    if isinstance(child, Astray):
        yield Problem("detail.E003", child.text, document.value_at(*loc, "table"), child.hint)
        return
    if child is None:
        return
    yield from points_back(
        manifest, child, entity, part.by, document.value_at(*loc, "by" if part.by else "table")
    )
    for index, path in enumerate(part.columns):
        found = walked(manifest, child, path)
        if isinstance(found, Astray):
            yield Problem("detail.E004", found.text, document.value_at(*loc, "columns", index), found.hint)
