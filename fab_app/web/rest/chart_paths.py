"""The addresses of charts in the specification: those that this person may call."""

from __future__ import annotations

from collections.abc import Iterator

from fab_app.access.principal import Principal
from fab_app.charts.base import PERIOD
from fab_app.core.words import locale, say
from fab_app.runtime.statistics.permission import conditions_of, permitted
from fab_app.runtime.world import World
from fab_app.spec.charted import periods_of
from fab_app.spec.manifest import Portal
from fab_app.web.exports import CSV, XLSX, Kind
from fab_app.web.rest.shapes import Schema, body, responses
from fab_app.web.screens.behind import filter_search

_TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
_PLACE: Schema = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("key", "label", "tone", "unit")},
    "required": ["key", "label"],
}
_GROUP: Schema = {
    **_PLACE,
    "properties": {
        **_PLACE["properties"],
        "into": {"type": "string", "description": "the condition that leads to what is below this group"},
    },
}
_SERIES: Schema = {
    "type": "object",
    "properties": {
        **_PLACE["properties"],
        "data": {"type": "array", "items": {"type": "number", "nullable": True}},
        "rows": {"type": "array", "items": {"type": "integer", "minimum": 0}},
        "links": _TEXTS,
        "digits": {"type": "integer", "minimum": 0, "description": "how many stand after the point"},
    },
    "required": ["key", "label", "data", "rows", "links"],
}
CHART: Schema = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "type": {"type": "string"},
        "label": {"type": "string"},
        "x": {"type": "array", "items": _GROUP},
        "series": {"type": "array", "items": _SERIES},
        "wider": {"type": "boolean"},
        "more": {"type": "boolean"},
        "charts": {"type": "object", "description": "of a group: its charts by their codes"},
    },
    "required": ["code", "type", "label"],
}


def chart_paths(world: World, who: Principal) -> Iterator[tuple[str, Schema]]:
    for portal in world.manifest.portals.values():
        for code in portal.spec.charts:
            if permitted(world, who, portal, code):
                yield f"/api/v1/{portal.name}/charts/{code}", {"get": _get(world, who, portal, code)}
            if permitted(world, who, portal, code, "export"):
                for kind in (CSV, XLSX):
                    at = f"/api/v1/{portal.name}/charts/{code}.{kind.ending}"
                    yield at, {"get": _file(world, who, portal, code, kind)}


def _get(world: World, who: Principal, portal: Portal, code: str) -> Schema:
    label = portal.spec.charts[code].label.of(locale.get())
    answer = {"type": "object", "properties": {"result": CHART}, "required": ["result"]}
    return {
        "operationId": f"{portal.name}_charts_{code}",
        "summary": say("{label}: the numbers", label=label),
        "tags": [portal.spec.title.of(locale.get())],
        "parameters": list(_parameters(world, who, portal, code)),
        "responses": responses({"200": body(answer)}, 400, 403),
    }


def _file(world: World, who: Principal, portal: Portal, code: str, kind: Kind) -> Schema:
    label, ending = portal.spec.charts[code].label.of(locale.get()), kind.ending
    schema = {"type": "string", **({"format": "binary"} if kind is XLSX else {})}
    answer: Schema = {"description": ending, "content": {kind.mime.partition(";")[0]: {"schema": schema}}}
    return {
        "operationId": f"{portal.name}_charts_{code}_{ending}",
        "summary": say("{label}: the numbers as {kind}", label=label, kind=ending),
        "tags": [portal.spec.title.of(locale.get())],
        "parameters": list(_parameters(world, who, portal, code)),
        "responses": responses({"200": answer}, 400, 403),
    }


def _parameters(world: World, who: Principal, portal: Portal, code: str) -> Iterator[Schema]:
    """A parameter for each condition, two for a range."""
    if periods := periods_of(portal, code):
        yield {"name": PERIOD, "in": "query", "schema": {"type": "string", "enum": list(periods)}}
    for entity, one in conditions_of(world, who, portal, code):
        search = filter_search(world, entity, one)
        for end in ("_from", "_to") if search.op == "range" else ("",):
            yield {
                "name": f"{one.code}{end}",
                "in": "query",
                "description": search.label.of(locale.get()),
                "schema": {"type": "string", "maxLength": 200},
            }
