"""Bearers of the API: JWTs as Flask-AppBuilder issues them, and API keys checked by a fast hash."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_jwt_extended.config import config
from jwt import decode
from jwt.exceptions import PyJWTError

from fab_app.access.principal import NOBODY, Principal
from fab_app.web import context

KEY_PREFIX = "sst_"
STAMP = "stamp"
"""The claim of a token that ends with the password it was given for."""


def bearer(here: context.Application, token: str) -> Principal:
    """The principal of a token; NOBODY (and ``g.bad_token``) where it is wrong, expired or revoked."""
    found = _by_key(here, token) if token.startswith(KEY_PREFIX) else _by_jwt(here, token)
    g.bad_token = not found.known
    return found


def _by_key(here: context.Application, token: str) -> Principal:
    return here.identities.by_key(here.session, token, context.address()) if len(token) < 100 else NOBODY


def _by_jwt(here: context.Application, token: str) -> Principal:
    claims = claims_of(token, "access")
    if claims is None:
        return NOBODY
    stamp = str(claims.get(STAMP, ""))
    return here.identities.by_user(here.session, int(claims["sub"]), "api", context.address(), stamp)


def claims_of(token: str, kind: str) -> dict[str, Any] | None:
    """What a token of this kind says that we signed and that has not expired, ``sub`` being a key; else None.

    Flask-JWT-Extended takes a token apart three times over; what it would judge is judged here in one go.
    """
    try:
        claims: dict[str, Any] = decode(
            token, config.decode_key, algorithms=[config.algorithm], options={"require": ["exp", "sub"]}
        )
    except (PyJWTError, ValueError):
        return None
    known = str(claims["sub"])
    is_key = known.isascii() and known.isdecimal() and len(known) < 19
    return claims if is_key and claims.get("type") == kind else None
