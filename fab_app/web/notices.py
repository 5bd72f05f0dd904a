"""What is said after a redirect, and where one goes then."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, redirect, request, session
from flask.typing import ResponseReturnValue

from fab_app.web.pages import Toast

_KEY = "toasts"


def leave_toast(kind: str, text: str, detail: str = "") -> None:
    """A sentence for the next page this browser opens."""
    session[_KEY] = [*session.get(_KEY, []), [kind, text[:300], detail]][-3:]


def take_toasts() -> tuple[Toast, ...]:
    found = session.pop(_KEY, []) if _KEY in session else []
    return tuple(Toast(str(kind), str(text), str(detail)) for kind, text, detail in found)


def go(url: str) -> ResponseReturnValue:
    """After a good write: a redirect, which htmx is told to follow as a whole page."""
    if "HX-Request" in request.headers:
        return Response("", 204, {"HX-Redirect": url})
    return redirect(url, 303)


def next_url(otherwise: str) -> str:
    """Where the person wanted to go, if that is an address of ours; never another host."""
    wanted = request.values.get("next", "")
    return wanted if is_ours(wanted) else otherwise


def is_ours(address: str) -> bool:
    if not address.startswith("/") or address.startswith(("//", "/\\")) or len(address) > 2000:
        return False
    if any(ord(char) < 33 or char == "\\" for char in address):
        return False
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc
