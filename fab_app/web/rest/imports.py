"""Excel in for programs: template, upload (dry or not), what became of it, the marked workbook, write, drop, undo."""

from __future__ import annotations

from functools import wraps
from typing import Any, Final

from flask import Flask, Response, request

from fab_app.core.words import say
from fab_app.runtime.imports.batch import Batch
from fab_app.runtime.imports.service import Imports, told
from fab_app.runtime.imports.undoing import undo as undo_batch
from fab_app.runtime.query import Unreadable
from fab_app.spec.manifest import Entity
from fab_app.web.imports import batch_of, imports_of, marked_file, template_file, uploaded, within
from fab_app.web.rest.answers import answer
from fab_app.web.rest.door import served
from fab_app.web.rest.once import once

MOST_TOLD: Final = 1000
"""Lines that are told as JSON; all of them stand in the marked workbook."""

_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False, "": False}


def template(entity: Entity) -> Response:
    return served(lambda: template_file(imports_of(entity)))


def upload(entity: Entity) -> Response:
    return served(lambda: once(lambda: _upload(entity)))


def show(entity: Entity, uuid: str) -> Response:
    def look() -> Response:
        imports = imports_of(entity)
        return answer(200, body(imports, batch_of(imports, uuid)))

    return served(look)


def marked(entity: Entity, uuid: str) -> Response:
    return served(lambda: marked_file(imports_of(entity), uuid))


def write(entity: Entity, uuid: str) -> Response:
    def work() -> Response:
        imports = imports_of(entity)
        return _answer(imports, imports.write(batch_of(imports, uuid), request.values.get("mode", "")))

    return served(lambda: once(work))


def drop(entity: Entity, uuid: str) -> Response:
    def work() -> Response:
        imports = imports_of(entity)
        return _answer(imports, imports.drop(batch_of(imports, uuid)))

    return served(lambda: once(work))


def undo(entity: Entity, uuid: str) -> Response:
    def work() -> Response:
        imports = imports_of(entity)
        return _answer(imports, undo_batch(imports, batch_of(imports, uuid)))

    return served(lambda: once(work))


def _upload(entity: Entity) -> Response:
    imports = imports_of(entity)
    name, content = uploaded(imports)
    dry = _FLAGS.get(request.values.get("dry_run", "").lower())
    if dry is None:
        raise Unreadable(say("'{name}' is neither true nor false", name="dry_run"))
    mode = request.values.get("mode", "")
    return _answer(imports, imports.upload(name, content, mode, within(imports), dry))


def _answer(imports: Imports, batch: Batch) -> Response:
    """202: it is being worked on. 422: nothing was stored, for some rows are wrong."""
    status = {"waiting": 202, "refused": 422}.get(batch.state, 200)
    return answer(status, body(imports, batch))


def body(imports: Imports, batch: Batch) -> dict[str, Any]:
    columns = {column.path: column.label for column in imports.plan.columns}
    root = f"/api/v1/{batch.portal}/{imports.entity.name}/import/{batch.uuid}"
    problems = imports.batches.problems(batch)
    return {
        "id": batch.uuid,
        "state": batch.state,
        "message": told(imports.spec, batch),
        "remark": batch.remark,
        "file": batch.name,
        "mode": batch.mode,
        **{name: getattr(batch, name) for name in ("rows", "good", "bad", "added", "changed")},
        "errors": [
            {
                "row": problem.row,
                "column": columns.get(path, ""),
                "field": path,
                "value": problem.cells.get(path, ""),
                "reasons": sentences,
            }
            for problem in problems[:MOST_TOLD]
            for path, sentences in problem.errors.items()
        ],
        "url": root,
        "marked": f"{root}/marked.xlsx" if batch.bad else None,
        "job": f"/{batch.portal}/jobs/{batch.run}" if batch.run else None,
    }


_RULES: Final = (
    ("import-template.xlsx", template, "GET"),
    ("import", upload, "POST"),
    ("import/<uuid>", show, "GET"),
    ("import/<uuid>/marked.xlsx", marked, "GET"),
    ("import/<uuid>/write", write, "POST"),
    ("import/<uuid>/drop", drop, "POST"),
    ("import/<uuid>/undo", undo, "POST"),
)


def install(app: Flask, entity: Entity) -> None:
    """Addresses that only entities with an import have."""
    from fab_app.web.screens.view import bound

    for path, page, method in _RULES:
        rule, name = (
            f"/api/v1/{entity.portal}/{entity.name}/{path}",
            f"{entity.key}.api.{page.__name__}_import",
        )
        app.add_url_rule(rule, name, wraps(page)(bound(page, entity)), methods=[method])
        # By the page's own name, as of all of the API: ``served`` asks a cookie for the page's token.
        app.extensions["csrf"].exempt(page)
