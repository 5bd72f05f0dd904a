"""Documents: first looked at with a word across them, then printed or kept, which is counted and logged."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from fab_app.core.words import locale, say
from fab_app.runtime.judging import NotFound
from fab_app.runtime.prints.later import later
from fab_app.runtime.prints.printing import MOST, Printed, Printing
from fab_app.runtime.query import Unreadable
from fab_app.spec.manifest import Entity
from fab_app.store.blobs import disposition
from fab_app.web import context
from fab_app.web.notices import go, leave_toast
from fab_app.web.pages import Crumb
from fab_app.web.pages.prints import PrintPage
from fab_app.web.screens.access import require
from fab_app.web.screens.buttons import root
from fab_app.web.shell import list_url, shell_of

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def printing(entity: Entity, name: str) -> Printing:
    """The print of that name for who asks."""
    spec = context.world().manifest.printed(entity).get(name)
    if spec is None:
        raise NotFound(say("There is no such print"))
    return Printing(context.reader(entity), context.writer(), entity, name, spec)


def one(entity: Entity, name: str, pk: int) -> ResponseReturnValue:
    return _answer(entity, name, [pk], f"{root(entity)}/print/{name}/{pk}", ())


def several(entity: Entity, name: str) -> ResponseReturnValue:
    require(entity, "print")
    keys = _ids()
    return _answer(entity, name, keys, f"{root(entity)}/print/{name}", tuple(str(key) for key in keys))


def _answer(
    entity: Entity, name: str, keys: list[int], url: str, ids: tuple[str, ...]
) -> ResponseReturnValue:
    require(entity, "print")
    work = printing(entity, name)
    at_once = work.spec.at_once
    if request.method == "POST" and len(keys) > at_once:
        run = later(work, keys)
        context.session().commit()
        leave_toast("good", say("The document is being made: it stands here when it is ready"))
        return go(f"/{entity.portal}/jobs/{run}")
    if request.method == "POST":
        printed = work.print(keys)
        context.session().commit()
        return sent(printed, inline="download" not in request.form)
    if "pdf" in request.args:
        return sent(work.preview(keys[:at_once]), inline=True)
    title = work.title(keys)
    label = work.spec.label.of(locale.get())
    frame = f"{url}?{urlencode([('pdf', '1'), *(('ids', key) for key in ids[:at_once])])}"
    back = f"{root(entity)}/show/{keys[0]}" if len(keys) == 1 else list_url(entity)
    shell = shell_of(entity.portal, (Crumb(title, back), Crumb(label)), list_url(entity))
    page = PrintPage(shell, label, title, url, frame, back, ids, _later(len(keys), at_once))
    return render_template("print.html", page=page)


def _later(count: int, at_once: int) -> tuple[str, str]:
    if count <= at_once:
        return "", ""
    note = say(
        "The draft shows the first {first} of {count}. The document is made as background work, where you follow it"
        " and get the file.",
        first=at_once,
        count=count,
    )
    return say("Print {count} records", count=count), note


def sent(printed: Printed, inline: bool) -> Response:
    """A PDF that may be looked at within our own pages and does nothing by itself."""
    headers = {
        "Content-Disposition": disposition(printed.name, "application/pdf", inline),
        "Cache-Control": "no-store",
        "X-Frame-Options": "SAMEORIGIN",
        "Content-Security-Policy": POLICY,
    }
    return Response(printed.content, mimetype="application/pdf", headers=headers)


def _ids() -> list[int]:
    given = request.values.getlist("ids")
    if not 0 < len(given) <= MOST or not all(text.isdecimal() and len(text) < 18 for text in given):
        raise Unreadable(say("Tick 1 to {most} rows", most=MOST))
    return list(dict.fromkeys(int(text) for text in given))
