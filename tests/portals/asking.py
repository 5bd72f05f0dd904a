"""How people of any portal ask its API: bodies, uploads, the sentences of a refusal."""

from __future__ import annotations

import io
from typing import Any

from tests.projects import Browser


def headers(who: Browser) -> dict[str, str]:
    who.token = who.token or who.get("/login/").token
    return {"X-CSRFToken": who.token, "Accept-Language": "zh"}


def send(who: Browser, method: str, path: str, **said: Any) -> tuple[int, Any]:
    answer = who.client.open(path, method=method, json=said, headers=headers(who))
    return answer.status_code, answer.get_json()


def uploaded(who: Browser, path: str, content: bytes, name: str) -> int:
    """The id of a file that a field takes."""
    file = {"file": (io.BytesIO(content), name)}
    answer = who.client.post(path, data=file, headers=headers(who), content_type="multipart/form-data")
    assert answer.status_code == 201, answer.get_json()
    return int(answer.get_json()["id"])


def told(answer: Any) -> list[str]:
    """Every sentence of a refusal."""
    return [str(answer.get("message")), *(s for said in answer.get("errors", {}).values() for s in said)]
