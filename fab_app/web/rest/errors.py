"""What goes wrong below ``/api`` outside our own functions: no route, no method, too large, too many, a fault."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing.exceptions import RoutingException

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.web import context
from fab_app.web.rest.answers import answer, refusal

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

Otherwise = Callable[[Exception], ResponseReturnValue]


def install(app: Flask, otherwise: Otherwise | None = None) -> None:
    """JSON errors for every address below ``/api``; ``otherwise`` draws those of the pages.

    A fault of ours is logged by Flask and answered without a word about what is inside.
    """

    def http(error: HTTPException) -> ResponseReturnValue:
        if isinstance(error, RoutingException):
            return error
        if below_api():
            context.session().rollback()
            return told(error)
        return otherwise(error) if otherwise is not None else error

    def refused(error: Refused) -> ResponseReturnValue:
        if below_api() or otherwise is None:
            context.session().rollback()
            return refusal(error)
        return otherwise(error)

    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Refused, refused)


def below_api() -> bool:
    return request.path == "/api" or request.path.startswith("/api/")


def told(error: HTTPException) -> Response:
    code = error.code or 500
    sentence = SENTENCES.get(code) or SENTENCES[500 if code >= 500 else 400]
    kept = {name: value for name, value in error.get_headers() if name in KEPT}
    return answer(code, {"message": say(sentence)}, kept)
