"""Browsers that are too old to log in with are told so, on the server's side and, where they hide it, on their own."""

from __future__ import annotations

import re

from flask import request

from fab_app.core.words import locale
from fab_app.spec.manifest import Portal
from fab_app.web.pages import Browser

_OLD = re.compile(r"MSIE |Trident/")


def browser(portal: Portal | None) -> Browser | None:
    spec = portal.spec.browsers if portal is not None else None
    if spec is None:
        return None
    hint = spec.hint.of(locale.get()) if spec.hint is not None else ""
    return Browser(hint, spec.old.of(locale.get()), bool(_OLD.search(request.user_agent.string)))
