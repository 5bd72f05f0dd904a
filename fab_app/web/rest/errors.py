"""What goes wrong below ``/api`` before our own functions are reached: no route, no method, too many."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import HTTPException

from fab_app.core.words import say
from fab_app.web.rest.answers import answer

SENTENCES = {
    400: "The request cannot be read",
    401: "Log in first",
    403: "You may not do this",
    404: "There is no such address",
    405: "This cannot be done at this address",
    408: "The request took too long",
    413: "The request is too large",
    414: "The address is too long",
    415: "This kind of content is not read here",
    429: "Too many requests, try again later",
    500: "Something went wrong on our side",
}
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


def below_api() -> bool:
    return request.path == "/api" or request.path.startswith("/api/")


def told(error: HTTPException) -> Response:
    """JSON for an error of HTTP, with the headers that belong to its status."""
    code = error.code or 500
    sentence = SENTENCES.get(code) or SENTENCES[500 if code >= 500 else 400]
    kept = {name: value for name, value in error.get_headers() if name in KEPT}
    return answer(code, {"message": say(sentence)}, kept)
