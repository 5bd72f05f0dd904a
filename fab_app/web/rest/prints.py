"""A document of one record for programs: counted and logged as on screen."""

from __future__ import annotations

from flask import Response

from fab_app.spec.manifest import Entity
from fab_app.web.rest.door import permitted, served
from fab_app.web.rest.records import key_of
from fab_app.web.screens.prints import printing, sent


def one(entity: Entity, pk: str, name: str) -> Response:
    return served(lambda: _one(entity, pk, name))


def _one(entity: Entity, pk: str, name: str) -> Response:
    permitted(entity, "print")
    return sent(printing(entity, name).print([key_of(pk)]), inline=False)
