"""Files go in judged by their field and come out only through the record that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.fields.richtext import RichtextField, shown
from fab_app.runtime.query import paths_of
from fab_app.runtime.refusals import missing
from fab_app.runtime.uploads import MOST_BYTES, take_upload
from fab_app.spec.manifest import Entity
from fab_app.store.blobs import INLINE_SAFE, disposition
from fab_app.store.files import File, by_uuid
from fab_app.web import context
from fab_app.web.screens.access import require, require_person
from fab_app.web.sending import sent_for


def download(entity: Entity, pk: int, uuid: str) -> ResponseReturnValue:
    """A file of the record, or one that its page shows of a record that it refers to.

    The reader may read the record and the field.
    """
    require(entity, "read")
    world = context.world()
    if not context.reader(entity).exists(entity, pk):
        raise missing(world, entity, context.writer().fetch, pk)
    file = by_uuid(context.session().connection(), uuid) if len(uuid) == 36 else None
    if file is None or file.portal != entity.portal or not any(_holds(entity, pk, file)):
        raise missing(world, entity, context.writer().fetch, 0)
    return sent(file, request.args.get("thumb") == "1")


def sent(file: File, small: bool = False) -> Response:
    """The content of a file that the reader may have: as an attachment unless it is harmless to show."""
    thumb = small and file.thumb_key
    content = context.world().blobs.get(file.thumb_key if thumb else file.key)  # type: ignore[arg-type]
    mime = "image/jpeg" if thumb else file.mime
    inline = bool(thumb) or mime in INLINE_SAFE
    return Response(
        content,
        mimetype=mime if inline else "application/octet-stream",
        headers={
            "Content-Disposition": disposition(file.name, mime, inline),
            "Cache-Control": "private, max-age=3600",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
        },
    )


def _holds(entity: Entity, pk: int, file: File) -> Iterator[bool]:
    """Whether a field of the row holds it, or a path that its page shows; a part of the grants may hide either."""
    own = (file.entity, file.record_id) == (entity.name, pk) and file.field in entity.fields
    asking = context.asking(entity)
    for path in ((file.field,),) if own else _leading(entity, file):
        if asking.shows(path):
            record = context.reader(entity).one(entity, pk, (path,))
            yield record is not None and _stands(record.values[".".join(path)], file)


def _stands(value: Any, file: File) -> bool:
    """Whether it is one of the files of a field, or a picture in its text."""
    if isinstance(value, str):
        return any(uuid == file.uuid for uuid in shown(value))
    return any(held.id == file.id for held in value or ())


def _leading(entity: Entity, file: File) -> Iterator[tuple[str, ...]]:
    """The paths of the entity's page that end in the field of another record where the file stands."""
    for name in sorted(paths_of(entity)):
        path = tuple(name.split("."))
        found = context.world().manifest.walk(entity, path) if len(path) > 1 else None
        if found is not None and (found[0].name, path[-1]) == (file.entity, file.field):
            yield path


def draft(entity: Entity, uuid: str) -> ResponseReturnValue:
    """One's own upload that no record holds yet: a picture of a text, of what else is sent the small picture."""
    require_person()
    file = by_uuid(context.session().connection(), uuid) if len(uuid) == 36 else None
    mine = file is not None and file.record_id is None and file.created_by == context.principal().maker
    if (
        file is None
        or not mine
        or file.thumb_key is None
        or (file.portal, file.entity) != (entity.portal, entity.name)
    ):
        raise missing(context.world(), entity, context.writer().fetch, 0)
    field = entity.fields.get(file.field)
    if isinstance(field, RichtextField) and field.uploads:
        return sent(file)
    headers = {"Cache-Control": "private, max-age=600"}
    return Response(context.world().blobs.get(file.thumb_key), mimetype="image/jpeg", headers=headers)


def upload(entity: Entity, field: str) -> ResponseReturnValue:
    """One file for a field of a form: ``{id, name, url, thumb, size}``, or a sentence."""
    require_person()
    world, who = context.world(), context.principal()
    sent_for(entity, field)
    given = request.files.get("file")
    if given is None:
        raise Refused(say("There is no file in this request"), status=400)
    content = given.stream.read(MOST_BYTES + 1)
    file = take_upload(world, context.session(), who, entity, field, given.filename or "", content)
    context.session().commit()
    return jsonify(answered(entity, file)), 201


def answered(entity: Entity, file: File) -> dict[str, Any]:
    """What is told of an upload. A picture of a text has an address at once, by which the text names it."""
    thumb, rich = draft_url(entity, file), isinstance(entity.fields[file.field], RichtextField)
    return {"id": file.id, "name": file.name, "url": thumb if rich else "", "thumb": thumb, "size": file.size}


def draft_url(entity: Entity, file: File) -> str:
    root = context.principal().pages(entity.portal, entity.name)
    return f"{root}/draft/{file.uuid}" if file.thumb_key else ""
