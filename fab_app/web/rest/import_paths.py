"""The addresses of imports in the specification: of those entities that the person may import."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.access.principal import Principal
from fab_app.core.words import locale, say
from fab_app.runtime.world import World
from fab_app.spec.imports import ImportSpec
from fab_app.spec.manifest import Entity
from fab_app.web.imports import XLSX
from fab_app.web.rest.shapes import IDEMPOTENCY, UUID, Schema, body, responses

_NUMBER: Schema = {"type": "integer", "minimum": 0}
_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": "string", "nullable": True}
_ERROR: Schema = {
    "type": "object",
    "properties": {
        "row": {"type": "integer", "minimum": 1},
        **dict.fromkeys(("column", "field", "value"), _TEXT),
        "reasons": {"type": "array", "items": _TEXT},
    },
    "required": ["row", "column", "field", "value", "reasons"],
}
_BATCH: Schema = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "state": {
            "type": "string",
            "enum": ["waiting", "judged", "written", "refused", "dropped", "undone"],
        },
        **dict.fromkeys(("message", "file", "mode", "url"), _TEXT),
        **dict.fromkeys(("rows", "good", "bad", "added", "changed"), _NUMBER),
        "errors": {"type": "array", "items": _ERROR},
        **dict.fromkeys(("marked", "job", "remark"), _MAYBE),
    },
    "required": ["id", "state", "message", "rows", "good", "bad", "errors", "url"],
}
_STEPS = {
    "write": "write what was looked through",
    "drop": "throw away what was looked through",
    "undo": "take the import back while its rows are untouched",
}


def import_paths(world: World, who: Principal, entity: Entity) -> Iterator[tuple[str, Schema]]:
    spec = world.manifest.imported(entity)
    if spec is None or not world.grants.may(who, entity.key, spec.right):
        return
    root = f"/api/v1/{entity.portal}/{entity.name}"
    part = _Part(entity)
    yield (
        f"{root}/import-template.xlsx",
        {"get": part.file("template", "the workbook to fill in", _within(spec))},
    )
    yield f"{root}/import", {"post": part.upload(spec)}
    one = f"{root}/import/{{uuid}}"
    yield one, {"parameters": [UUID], "get": part.look()}
    marked = part.file("marked", "the workbook with what is wrong marked", [])
    yield f"{one}/marked.xlsx", {"parameters": [UUID], "get": marked}
    for step, sentence in _STEPS.items():
        yield f"{one}/{step}", {"parameters": [UUID], "post": part.step(step, sentence)}


class _Part:
    def __init__(self, entity: Entity) -> None:
        self.entity, self.label = entity, entity.spec.label.of(locale.get())

    def upload(self, spec: ImportSpec) -> Schema:
        properties: Schema = {
            "file": {"type": "string", "format": "binary"},
            "dry_run": {"type": "boolean", "default": False},
            "mode": {"type": "string", "enum": list(spec.mode), "default": spec.mode[0]},
        }
        needed = ["file"]
        if spec.within is not None:
            properties[spec.within] = {"type": "integer", "minimum": 1}
            needed.append(spec.within)
        content = {"type": "object", "properties": properties, "required": needed}
        operation = self._operation("import", "rows of a workbook", self._answers(), [IDEMPOTENCY])
        return {
            **operation,
            "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": content}}},
        }

    def look(self) -> Schema:
        return self._operation("import_show", "an import", responses({"200": body(_BATCH)}, 403, 404), [])

    def step(self, name: str, sentence: str) -> Schema:
        return self._operation(f"import_{name}", sentence, self._answers(), [IDEMPOTENCY])

    def file(self, name: str, sentence: str, parameters: list[Schema]) -> Schema:
        content: Schema = {XLSX: {"schema": {"type": "string", "format": "binary"}}}
        answers = responses({"200": {"description": name, "content": content}}, 400, 403, 404, 422)
        return self._operation(f"import_{name}", sentence, answers, parameters)

    def _answers(self) -> Schema:
        done = {"200": body(_BATCH), "202": body(_BATCH, "background work")}
        return responses(done, 400, 403, 404, 409, 413, 415) | {"422": _refused()}

    def _operation(self, name: str, sentence: str, answers: Schema, parameters: list[Schema]) -> Schema:
        operation: Schema = {
            "operationId": f"{self.entity.portal}_{self.entity.name}_{name}",
            "summary": say("{label}: {what}", label=self.label, what=say(sentence)),
            "tags": [self.label],
            "responses": answers,
        }
        return {**operation, "parameters": parameters} if parameters else operation


def _refused() -> Schema:
    """A file that is no such workbook, or one of which nothing was stored."""
    either = {"anyOf": [{"$ref": "#/components/schemas/Error"}, _BATCH]}
    return body(either, "the file or its rows are refused; nothing was stored")


def _within(spec: ImportSpec) -> list[Schema]:
    if spec.within is None:
        return []
    return [{"name": spec.within, "in": "query", "schema": {"type": "integer", "minimum": 1}}]
