"""The one record of a single-record page: its form where it may be edited, else what stands in it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import redirect
from flask.typing import ResponseReturnValue

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime import moves
from fab_app.runtime.judging import Conflict, Forbidden, NotFound
from fab_app.runtime.query import Query
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.screens import buttons, forms, records
from fab_app.web.screens.access import require
from fab_app.web.shell import mine_url


def mine(entity: Entity) -> ResponseReturnValue:
    """One's own record; where there is none yet the form that makes it, for who may make one."""
    require(entity, "read")
    here, key = mine_url(entity), own(entity)
    if key is None:
        if not context.world().grants.may(context.principal(), entity.key, "add"):
            raise NotFound(say("There is no such record"))
        return forms.add(entity, here)
    if asked := _asked(entity, key):
        return redirect(f"{buttons.root(entity)}/do/{asked}/{key}?{urlencode({'next': here})}")
    try:
        return forms.edit(entity, key, here)
    except (Forbidden, Conflict):
        return records.show(entity, key)


def _asked(entity: Entity, key: int) -> str:
    """The first of the moves that stand for the form which the person can make now."""
    assert entity.spec.single is not None
    writer = context.writer()
    for code in entity.spec.single.moves:
        try:
            moves.opened(writer, entity, key, code)
        except Refused:
            continue
        return code
    return ""


def own(entity: Entity) -> int | None:
    """The key of the person's own record, the oldest where there should be one and are several."""
    assert entity.spec.single is not None
    found = context.reader(entity).rows(entity, Query(also=(entity.spec.single.where,), size=1))
    return found[0].id if found else None
