"""Lists: pages of rows as JSON, and all rows of the same question as a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, request

from fab_app.spec.manifest import Entity
from fab_app.web.exports import Kind, sent
from fab_app.web.rest.answers import answer
from fab_app.web.rest.door import permitted
from fab_app.web.rest.plans import Planner


def page(entity: Entity, planner: Planner) -> Response:
    permitted(entity, "read")
    query = planner.asked(entity, request.args.get("q", ""))
    count = planner.count(entity, query)
    result = planner.page(entity, query, count)
    body: dict[str, Any] = {"count": count.number, "ids": [row["id"] for row in result], "result": result}
    if count.more:
        body["more"] = True
    return answer(200, body)


def export(entity: Entity, planner: Planner, kind: Kind) -> Response:
    permitted(entity, "export")
    return sent(entity, replace(planner.asked(entity, request.args.get("q", "")), page=0), kind)
