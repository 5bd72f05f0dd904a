"""A picture with a few digits. The answer stays on the server's side of a signed, one-time token."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from typing import Literal

from captcha.image import ImageCaptcha
from flask import Response, current_app, request, session

from fab_app.config import Settings

Verdict = Literal["right", "wrong", "expired"]

_KEY = "captcha"


def draw() -> bytes:
    """A new picture (PNG); the cookie keeps only a keyed digest of its answer and when it was drawn."""
    answer = "".join(secrets.choice("23456789") for _ in range(4))
    salt, drawn = secrets.token_hex(8), int(time.time())
    session[_KEY] = [salt, drawn, _digest(salt, answer)]
    written = ImageCaptcha(width=120, height=40, font_sizes=(30, 34)).generate(answer)
    return bytes(written.getvalue())


def picture() -> Response:
    """A new one at every request."""
    return Response(draw(), mimetype="image/png", headers={"Cache-Control": "no-store"})


def judged(settings: Settings, seconds: int) -> Verdict:
    """Whether the posted answer is that of the last picture; it is used up by being tried."""
    kept = session.pop(_KEY, None)
    typed = request.form.get("captcha", "").strip()
    if settings.captcha and hmac.compare_digest(typed.encode(), settings.captcha.encode()):
        return "right"
    if not kept or not typed or not hmac.compare_digest(kept[2], _digest(kept[0], typed)):
        return "wrong"
    return "right" if kept[1] + seconds >= time.time() else "expired"


def _digest(salt: str, answer: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{salt}:{answer}".encode(), hashlib.sha256).hexdigest()
