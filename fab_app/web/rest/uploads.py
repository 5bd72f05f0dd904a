"""Files go up one by one and are then named by their id in the record that holds them."""

from __future__ import annotations

from flask import Response, make_response, request

from fab_app.core.words import say
from fab_app.fields.file import Uploads
from fab_app.fields.table import TableField
from fab_app.runtime.judging import NotFound, writable_fields
from fab_app.runtime.moves import asked_by_move
from fab_app.runtime.query import Unreadable
from fab_app.runtime.uploads import take_upload
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.rest.answers import answer
from fab_app.web.rest.door import permitted
from fab_app.web.rest.records import key_of
from fab_app.web.screens import files

ROUND_IT = 64 * 1024
"""Bytes that multipart writes around a file."""


def upload(entity: Entity, name: str) -> Response:
    """201 ``{id, name, url, thumb, size}``; the address of the file is known once a record holds it."""
    moved = asked_by_move(context.world(), context.principal(), entity, name)
    if not moved:
        _permitted(entity)
    field = _field(entity, name, moved)
    request.max_content_length = field.max_size + ROUND_IT
    file = request.files.get("file")
    if file is None:
        raise Unreadable(say("There is no file in this request"))
    content = file.stream.read(field.max_size + 1)
    who = context.principal()
    kept = take_upload(context.world(), context.session(), who, entity, name, file.filename or "", content)
    return answer(201, {"id": kept.id, "name": kept.name, "url": "", "thumb": "", "size": kept.size})


def download(entity: Entity, pk: str, uuid: str) -> Response:
    """The file, where the person may read the record that holds it and the field."""
    return make_response(files.download(entity, key_of(pk), uuid))


def _field(entity: Entity, name: str, moved: bool) -> Uploads:
    field = entity.fields.get(name)
    policy = context.world().grants.fields(context.principal(), entity.key)
    writable = writable_fields(entity, policy.hidden, policy.readonly)
    if not isinstance(field, Uploads) or not (moved or name in writable):
        raise NotFound(say("There is no such address"))
    return field


def _permitted(entity: Entity) -> None:
    """Who may add or change the record, or a record that it is a child row of."""
    world, who = context.world(), context.principal()
    for parent in world.manifest.of_portal(entity.portal):
        for field in parent.fields.values():
            within = (
                isinstance(field, TableField) and world.manifest.entity(parent.portal, field.of) is entity
            )
            if within and any(world.grants.may(who, parent.key, action) for action in ("add", "edit")):
                permitted(parent, "add", "edit")
                return
    permitted(entity, "add", "edit")
