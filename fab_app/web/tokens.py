"""Bearers of the API: JWTs as Flask-AppBuilder issues them, and API keys checked by a fast hash."""

from __future__ import annotations

from flask import g
from flask_jwt_extended import decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from fab_app.access.principal import NOBODY, Principal
from fab_app.web import context

KEY_PREFIX = "sst_"


def bearer(here: context.Application, token: str) -> Principal:
    """The principal of a token; NOBODY (and ``g.bad_token``) where it is wrong, expired or revoked."""
    found = _by_key(here, token) if token.startswith(KEY_PREFIX) else _by_jwt(here, token)
    g.bad_token = not found.known
    return found


def _by_key(here: context.Application, token: str) -> Principal:
    return here.identities.by_key(here.session, token, context.address()) if len(token) < 100 else NOBODY


def _by_jwt(here: context.Application, token: str) -> Principal:
    try:
        claims = decode_token(token)
    except (JWTExtendedException, PyJWTError, ValueError, KeyError):
        return NOBODY
    if claims.get("type") != "access" or not str(claims.get("sub", "")).isdigit():
        return NOBODY
    return here.identities.by_user(here.session, int(claims["sub"]), "api", context.address())
