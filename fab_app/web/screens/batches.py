"""One step for many ticked rows: each has its own fate, and each fate is told."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

from flask import redirect, request
from flask.typing import ResponseReturnValue

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.runtime.query import Unreadable
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.notices import go, next_url
from fab_app.web.pages import Ticked
from fab_app.web.screens.access import require
from fab_app.web.screens.fates import tell
from fab_app.web.screens.ticked import rule_of
from fab_app.web.shell import list_url

MOST = 1000


def delete(entity: Entity) -> ResponseReturnValue:
    """Deletes those of the ticked rows that may be deleted, each in a savepoint of its own."""
    require(entity, "delete")
    done, refused = 0, list[tuple[int, Refused]]()
    for key in ids(rule_of(entity, "delete").none):
        try:
            with context.session().begin_nested():
                context.writer().delete(entity, key)
            done += 1
        except Refused as refusal:
            refused.append((key, refusal))
    context.session().commit()
    good = say("{count} {label} deleted", count=done, label=entity.spec.label.of(locale.get()))
    tell(entity, done, refused, good)
    return go(next_url(list_url(entity)))


def export(entity: Entity) -> ResponseReturnValue:
    """The ticked rows as a workbook: the API's own export under the same rows and rights."""
    require(entity, "export")
    wanted = ",".join(str(key) for key in ids())
    q = f"(filters:!((col:id,opr:in,value:!({wanted}))))"
    return redirect(f"/api/v1/{entity.portal}/{entity.name}/export.xlsx?q={q}")


def edit(entity: Entity) -> ResponseReturnValue:
    """The form of the one ticked row."""
    return _one(entity, "edit")


def show(entity: Entity) -> ResponseReturnValue:
    return _one(entity, "show")


def _one(entity: Entity, step: Literal["edit", "show"]) -> ResponseReturnValue:
    require(entity, {"show": "read"}.get(step, step))
    key = only(rule_of(entity, step))
    back = next_url(list_url(entity))
    return redirect(f"/{entity.portal}/{entity.name}/{step}/{key}?{urlencode({'next': back})}")


def only(rule: Ticked) -> int:
    """The key of the ticked row, where it is one."""
    keys = ids(rule.none)
    if len(keys) > 1:
        raise Refused(rule.many)
    return keys[0]


def ids(none: str = "") -> list[int]:
    given = request.values.getlist("ids")
    if not given and none:
        raise Unreadable(none)
    if not given or len(given) > MOST or not all(text.isdecimal() and len(text) < 18 for text in given):
        raise Unreadable(say("Tick 1 to {most} rows", most=MOST))
    return list(dict.fromkeys(int(text) for text in given))
