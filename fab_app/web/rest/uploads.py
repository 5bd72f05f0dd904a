"""Files go up one by one and are then named by their id in the record that holds them."""

from __future__ import annotations

from flask import Response, make_response, request

from fab_app.core.words import say
from fab_app.runtime.query import Unreadable
from fab_app.runtime.uploads import take_upload
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.rest.answers import answer
from fab_app.web.rest.records import key_of
from fab_app.web.screens import files
from fab_app.web.sending import sent_for

ROUND_IT = 64 * 1024
"""Bytes that multipart writes around a file."""


def upload(entity: Entity, name: str) -> Response:
    """201 ``{id, name, url, thumb, size}``; the address of the file is known once a record holds it."""
    most: int = sent_for(entity, name).max_size  # type: ignore[attr-defined]
    request.max_content_length = most + ROUND_IT
    file = request.files.get("file")
    if file is None:
        raise Unreadable(say("There is no file in this request"))
    content = file.stream.read(most + 1)
    who = context.principal()
    kept = take_upload(context.world(), context.session(), who, entity, name, file.filename or "", content)
    return answer(201, {**files.answered(entity, kept), "thumb": ""})


def download(entity: Entity, pk: str, uuid: str) -> Response:
    """The file, where the person may read the record that holds it and the field."""
    return make_response(files.download(entity, key_of(pk), uuid))
