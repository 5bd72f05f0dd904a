"""One entity with its own, shared and system fields under one roof."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Document
from fab_app.core.text import Text
from fab_app.fields.base import Field
from fab_app.fields.book import Shelf
from fab_app.fields.family import FIELDS
from fab_app.spec.entity import EntitySpec, Shared
from fab_app.spec.manifest import BASE, Entity, Portal
from fab_app.spec.moving import with_states

_SYSTEM: tuple[tuple[str, str, Text, dict[str, Any]], ...] = (
    ("id", "int", Text("编号", "Id"), {}),
    ("uuid", "text", Text("交换标识", "UUID"), {"max": 36}),
    ("version", "int", Text("版本", "Version"), {}),
    ("created_by", "user", Text("创建人", "Created by"), {}),
    ("created_at", "datetime", Text("创建时间", "Created at"), {}),
    ("updated_by", "user", Text("更新人", "Updated by"), {}),
    ("updated_at", "datetime", Text("更新时间", "Updated at"), {}),
)


def resolved(
    portal: str,
    name: str,
    spec: EntitySpec,
    document: Document,
    shared: EntitySpec | None,
    shelf: Shelf,
) -> tuple[Entity, list[Problem]]:
    """The entity, and what its names have wrong."""
    problems: list[Problem] = []
    spec = with_states(spec, shared)
    if shared is not None and shared.append_only:
        spec = spec.model_copy(update={"append_only": True})
    fields: dict[str, Field] = {}
    columns: dict[str, str] = {}
    if shared is not None:
        _take_shared(spec, shared, document, fields, columns, problems)
        fields = {code: field.bound(shelf) for code, field in fields.items()}
    for code, field in spec.fields.items():
        fields[code] = field
        columns[code] = _column_of(spec, shared, name, code)
    version = "row_version" if "version" in fields else "version"
    for code, type_, label, keys in _SYSTEM:
        code_here = version if code == "version" else code
        if code_here not in fields:
            fields[code_here] = FIELDS[type_].model_validate(
                {"type": type_, "label": label, "readonly": True, **keys}
            )
            columns[code_here] = code_here
    owner = f"{BASE}.{(spec.view_of or '').rpartition('.')[2]}" if shared is not None else f"{portal}.{name}"
    return Entity(portal, name, spec, document, fields, columns, owner, version), problems


def under_its_rule(entity: Entity, portal: Portal) -> Entity:
    """Accounts have the portal's one rule for passwords, wherever one is typed."""
    code = next((code for code, column in entity.columns.items() if column == "password"), "")
    if entity.owner != f"{BASE}.user" or not code:
        return entity
    rule = portal.spec.login.password
    ruled = entity.fields[code].model_copy(update={"policy": rule, "message": rule.message})
    fields = {**entity.fields, code: ruled}
    return replace(entity, fields=fields)


def _column_of(spec: EntitySpec, shared: EntitySpec | None, name: str, code: str) -> str:
    """A field over a shared one stands in its column, with this entity's words and rules; any other in its own."""
    if shared is None:
        return code
    entry = spec.names.get(code, code)
    source = entry.field if isinstance(entry, Shared) else entry
    return source if source in shared.fields else f"{name}__{code}"


def _take_shared(
    spec: EntitySpec,
    shared: EntitySpec,
    document: Document,
    fields: dict[str, Field],
    columns: dict[str, str],
    problems: list[Problem],
) -> None:
    renamed: dict[str, str] = {}
    for code, entry in spec.names.items():
        source = entry.field if isinstance(entry, Shared) else entry
        if source not in shared.fields:
            problems.append(
                Problem(
                    "ref.E002",
                    f"the shared entity has no field '{source}'",
                    document.at("names", code),
                    nearest(source, shared.fields),
                )
            )
            continue
        renamed[source] = code
    for source, field in shared.fields.items():
        code = renamed.get(source, source)
        if code in spec.fields:
            continue
        entry = spec.names.get(code)
        if isinstance(entry, Shared):
            said = {"label": entry.label, "width": entry.width}
            field = field.model_copy(update={key: value for key, value in said.items() if value is not None})
        fields[code] = field
        columns[code] = source
