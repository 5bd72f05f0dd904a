"""Answers of the API: JSON always, ``{message}`` or ``{message, errors}`` where something was refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response

from fab_app.core.problems import Refused

JSON = "application/json"
_CODED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode


def coded(value: Any) -> str:
    return _CODED(value)


def answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    return written(status, coded(body), headers)


def written(status: int, body: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer whose JSON text is already there."""
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, mimetype=JSON)


def refusal(refused: Refused) -> Response:
    body: dict[str, Any] = {"message": refused.sentence}
    if refused.errors:
        body["errors"] = refused.errors
    headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None
    return answer(refused.status, body, headers)
