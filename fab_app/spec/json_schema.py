"""The language as JSON Schemas, with this project's names as enums where a name is wanted, for editors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from fab_app.expr import Kind
from fab_app.fields.book import DICTIONARIES
from fab_app.spec.entity import EntitySpec
from fab_app.spec.including import FOLDER, CommonSpec
from fab_app.spec.listing import Button
from fab_app.spec.manifest import BASE, Entity, Manifest
from fab_app.spec.portal import DictionarySpec, MenuSpec, PortalSpec, RoleSpec
from fab_app.spec.seeding import ABOUT

Schema = dict[str, Any]

MODELINE = "# yaml-language-server: $schema=../../.schemas/entity.schema.json"
"""The first line of a definition that has its schema in the home's folder ``.schemas``."""

GRAMMARS: dict[str, tuple[type[BaseModel], str]] = {
    "entity": (EntitySpec, "schema/*/*.yaml"),
    "common": (CommonSpec, f"schema/*/{FOLDER}/*.yaml"),
    "portal": (PortalSpec, "schema/*/portal.yaml"),
    "menu": (MenuSpec, "menus/*.yaml"),
    "role": (RoleSpec, "permissions/*/*.yaml"),
    "dictionary": (DictionarySpec, "seeds/dictionaries/*.yaml"),
}
SHORT = {
    ("Listing", "columns"): "field",
    ("Listing", "search"): "field",
    ("ImportSpec", "columns"): "field",
    ("WorkbookSpec", "sheets"): "list",
    ("Listing", "toolbar"): "button",
    ("Listing", "row"): "button",
    ("Tab", "columns"): "field",
    ("Tab", "search"): "field",
    ("Tab", "toolbar"): "button",
    ("Tab", "row"): "button",
    ("MenuItem", "items"): "entity",
    ("MenuSpec", "items"): "entity",
}
"""Lists in which a bare word stands for a mapping with this key."""

WORD = frozenset(
    ("of", "by", "on", "split", "from", "filters", "measure", "rows", "dialog", "fields", "photos")
)
"""Keys of charts, boards, moves and prints that also take something shorter than they become."""

_ENTITY = {"to", "link", "table", "entity", "org"}
_OTHER_WORDS = {"NoticeSpec", "Move", "AddEffect", "MoveEffect"}
"""Pieces of the grammar in which those keys mean something else."""

_BY_ENTITY = {"rows", "may", "fields"}

_SHORTENING = {"Board", "Move", "PrintSpec", "PrintTable"}


def write_schemas(manifest: Manifest, folder: Path) -> list[Path]:
    """A schema per kind of file, one per entity with its own fields, and the map of them for an editor."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"{kind}.schema.json": schema_of(kind, manifest) for kind in GRAMMARS}
    files["seeds.schema.json"] = seeds_schema(manifest)
    for entity in manifest.entities.values():
        files[f"entities/{entity.key}.schema.json"] = entity_schema(entity)
    files["editor.json"] = {"yaml.schemas": dict(_mapped(manifest, folder))}
    written = []
    for name, schema in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        written.append(path)
    return written


def schema_of(kind: str, manifest: Manifest) -> Schema:
    """The schema of one kind of file."""
    grammar, _ = GRAMMARS[kind]
    schema = grammar.model_json_schema()
    for name, part in [(grammar.__name__, schema), *schema.get("$defs", {}).items()]:
        for key, value in part.get("properties", {}).items():
            short = SHORT.get((name, key))
            if short is not None:
                _shortened(value, _word(short, manifest))
            _named(name, key, value, manifest)
            if key in WORD and (name in _SHORTENING or "measure" in part["properties"]):
                part["properties"][key] = _shorter(value)
    if "include" in schema["properties"]:
        _including(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": kind, **schema}


def _including(schema: Schema) -> None:
    """A file that includes may write a field again without its type: keys that some type of field has."""
    field = schema["properties"]["fields"]["additionalProperties"]
    types = [schema["$defs"][str(one["$ref"]).rpartition("/")[2]] for one in field["oneOf"]]
    known: Schema = {key: {} for one in types for key in one["properties"] if key != "type"}
    again = {"type": "object", "properties": known, "additionalProperties": False}
    schema["properties"]["fields"]["additionalProperties"] = {
        "if": {"required": ["type"]},
        "then": field,
        "else": again,
    }
    whole = {"properties": {"fields": {"additionalProperties": {"required": ["type"]}}}}
    schema["if"], schema["else"] = {"required": ["include"]}, whole


def _shorter(value: Schema) -> Schema:
    """What was written may be a word, or a list with words in it; the grammar's own judge says what it means."""
    one = [{"$ref": "#/$defs/Measure"}] if "Measure" in str(value.get("additionalProperties")) else []
    return {"anyOf": [{"type": "string"}, {"type": "array"}, *one, value]}


def _word(key: str, manifest: Manifest) -> Schema:
    """What may stand alone in a list: a button or a move by its name, else any text."""
    if key != "button":
        return {"type": "string"}
    moves = {code for entity in manifest.entities.values() for code in entity.moves}
    return {"enum": sorted({*get_args(Button), *moves})}


