"""The dialog that asks why a masked value is wanted, and what it tells; the same over the API."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.fields.faces import Cell, Widget
from fab_app.runtime.query import Unreadable
from fab_app.runtime.unmasking import LONGEST, REASON, seek, unmaskable, unmasked
from fab_app.spec.manifest import Entity, Manifest
from fab_app.web import context
from fab_app.web.pages import Dialog, FormField, Shell
from fab_app.web.pages.detail import DetailItem
from fab_app.web.rest.answers import answer
from fab_app.web.rest.bodies import json_object
from fab_app.web.rest.door import served
from fab_app.web.rest.records import key_of
from fab_app.web.screens.access import require_person
from fab_app.web.screens.view import PK
from fab_app.web.shell import shell_of


def install(app: Flask, manifest: Manifest) -> None:
    """Addresses for those entities alone of which some role may unmask values."""
    app.extensions["csrf"].exempt(told)  # as of all of the API: ``served`` asks a cookie for the page's token
    for entity in unmaskable(manifest):
        name = f"{entity.key}.unmask"
        screen = f"/{entity.portal}/{entity.name}/unmask/{PK}/<field>"
        app.add_url_rule(screen, name, _of(entity, dialog), methods=["GET", "POST"])
        api = f"/api/v1/{entity.portal}/{entity.name}/<pk>/unmask/<field>"
        app.add_url_rule(api, f"{name}.api", _of(entity, told), methods=["POST"])


def _of(entity: Entity, page: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    @wraps(page)
    def view(**place: Any) -> ResponseReturnValue:
        return page(entity, **place)

    return view


def url(entity: Entity, pk: int, field: str) -> str:
    return f"/{entity.portal}/{entity.name}/unmask/{pk}/{field}"


def dialog(entity: Entity, pk: int, field: str) -> ResponseReturnValue:
    require_person()
    reader, writer = context.reader(entity), context.writer()
    if request.method != "POST":
        seek(reader, writer, entity, pk, field)
        return _dialog(entity, pk, field)
    try:
        value = unmasked(reader, writer, entity, pk, field, request.form.get(REASON, ""))
    except Refused as refusal:
        if REASON not in refusal.errors:
            raise
        context.session().rollback()
        return _dialog(entity, pk, field, refusal.errors[REASON][0])
    context.session().commit()
    cell = Cell("text", entity.fields[field].text(value, reader.show))
    item = DetailItem(entity.fields[field].label.of(locale.get()), cell)
    page = Dialog(
        _title(entity, field), "", shell=_shell(entity), cancel_url=_back(entity, pk), subject=(item,)
    )
    return render_template("unmasked.html", page=page)


def told(entity: Entity, pk: str, field: str) -> Response:
    return served(lambda: _told(entity, key_of(pk), field))


def _told(entity: Entity, pk: int, field: str) -> Response:
    given = json_object()
    for unknown in given.keys() - {REASON}:
        raise Unreadable(say("there is no field '{name}'", name=unknown))
    value = unmasked(
        context.reader(entity), context.writer(), entity, pk, field, str(given.get(REASON) or "")
    )
    return answer(200, {"id": pk, "result": {field: entity.fields[field].to_api(value)}})


def _dialog(entity: Entity, pk: int, field: str, error: str = "") -> Response:
    asked = FormField(
        REASON,
        say("Reason"),
        Widget("textarea", {"maxlength": str(LONGEST), "rows": "3"}),
        values=(request.form.get(REASON, ""),),
        required=True,
        errors=(error,) if error else (),
        span=12,
    )
    page = Dialog(
        _title(entity, field),
        url(entity, pk, field),
        fields=(asked,),
        submit=say("Show the value"),
        shell=_shell(entity),
        cancel_url=_back(entity, pk),
        note=say("Who looks at it and why stands in the log."),
        errors=((asked.key, error),) if error else (),
    )
    return make_response(render_template("dialog.html", page=page), 422 if error else 200)


def _title(entity: Entity, field: str) -> str:
    return say("Show {label}", label=entity.fields[field].label.of(locale.get()))


def _back(entity: Entity, pk: int) -> str:
    return f"/{entity.portal}/{entity.name}/show/{pk}"


def _shell(entity: Entity) -> Shell | None:
    return None if "HX-Request" in request.headers else shell_of(entity.portal)
