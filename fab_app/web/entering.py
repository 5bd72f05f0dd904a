"""Who has proved who he is gets a session of his own, whatever he proved it by."""

from __future__ import annotations

from flask import make_response, redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from fab_app.web import context
from fab_app.web.identity import COOKIE
from fab_app.web.login import Attempt, Person, remember_success


def entered(person: Person, attempt: Attempt, way: str) -> ResponseReturnValue:
    """A new session's cookie, and the way to an address of ours; nothing of before the login stays."""
    here = context.application()
    remember_success(here.world, here.session, person, attempt)
    key = here.identities.begin(here.session, person.id, context.address(), request.user_agent.string)
    here.session.commit()
    cookie.clear()
    response = make_response(redirect(way, 303))
    response.set_cookie(COOKIE, key, httponly=True, samesite="Lax", secure=not here.settings.demo, path="/")
    return response
