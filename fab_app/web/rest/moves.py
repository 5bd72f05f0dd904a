"""Moves over the API: one record with its dialog's answers, or many with the fate of each."""

from __future__ import annotations

from typing import Any

from flask import Response

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.fields.ref import key_of as id_in
from fab_app.fields.show import zone
from fab_app.runtime.judging import Deadlocked
from fab_app.runtime.moves import fire, permitted
from fab_app.runtime.query import Unreadable
from fab_app.runtime.refusals import forbidden
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.rest.answers import answer
from fab_app.web.rest.bodies import GREATEST, json_object, matched
from fab_app.web.rest.plans import Planner
from fab_app.web.rest.records import after, key_of, tag

MOST = 1000


def one(entity: Entity, planner: Planner, pk: str, code: str) -> Response:
    _allowed(entity, code)
    key = key_of(pk)
    given = json_object()
    version = version_in(entity, given)
    fire(context.writer(), entity, key, code, given, version)
    record = after(entity, planner, key, given)
    return answer(200, {"id": key, "result": record}, tag(entity, record))


def many(entity: Entity, code: str) -> Response:
    """Each record in a savepoint of its own; what one refuses leaves the others."""
    _allowed(entity, code)
    if not all(move.batch for move in entity.moves[code]):
        raise Refused(say("This step is made one record at a time"))
    given = json_object()
    keys = [id_in(raw) for raw in given.pop("ids", None) or ()]
    if not keys or len(keys) > MOST or None in keys:
        raise Unreadable(say("'ids' holds 1 to {most} keys", most=MOST))
    found = [fate(entity, key, code, given) for key in dict.fromkeys(keys) if key is not None]
    done = sum(1 for each in found if each["done"])
    return answer(200, {"done": done, "refused": len(found) - done, "result": found})


def fate(entity: Entity, key: int, code: str, given: dict[str, Any]) -> dict[str, Any]:
    """What became of one record of many."""
    try:
        with context.session().begin_nested():
            fire(context.writer(), entity, key, code, dict(given))
    except Deadlocked:
        raise
    except Refused as refused:
        told = {"id": key, "done": False, "status": refused.status, "message": refused.sentence}
        return {**told, **({"errors": refused.errors} if refused.errors else {})}
    return {"id": key, "done": True}


def version_in(entity: Entity, given: dict[str, Any]) -> int | None:
    raw = given.pop(entity.version, None)
    if raw is None:
        return matched()
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw <= GREATEST:
        raise Unreadable(say("'{name}' is not a version", name=entity.version))
    return raw


def _allowed(entity: Entity, code: str) -> None:
    """The right before the body, as everywhere."""
    who = context.principal()
    if not (who.everything or entity.portal in (who.portal, "base")):
        raise forbidden(context.world(), entity)
    permitted(context.writer(), entity, code)
    zone.set(context.show(entity.portal).zone)
