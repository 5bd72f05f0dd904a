"""Excel in over HTTP: what screens and API share."""

from __future__ import annotations

from flask import Response, request

from fab_app.core.words import say
from fab_app.fields.ref import key_of
from fab_app.fields.show import zone
from fab_app.runtime.imports.batch import Batch
from fab_app.runtime.imports.recording import marked_name
from fab_app.runtime.imports.service import Imports
from fab_app.runtime.judging import NotFound
from fab_app.runtime.query import Unreadable
from fab_app.spec.manifest import Entity
from fab_app.store.blobs import disposition
from fab_app.web import context

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROUND_IT = 64 * 1024
"""Bytes that multipart writes around a file."""


def imports_of(entity: Entity) -> Imports:
    """Of who asks; he may import here."""
    show = context.show(entity.portal)
    zone.set(show.zone)
    imports = Imports(context.writer(), show, entity)
    imports.permit()
    return imports


def batch_of(imports: Imports, uuid: str) -> Batch:
    found = imports.batches.one(uuid)
    if found is None:
        raise NotFound(say("There is no such import"))
    return found


def uploaded(imports: Imports) -> tuple[str, bytes]:
    """The name and the content of the file of this request."""
    request.max_content_length = imports.spec.max_size + ROUND_IT
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Unreadable(say("There is no file in this request"))
    return file.filename, file.stream.read(imports.spec.max_size + 1)


def within(imports: Imports) -> int | None:
    """The record that all rows belong to, by the name of their reference to it."""
    name = imports.spec.within
    given = request.values.get(name) if name is not None else None
    if given is None:
        return None
    key = key_of(given)
    if key is None:
        raise Unreadable(say("'{name}' is not a key", name=name))
    return key


def template_file(imports: Imports) -> Response:
    """Where rows belong to a record, the template is that record's, if it is named."""
    from fab_app.runtime.imports.template import template  # late: XlsxWriter

    here = within(imports)
    context_ = imports.context(here) if here is not None else {}
    content = template(imports.writer, imports.plan, imports.show, context_)
    return _file(content, f"{imports.plan.label}.xlsx")


def marked_file(imports: Imports, uuid: str) -> Response:
    from fab_app.runtime.imports.marking import marked  # late: openpyxl

    batch = batch_of(imports, uuid)
    if not batch.bad or batch.source is None:
        raise NotFound(say("There is no such file"))
    content = marked(imports.writer, imports.plan, batch, imports.batches)
    return _file(content, marked_name(batch))


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": disposition(name, XLSX, False), "Cache-Control": "no-store"}
    return Response(content, mimetype=XLSX, headers=headers)
