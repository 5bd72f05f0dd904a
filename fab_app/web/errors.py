"""Refusals as pages: what happened, what to do next, nothing of the inside."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import quote

from flask import Flask, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from fab_app.access.guard import Unguarded
from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.store.engine import contended
from fab_app.web import confined, context
from fab_app.web.pages import Action, ErrorPage, Shell
from fab_app.web.refused import note
from fab_app.web.rest.errors import below_api, told
from fab_app.web.screens.access import ChangeNeeded, LoginNeeded
from fab_app.web.seats import place_of
from fab_app.web.shell import shell_of

log = logging.getLogger(__name__)
_TITLES = {
    400: "The request cannot be read",
    403: "You may not do this",
    404: "There is nothing here",
    405: "This cannot be done this way",
    409: "Someone was faster",
    413: "The upload is too large",
    415: "This kind of file is not allowed",
    422: "That was not done",
    429: "Too many requests",
    500: "Something went wrong on our side",
}


def install(app: Flask) -> None:
    app.register_error_handler(LoginNeeded, login_needed)
    app.register_error_handler(ChangeNeeded, change_needed)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, csrf)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(DBAPIError, database)
    app.register_error_handler(Exception, crash)


def login_needed(refusal: LoginNeeded) -> ResponseReturnValue:
    where = (
        request.full_path.rstrip("?")
        if request.method == "GET" and "HX-Request" not in request.headers
        else ""
    )
    place = place_of(context.world(), request.path)
    if place is not None:
        return _go(f"{place.root}/")
    target = "/login/" + (f"?next={quote(where)}" if where and where != "/" else "")
    return _go(target)


def change_needed(refusal: ChangeNeeded) -> ResponseReturnValue:
    return _go(f"/{context.principal().portal or 'base'}/password")


def refused(refusal: Refused) -> ResponseReturnValue:
    note(refusal)
    if refusal.status == 403 and (led := confined.instead()):
        return redirect(led)
    return page(refusal.status, refusal.sentence)


def csrf(error: CSRFError) -> ResponseReturnValue:
    return page(400, say("This page was open too long. Go back, load it again and repeat the step."))


def http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    if below_api():
        return told(error)
    drawn = page(error.code or 500, "")
    if error.code == 429:
        drawn.headers.extend(pair for pair in error.get_headers() if pair[0] == "Retry-After")
    return drawn


def database(error: DBAPIError) -> ResponseReturnValue:
    """A deadlock or a lock that others held too long is nobody's mistake: nothing was stored, the same again may."""
    if not contended(error):
        return crash(error)
    log.warning("contention at %s %s: %s", request.method, request.path, error.orig)
    return page(409, say("Others were writing at the same moment. Nothing was stored. Do it again."))


def crash(error: Exception) -> ResponseReturnValue:
    """Ours: logged with a number that the person may quote."""
    number = secrets.token_hex(4).upper()
    log.error("error %s at %s %s", number, request.method, request.path, exc_info=error)
    context.session().rollback()
    return page(
        500, say("Nothing was stored. Try again; if it stays, tell the number to your administrator."), number
    )


def page(status: int, text: str, number: str = "") -> Response:
    context.session().rollback()
    title = say(_TITLES.get(status, _TITLES[400 if status < 500 else 500]))
    if request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json" or _is_part():
        return _json(status, text or title)
    if status == 403 and text:
        title, text = text, ""  # the reason itself, not two sentences that say the same
    actions = (Action(say("To the home page"), f"{context.principal().root}/", "home", "primary"),)
    shell = _shell(status)
    drawn = render_template(
        "error.html", page=ErrorPage(str(status), title, text, actions, shell, number=number)
    )
    return make_response(drawn, status)


def _json(status: int, message: str) -> Response:
    from flask import jsonify

    return make_response(jsonify(message=message), status)


def _is_part() -> bool:
    return request.endpoint is not None and request.endpoint.rpartition(".")[2] in ("options", "upload")


def _shell(status: int) -> Shell | None:
    who = context.principal()
    portal = request.path.strip("/").split("/")[0]
    if status >= 500 or not who.known or portal not in context.world().manifest.portals:
        return None
    if not who.everything and who.portal != portal:
        return None
    try:
        return shell_of(portal)
    except (LookupError, Unguarded):
        return None


def _go(target: str) -> ResponseReturnValue:
    if "HX-Request" in request.headers:
        return Response("", 401, {"HX-Redirect": target})
    return redirect(target)
