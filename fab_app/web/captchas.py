"""A picture with a few digits. The answer stays on the server's side of a signed, one-time token."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

from captcha.image import ImageCaptcha
from flask import current_app, request, session

from fab_app.config import Settings

_KEY = "captcha"
_LIFE = 300


def draw() -> bytes:
    """A new picture (PNG); the cookie keeps only a keyed digest of its answer and when it ends."""
    answer = "".join(secrets.choice("23456789") for _ in range(4))
    salt, ends = secrets.token_hex(8), int(time.time()) + _LIFE
    session[_KEY] = [salt, ends, _digest(salt, answer)]
    written = ImageCaptcha(width=120, height=40, font_sizes=(30, 34)).generate(answer)
    return bytes(written.getvalue())


def right(settings: Settings) -> bool:
    """Whether the posted answer is that of the last picture; it is used up by being tried."""
    kept = session.pop(_KEY, None)
    typed = request.form.get("captcha", "").strip()
    if settings.captcha and hmac.compare_digest(typed, settings.captcha):
        return True
    if not kept or not typed or kept[1] < time.time():
        return False
    return hmac.compare_digest(kept[2], _digest(kept[0], typed))


def _digest(salt: str, answer: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{salt}:{answer}".encode(), hashlib.sha256).hexdigest()
