"""JSON Schemas of records as OpenAPI 3.0 has them: what may be sent, and what is answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fab_app.access.principal import Principal
from fab_app.expr import Kind
from fab_app.fields.base import Field
from fab_app.fields.file import Uploads
from fab_app.fields.table import TableField
from fab_app.runtime.judging import is_true, writable_fields
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.web.rest.shown import is_masked, readable

Schema = dict[str, Any]

VERSION: Schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
KEY: Schema = {"type": "integer", "format": "int64", "minimum": 1}
TEXT: Schema = {"type": "string"}
REFERENCE: Schema = {
    "type": "object",
    "properties": {"id": KEY, "title": TEXT},
    "required": ["id", "title"],
}
POINTER: Schema = {
    "type": "object",
    "properties": {"entity": TEXT, "id": KEY, "title": TEXT},
}
FILE: Schema = {
    "type": "object",
    "properties": {"id": KEY, "name": TEXT, "size": {"type": "integer"}, "mime": TEXT, "url": TEXT},
    "required": ["id", "name"],
}
_KEPT = ("type", "format", "example")


def answered(world: World, principal: Principal, entity: Entity) -> Schema:
    """A record as it is read. A list holds the columns that were asked for, dotted ones under their path."""
    properties: dict[str, Schema] = {"id": KEY, entity.version: VERSION}
    for name in readable(world, principal, entity):
        if name not in properties:
            masked = not principal.everything and is_masked(world, principal, entity, name)
            properties[name] = _labelled(
                entity, name, {**TEXT, "nullable": True} if masked else told(entity.fields[name])
            )
    hidden = world.grants.fields(principal, entity.key).hidden
    for name, field in entity.fields.items():
        if isinstance(field, TableField) and name not in hidden:
            properties[name] = _labelled(entity, name, {"type": "array", "items": {"type": "object"}})
    return {"type": "object", "properties": properties, "required": ["id", entity.version]}


def sendable(world: World, principal: Principal, entity: Entity, creating: bool) -> Schema:
    """A record as it may be sent; what else is sent is refused with 400."""
    names = writable(world, principal, entity)
    properties = {name: _labelled(entity, name, sent(world, entity, name)) for name in names}
    body: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if not creating:
        properties[entity.version] = {**VERSION, "nullable": True, "description": "the version that was read"}
        return body
    needed = [name for name in names if _needed(entity.fields[name])]
    return {**body, "required": needed} if needed else body


def writable(world: World, principal: Principal, entity: Entity) -> list[str]:
    policy = world.grants.fields(principal, entity.key)
    allowed = writable_fields(entity, policy.hidden, policy.readonly)
    return [name for name in entity.fields if name in allowed]


def told(field: Field) -> Schema:
    """The value of a field in an answer."""
    kind, target = field.field_type().kind, field.field_type().target
    if isinstance(field, Uploads):
        return {"type": "array", "items": FILE, "nullable": True}
    if field.many:
        return {"type": "array", "items": REFERENCE if target else TEXT, "nullable": True}
    if kind is Kind.ref:
        return {**REFERENCE, "nullable": True}
    if field.type == "dynamic_ref":
        return {**POINTER, "nullable": True}
    schema = field.schema()
    if not isinstance(schema.get("type"), str):
        return {"nullable": True}
    return {**{key: schema[key] for key in _KEPT if key in schema}, "nullable": True}


def given(field: Field) -> Schema:
    """The value of a field in a request, null where it may be left empty."""
    schema = dict(field.schema())
    types = schema.get("type")
    if isinstance(types, list):
        del schema["type"]
        schema["anyOf"] = [{"type": t, "items": {}} if t == "array" else {"type": t} for t in types]
    if is_true(field.required):
        return schema
    return {**_with_null(schema), "nullable": True}


def _with_null(schema: Schema) -> Schema:
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    return (
        schema
        if "type" in schema
        else {**schema, "anyOf": [_nullable(one) for one in schema.get("anyOf", ())]}
    )


def _nullable(schema: Schema) -> Schema:
    return {**schema, "nullable": True}


def sent(world: World, entity: Entity, name: str) -> Schema:
    """What may be sent in a field, the rows of a table included."""
    field = entity.fields[name]
    if not isinstance(field, TableField):
        return given(field)
    child = world.manifest.entity(entity.portal, field.of)
    assert child is not None
    columns = writable_fields(child, frozenset(), frozenset()).intersection(field.columns)
    properties = {column: given(child.fields[column]) for column in field.columns if column in columns}
    row = {
        "type": "object",
        "properties": {
            "id": {**KEY, "nullable": True},
            "version": {**VERSION, "nullable": True},
            **properties,
        },
        "additionalProperties": False,
    }
    return {**field.schema(), "items": row, "nullable": True}


def _needed(field: Field) -> bool:
    return is_true(field.required) and field.default is None and field.visible is None


def _labelled(entity: Entity, name: str, schema: Schema) -> Schema:
    from fab_app.core.words import locale

    return {**schema, "title": entity.fields[name].label.of(locale.get())}


def names(columns: Iterable[str]) -> str:
    return ", ".join(columns)
