"""One step for many ticked rows: each has its own fate, and each fate is told."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.runtime.query import Unreadable
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.notices import go, leave_toast, next_url
from fab_app.web.screens.access import require
from fab_app.web.shell import list_url

MOST = 1000


def delete(entity: Entity) -> ResponseReturnValue:
    """Deletes those of the ticked rows that may be deleted, each in a savepoint of its own."""
    require(entity, "delete")
    done, refusals = 0, []
    for key in ids():
        try:
            with context.session().begin_nested():
                context.writer().delete(entity, key)
            done += 1
        except Refused as refusal:
            refusals.append(refusal.sentence)
    context.session().commit()
    if done:
        leave_toast(
            "good", say("{count} {label} deleted", count=done, label=entity.spec.label.of(locale.get()))
        )
    for sentence in sorted(set(refusals))[:2]:
        leave_toast("bad", say("{count} not deleted: {why}", count=refusals.count(sentence), why=sentence))
    return go(next_url(list_url(entity)))


def export(entity: Entity) -> ResponseReturnValue:
    """The ticked rows as a workbook: the API's own export under the same rows and rights."""
    require(entity, "export")
    wanted = ",".join(str(key) for key in ids())
    q = f"(filters:!((col:id,opr:in,value:!({wanted}))))"
    return redirect(f"/api/v1/{entity.portal}/{entity.name}/export.xlsx?q={q}")


def ids() -> list[int]:
    given = request.values.getlist("ids")
    if not given or len(given) > MOST or not all(text.isdigit() and len(text) < 18 for text in given):
        raise Unreadable(say("Tick 1 to {most} rows", most=MOST))
    return list(dict.fromkeys(int(text) for text in given))
