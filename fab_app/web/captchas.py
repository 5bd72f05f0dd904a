"""A picture with a few digits, good for one try. The browser's cookie holds no answer, only what proves one.

The cookie is the browser's own and can be sent again, so that a picture was tried is kept in the database, where
every process finds it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC
from typing import Literal

import sqlalchemy as sa
from captcha.image import ImageCaptcha
from flask import Response, current_app, request, session
from sqlalchemy.exc import IntegrityError

from fab_app.config import Settings
from fab_app.web import context

Verdict = Literal["right", "wrong", "expired"]

_KEY = "captcha"


def draw() -> bytes:
    """A new picture (PNG); the cookie keeps its name, when it was drawn and a keyed digest of its answer."""
    answer = "".join(secrets.choice("23456789") for _ in range(4))
    name = secrets.token_hex(16)
    session[_KEY] = [name, _now(), _digest(name, answer)]
    written = ImageCaptcha(width=120, height=40, font_sizes=(30, 34)).generate(answer)
    return bytes(written.getvalue())


def picture() -> Response:
    """A new one at every request."""
    return Response(draw(), mimetype="image/png", headers={"Cache-Control": "no-store"})


def judged(settings: Settings, seconds: int) -> Verdict:
    """Whether the posted answer is that of the last picture; it is used up by being tried.

    Of several tries at once, in any process, one is judged and the others are wrong. The mark is committed here,
    and the request's transaction begun anew.
    """
    kept = session.pop(_KEY, None)
    typed = request.form.get("captcha", "").strip()
    if settings.captcha and hmac.compare_digest(typed.encode(), settings.captcha.encode()):
        return "right"
    if not kept or not typed:
        return "wrong"
    name, drawn, digest = kept
    if not _first(name) or not hmac.compare_digest(digest, _digest(name, typed)):
        return "wrong"
    return "right" if drawn + seconds >= _now() else "expired"


def _first(name: str) -> bool:
    """Whether this is the first try of the picture."""
    database, tried = context.session(), context.world().tables.platform("base_captcha")
    try:
        database.execute(sa.insert(tried).values(name=name, at=context.world().clock.now()))
        database.commit()
    except IntegrityError:
        return False
    finally:
        context.writing()
    return True


def _now() -> int:
    return int(context.world().clock.now().replace(tzinfo=UTC).timestamp())


def _digest(name: str, answer: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{name}:{answer}".encode(), hashlib.sha256).hexdigest()
