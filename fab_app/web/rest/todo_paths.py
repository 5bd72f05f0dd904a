"""The address of the to-do list in the specification, for those whom a chain may ask."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.access.principal import Principal
from fab_app.core.words import say
from fab_app.runtime.chains.todo import TABS, offered
from fab_app.runtime.world import World
from fab_app.web.rest import schemas
from fab_app.web.rest.shapes import Schema, body, responses

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer", "minimum": 0}
_ITEM: Schema = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("entity", "workflow", "title", "told", "applicant", "act", "state", "url"), _TEXT),
        "id": schemas.KEY,
        "step": {"type": "object", "nullable": True},
        "due_on": {"type": "string", "format": "date", "nullable": True},
        **{
            name: {"type": "string", "format": "date-time", "nullable": True}
            for name in ("submitted_at", "waiting_since", "decided_at")
        },
    },
    "required": ["entity", "workflow", "id", "title", "state", "url"],
}


def todo_paths(world: World, who: Principal) -> Iterator[tuple[str, Schema]]:
    for name in world.manifest.portals:
        if who.portal == name and offered(world, who, name):
            yield f"/api/v1/{name}/todo/", {"get": _todo(name)}


def _todo(portal: str) -> Schema:
    words: tuple[tuple[str, Schema], ...] = (
        ("tab", {"type": "string", "enum": list(TABS)}),
        ("due", {"type": "string", "enum": ["overdue", "soon", "rest"]}),
        *((name, {**_TEXT, "maxLength": 200}) for name in ("q", "kind", "step")),
        *((name, {"type": "string", "format": "date"}) for name in ("from", "to")),
        ("page", {**_NUMBER, "maximum": 100_000}),
        ("page_size", {"type": "integer", "minimum": 1, "maximum": 100}),
    )
    answer = {
        "type": "object",
        "properties": {
            "count": _NUMBER,
            "counts": {"type": "object"},
            "result": {"type": "array", "items": _ITEM},
        },
        "required": ["count", "counts", "result"],
    }
    return {
        "operationId": f"{portal}_todo",
        "summary": say("To-do list"),
        "tags": [say("To-do list")],
        "parameters": [{"name": name, "in": "query", "schema": schema} for name, schema in words],
        "responses": responses({"200": body(answer)}, 400, 403),
    }
