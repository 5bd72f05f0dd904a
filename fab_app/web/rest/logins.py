"""JSON Web Tokens for an account and its password: judged as at the door, counted as at the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Response, request
from flask_jwt_extended import create_access_token, create_refresh_token

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime.query import Unreadable
from fab_app.runtime.refusals import change_first
from fab_app.runtime.renewing import ask as ask_version
from fab_app.spec.manifest import BASE
from fab_app.web import admission, context
from fab_app.web.identity import AUTHORISED, stamp_of
from fab_app.web.login import Attempt, authenticate, neutral, remember_success
from fab_app.web.rest.answers import answer, refusal
from fab_app.web.rest.bodies import json_object
from fab_app.web.rest.door import Unknown
from fab_app.web.tokens import STAMP, claims_of

KEYS = frozenset(("username", "password", "provider", "refresh"))


def login() -> Response:
    """200 ``{access_token, refresh_token?}``; 401 with one sentence for unknown and wrong."""
    return _answered(_login)


def refresh() -> Response:
    """A new access token for the refresh token in ``Authorization``."""
    return _answered(_refresh)


def _answered(work: Callable[[], Response]) -> Response:
    session = context.session()
    try:
        response = work()
        session.commit()
    except Refused as refused:
        session.rollback()
        return refusal(refused)
    except BaseException:
        session.rollback()
        raise
    return response


def _login() -> Response:
    name, password, wants_refresh = _asked(json_object())
    session, world = context.session(), context.world()
    ask_version(world, session)
    attempt = Attempt(name, "api", context.address())
    person = authenticate(world, session, attempt, password, None, neutral(world))
    admission.common(person)
    if person.must_change:
        raise Refused(change_first(world, person.portal), status=403)
    remember_success(world, session, person, attempt)
    claims = {STAMP: _stamp(person.id)}
    body = {"access_token": _access(person.id, claims, fresh=True)}
    if wants_refresh:
        body["refresh_token"] = str(create_refresh_token(identity=str(person.id), additional_claims=claims))
    return answer(200, body)


def _access(user: int, claims: dict[str, str], fresh: bool) -> str:
    """It ends with the password it was given for, as the refresh token does."""
    return str(create_access_token(identity=str(user), fresh=fresh, additional_claims=claims))


def _asked(given: dict[str, Any]) -> tuple[str, str, bool]:
    for unknown in given.keys() - KEYS:
        raise Unreadable(say("there is no field '{name}'", name=unknown))
    name, password, wants_refresh = given.get("username"), given.get("password"), given.get("refresh", False)
    texts = isinstance(name, str) and isinstance(password, str) and 0 < len(password) <= 1000
    if not texts or given.get("provider", "db") != "db" or not isinstance(wants_refresh, bool):
        raise Unreadable(say("username and password are needed"))
    return str(name), str(password), wants_refresh


def _refresh() -> Response:
    claims = _claims(request.headers.get("Authorization", ""))
    here, user = context.application(), int(claims["sub"])
    who = here.identities.by_user(here.session, user, "api", context.address())
    stamp = _stamp(user)
    if not who.known or claims.get(STAMP) != stamp:
        raise Unknown(say("The token is not valid or has expired"))
    if who.must_change:
        raise Refused(change_first(here.world, who.portal), status=403)
    return answer(200, {"access_token": _access(user, {STAMP: stamp}, fresh=False)})


def _claims(header: str) -> dict[str, Any]:
    claims = claims_of(header.removeprefix("Bearer ").strip(), "refresh")
    if claims is None:
        raise Unknown(say("The token is not valid or has expired"))
    return claims


def _stamp(user: int) -> str:
    table = context.world().tables.of(f"{BASE}.user").table
    statement = sa.select(table.c.password).where(table.c.id == user)
    return stamp_of(user, context.session().execute(statement, execution_options=AUTHORISED).scalar())
