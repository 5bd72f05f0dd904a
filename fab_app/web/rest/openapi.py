"""The specification of the API: what this person may call, written from the definitions.

Kept per set of roles and language; it changes only when the grants do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response

from fab_app.access.principal import Principal
from fab_app.core.words import locale, say
from fab_app.runtime.query import Asking
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Entity
from fab_app.web import context
from fab_app.web.rest import schemas
from fab_app.web.rest.answers import coded, written
from fab_app.web.rest.chart_paths import chart_paths
from fab_app.web.rest.import_paths import import_paths
from fab_app.web.rest.move_paths import move_paths, print_paths
from fab_app.web.rest.platform_paths import PLATFORM
from fab_app.web.rest.shapes import (
    DONE,
    IDEMPOTENCY,
    MATCH,
    PK,
    UUID,
    Schema,
    asked,
    body,
    components,
    file_body,
    responses,
)
from fab_app.web.rest.todo_paths import todo_paths

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def openapi() -> Response:
    world, who = context.world(), context.principal()
    plans = world.documents.under(world.grants)
    key = (who.everything, who.version, who.portal, who.roles, who.must_change, locale.get())
    return written(200, plans.get(key, lambda: (coded(specification(world, who)), True)))


def specification(world: World, who: Principal) -> Schema:
    parts = [_Part(world, who, entity) for entity in world.manifest.entities.values() if _near(who, entity)]
    paths: Schema = dict(PLATFORM)
    found: Schema = {}
    for part in parts:
        paths |= dict(part.paths()) | dict(import_paths(world, who, part.entity))
        paths |= dict(move_paths(world, who, part.entity)) | dict(print_paths(world, who, part.entity))
        found |= part.schemas()
    paths |= dict(chart_paths(world, who))
    paths |= dict(todo_paths(world, who))
    return {
        "openapi": "3.0.3",
        "info": {"title": "fab_app", "version": "v1", "description": say("What you may call, and with what")},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"session": []}],
        "paths": {path: operations for path, operations in paths.items() if operations},
        "components": components(found),
    }


def _near(who: Principal, entity: Entity) -> bool:
    return who.everything or entity.portal in (who.portal, BASE)


class _Part:
    """The addresses of one entity."""

    def __init__(self, world: World, who: Principal, entity: Entity) -> None:
        self.world, self.who, self.entity = world, who, entity
        self.root = f"/api/v1/{entity.portal}/{entity.name}"
        self.label = entity.spec.label.of(locale.get())

    def may(self, action: str) -> bool:
        return self.world.grants.may(self.who, self.entity.key, action)

    def paths(self) -> Iterator[tuple[str, Schema]]:
        many = {"get": self._list, "post": self._create}
        single = {"get": self._show, "put": self._change, "delete": self._delete}
        needs = {"get": "read", "post": "add", "put": "edit", "delete": "delete"}
        yield f"{self.root}/", {verb: write() for verb, write in many.items() if self.may(needs[verb])}
        standing = {verb: write() for verb, write in single.items() if self.may(needs[verb])}
        yield f"{self.root}/{{pk}}", {"parameters": [PK], **standing} if standing else {}
        if self.may("export"):
            yield f"{self.root}/export.csv", {"get": self._export("csv", CSV)}
            yield f"{self.root}/export.xlsx", {"get": self._export("xlsx", XLSX)}
        if self.may("read") and any(field.uploads for field in self.entity.fields.values()):
            yield f"{self.root}/file/{{pk}}/{{uuid}}", {"parameters": [PK, UUID], "get": self._file()}
        if self.may("add") or self.may("edit"):
            for name in schemas.writable(self.world, self.who, self.entity):
                if self.entity.fields[name].uploads:
                    yield f"{self.root}/upload/{name}", {"post": self._upload(name)}

    def schemas(self) -> Schema:
        entity, found = self.entity, {}
        if self.may("read") or self.may("add") or self.may("edit"):
            found[entity.key] = schemas.answered(self.world, self.who, entity)
        if self.may("add"):
            found[f"{entity.key}.new"] = schemas.sendable(self.world, self.who, entity, creating=True)
        if self.may("edit"):
            found[f"{entity.key}.change"] = schemas.sendable(self.world, self.who, entity, creating=False)
        return found

    def _list(self) -> Schema:
        page = {
            "type": "object",
            "properties": {
                "count": {"type": "integer", "minimum": 0},
                "more": {"type": "boolean", "description": say("There are more than count says")},
                "ids": {"type": "array", "items": schemas.KEY},
                "result": {"type": "array", "items": self._ref()},
            },
            "required": ["count", "ids", "result"],
        }
        answers = responses({"200": body(page)}, 400, 403)
        return self._operation("list", say("{label}: a page of rows", label=self.label), answers, [self._q()])

    def _create(self) -> Schema:
        made = {
            "type": "object",
            "properties": {"id": schemas.KEY, "result": {"type": "object"}},
            "required": ["id", "result"],
        }
        stands = {"200": body(made)} if self.entity.spec.reuse else {}
        answers = responses({**stands, "201": body(made)}, 400, 403, 404, 409, 413, 415, 422)
        operation = self._operation(
            "create", say("{label}: a new one", label=self.label), answers, [IDEMPOTENCY]
        )
        return {**operation, "requestBody": {"required": True, **asked(self._ref(".new"))}}

    def _show(self) -> Schema:
        one = {
            "type": "object",
            "properties": {"id": schemas.KEY, "result": self._ref()},
            "required": ["id", "result"],
        }
        answers = responses({"200": body(one)}, 403, 404)
        return self._operation("show", say("{label}: one", label=self.label), answers, [])

    def _change(self) -> Schema:
        one = {"type": "object", "properties": {"result": {"type": "object"}}, "required": ["result"]}
        answers = responses({"200": body(one)}, 400, 403, 404, 409, 413, 415, 422)
        operation = self._operation(
            "change", say("{label}: change what is sent", label=self.label), answers, [MATCH]
        )
        return {**operation, "requestBody": {"required": True, **asked(self._ref(".change"))}}

    def _delete(self) -> Schema:
        answers = responses({"200": body(DONE)}, 400, 403, 404, 409, 413, 415, 422)
        return self._operation("delete", say("{label}: delete", label=self.label), answers, [MATCH])

    def _export(self, ending: str, mime: str) -> Schema:
        content: Schema = {mime: {"schema": {"type": "string", "format": "binary"}}}
        answers = responses({"200": {"description": ending, "content": content}}, 400, 403, 422)
        sentence = say("{label}: all rows as {kind}", label=self.label, kind=ending)
        return self._operation(f"export_{ending}", sentence, answers, [self._q()])

    def _file(self) -> Schema:
        content: Schema = {
            "description": "the file",
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
        answers = responses({"200": content}, 403, 404)
        return self._operation("file", say("{label}: a file of it", label=self.label), answers, [])

    def _upload(self, name: str) -> Schema:
        field = self.entity.fields[name].label.of(locale.get())
        answers = responses({"201": body(schemas.FILE)}, 400, 403, 404, 409, 413, 415, 422)
        sentence = say("{label}: a file for {field}", label=self.label, field=field)
        operation = self._operation(f"upload_{name}", sentence, answers, [IDEMPOTENCY])
        return {**operation, "requestBody": {"required": True, **file_body()}}

    def _operation(self, name: str, summary: str, answers: Schema, parameters: list[Schema]) -> Schema:
        identity = f"{self.entity.portal}_{self.entity.name}_{name}"
        operation: Schema = {
            "operationId": identity,
            "summary": summary,
            "tags": [self.label],
            "responses": answers,
        }
        return {**operation, "parameters": parameters} if parameters else operation

    def _q(self) -> Schema:
        asking = Asking(self.world, self.entity, self.who)
        columns = {name: self._column(asking, name) for name in self._names()}
        sentence = (
            "Rison: (columns:!(a,b),filters:!((col:a,opr:eq,value:1)),order_column:a,order_direction:desc,"
        )
        return {
            "name": "q",
            "in": "query",
            "schema": {"type": "string", "maxLength": 20000},
            "example": "(page:0,page_size:20)",
            "description": f"{sentence}page:0,page_size:20,tab:t,keyword:word)",
            "x-columns": columns,
            "x-tabs": list(self.entity.spec.listing.tabs),
        }

    def _names(self) -> list[str]:
        from fab_app.web.rest.shown import readable

        return readable(self.world, self.who, self.entity)

    def _column(self, asking: Asking, name: str) -> dict[str, Any]:
        field = self.entity.fields[name]
        closed = asking.closed((name,))
        operators = [] if closed else list(asking.operators((name,)))
        return {"operators": operators, "sortable": field.sortable and not field.many and not closed}

    def _ref(self, suffix: str = "") -> Schema:
        return {"$ref": f"#/components/schemas/{self.entity.key}{suffix}"}
