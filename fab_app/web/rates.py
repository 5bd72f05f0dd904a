"""How often one address may knock: shared by all processes over Redis where there is one, else counted by each."""

from __future__ import annotations

import logging
import math
import re
import time
from functools import partial

from flask import Flask, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from fab_app.config import Settings
from fab_app.core.words import locale as reading
from fab_app.web import context
from fab_app.web.counts import Counts
from fab_app.web.identity import COOKIE
from fab_app.web.seats import COOKIES as SEAT_COOKIES

log = logging.getLogger(__name__)

_DOOR = re.compile(r"/login/|/[a-z_0-9]+/entry/[a-z_0-9]+/|/api/v1/security/(login|refresh)")
_CODE = re.compile(r"/[a-z_0-9]+/(forgotten/(new)?|password/code)")
_SEAT = re.compile(r"/[^/]+/m/(2/)?(sit|(in|back)/[^/]+)")
_REGISTER = re.compile(r"/[a-z_0-9]+/register/")
_UPLOAD = re.compile(r"/[a-z_0-9]+/register/upload/\w+")
_FREE = re.compile(r"/[a-z_0-9]+/register/free")
_PROVIDER = re.compile(r"/[a-z_0-9]+/oidc/[a-z_0-9]+/(back)?")
_NEVER = ("/static/", "/health")


class Rates:
    """Counts requests by kind and address. A Redis that does not answer is missed by nobody: memory counts then."""

    def __init__(self, settings: Settings) -> None:
        self.items: dict[str, RateLimitItem] = {kind: parse(rate) for kind, rate in settings.rates.items()}
        self.alone = FixedWindowRateLimiter(Counts())
        self.shared = (
            FixedWindowRateLimiter(_storage(settings.redis_url)) if settings.redis_url else self.alone
        )

    def hit(self, kind: str, address: str) -> int:
        """0 where the request may go on, else the seconds to wait."""
        try:
            return self._hit(self.shared, kind, address)
        except StorageError as error:
            log.warning("rates are counted by this process alone: %s", error)
            return self._hit(self.alone, kind, address)

    def _hit(self, limiter: FixedWindowRateLimiter, kind: str, address: str) -> int:
        item = self.items[kind]
        if limiter.hit(item, "fab_app", kind, address):
            return 0
        ends = limiter.get_window_stats(item, "fab_app", kind, address).reset_time
        return max(1, math.ceil(ends - time.time()))


def install(app: Flask, settings: Settings) -> None:
    app.before_request(partial(_check, Rates(settings)))


def _check(rates: Rates) -> None:
    has_cookie = any(name in request.cookies for name in (COOKIE, *SEAT_COOKIES))
    kind = kind_of(request.path, request.method, has_cookie)
    wait = rates.hit(kind, request.remote_addr or "") if kind else 0
    if wait:
        reading.set(context.language())
        raise TooManyRequests(retry_after=wait)


def kind_of(path: str, method: str, has_cookie: bool) -> str:
    """Which limit holds for a request; "" is none: pages of people who are logged in."""
    if path == "/captcha":
        return "captcha"
    if method == "POST" and _DOOR.fullmatch(path):
        return "login"
    if _PROVIDER.fullmatch(path) or _SEAT.fullmatch(path):
        return "login"
    if method == "POST" and _CODE.fullmatch(path):
        return "code"
    if _FREE.fullmatch(path) or (method == "POST" and _REGISTER.fullmatch(path)):
        return "register"
    if _UPLOAD.fullmatch(path):
        return "upload"
    if path.startswith("/api/"):
        return "api"
    return "" if has_cookie or path.startswith(_NEVER) else "public"


def _storage(url: str) -> Storage:
    found = storage_from_string(url, wrap_exceptions=True)
    assert isinstance(found, Storage)
    return found