def _shortened(value: Schema, word: Schema) -> None:
    lists = [part for part in (value, *value.get("anyOf", ())) if part.get("type") == "array"]
    for part in lists:
        part["items"] = {"anyOf": [word, part["items"]]}


def _named(owner: str, key: str, value: Schema, manifest: Manifest) -> None:
    """Puts the project's names where they are wanted."""
    entities = _entity_names(manifest)
    if (key in _ENTITY and owner not in _OTHER_WORDS) or (
        key == "of" and owner in ("RollupField", "TableField")
    ):
        _enum(value, entities)
    elif key == "of" and owner in ("ChoiceField", "ChoicesField"):
        _enum(value, {*manifest.dictionaries, DICTIONARIES})
    elif key == "include":
        files = [path for path in manifest.documents if path.split("/")[-2] == FOLDER]
        names = [path.rpartition("/")[2].removesuffix(".yaml") for path in files]
        value["anyOf"] = [{"type": "string"}, {"type": "array", "items": value.pop("items")}]
        del value["type"]
        _enum(value, names)
    elif key == "view_of":
        _enum(value, [entity.key for entity in manifest.of_portal(BASE)])
    elif key == "kinds" and owner in ("Door", "RoleSpec"):
        _enum(value, {kind for portal in manifest.portals.values() for kind in portal.spec.kinds})
    elif key in _BY_ENTITY and owner == "RoleSpec":
        functions = {name for portal in manifest.portals.values() for name in portal.spec.functions}
        value["propertyNames"] = {"enum": sorted(entities | functions)}
    if key == "items" and owner in ("MenuItem", "MenuSpec"):
        _enum(value["items"]["anyOf"][0], entities)


def _entity_names(manifest: Manifest) -> set[str]:
    """Bare names and full ones: which portal a file is of, its schema does not know."""
    return {name for entity in manifest.entities.values() for name in (entity.name, entity.key)}


def _enum(value: Schema, names: Iterable[str]) -> None:
    """Where the schema takes a text (or a list of texts), only these."""
    known = sorted(names)
    for part in (value, *value.get("anyOf", ())):
        if part.get("type") == "string" and known and "const" not in part:
            part["enum"] = known
        elif part.get("type") == "array":
            _enum(part["items"], known)


def entity_schema(entity: Entity) -> Schema:
    """What the file of one entity adds to the general schema: its own fields as enums."""
    fields, references = (
        sorted(entity.fields),
        [n for n, f in entity.fields.items() if f.field_type().kind is Kind.ref],
    )
    field: Schema = {"enum": fields}
    path: Schema = {"anyOf": [field, {"type": "string", "pattern": f"^({'|'.join(references)})[.]"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": entity.key,
        "allOf": [{"$ref": "../entity.schema.json"}],
        "properties": {
            "tree": {"enum": references},
            "unique": _list(_list(field)),
            "indexes": _list(_list({"enum": sorted({*fields, *entity.spec.belongs, "id"})})),
            "belongs": {"additionalProperties": path},
            "form": _list(
                _with("fields", {"anyOf": [{"const": "*"}, _list({"anyOf": [field, _list(field)]})]})
            ),
            "checks": _list(_with("at", field)),
            "listing": {
                "properties": {
                    "columns": _list({"anyOf": [path, {"type": "object", **_with("field", path)}]}),
                    "search": _list({"anyOf": [path, {"type": "object", **_with("field", path)}]}),
                    "within": {"propertyNames": {"enum": references}},
                }
            },
        },
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _with(key: str, value: Schema) -> Schema:
    return {"properties": {key: value}}


def seeds_schema(manifest: Manifest) -> Schema:
    """Rows by entity; which fields a row may have, where the bare name means one entity."""
    rows: dict[str, set[str]] = {}
    for entity in manifest.entities.values():
        for name in (entity.name, entity.key):
            rows.setdefault(name, {*ABOUT}).update(entity.fields)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "seeds",
        "type": "object",
        "properties": {name: _list(_row(fields)) for name, fields in sorted(rows.items())},
        "additionalProperties": False,
    }


def _row(fields: set[str]) -> Schema:
    known: Schema = {name: {} for name in sorted(fields)}
    return {"type": "object", "properties": known, "additionalProperties": False}


def _mapped(manifest: Manifest, folder: Path) -> Iterator[tuple[str, str | list[str]]]:
    """Schema -> the files it describes; the more exact ones first."""
    for entity in manifest.entities.values():
        if entity.portal != BASE:
            yield f"{folder.name}/entities/{entity.key}.schema.json", entity.document.path
    for kind, (_, pattern) in GRAMMARS.items():
        if kind != "entity":
            yield f"{folder.name}/{kind}.schema.json", pattern
    yield f"{folder.name}/seeds.schema.json", [f"seeds/{portal}/*.yaml" for portal in manifest.portals]
