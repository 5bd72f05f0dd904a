"""The form cookie and the token of forms in it: what is signed for every page is prepared once."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, current_app, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer

TOKEN = "csrf_token"  # noqa: S105 - the name that Flask-WTF gives it
_SALT = "wtf-csrf-token"


class FormCookie(SecureCookieSessionInterface):
    """Flask's own, with its serializer made once."""

    def __init__(self) -> None:
        self._made: dict[int, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if id(app) not in self._made:
            self._made[id(app)] = super().get_signing_serializer(app)
        return self._made[id(app)]


def csrf_token() -> str:
    """As Flask-WTF gives it: tokens do not run out here, so one is signed once for each cookie."""
    raw = session.get(TOKEN)
    return _signed(str(current_app.secret_key), raw) if isinstance(raw, str) else generate_csrf()


@lru_cache(maxsize=4096)
def _signed(secret: str, raw: str) -> str:
    return str(URLSafeTimedSerializer(secret, salt=_SALT).dumps(raw))
