"""One request to another side's HTTP interface: JSON back, every failure told as Undelivered."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from fab_app.channels.base import Undelivered

MOST = 65_536
"""Bytes of an answer that are read."""


def ask(
    url: str, content: bytes | None = None, headers: Mapping[str, str] | None = None, timeout: float = 10
) -> dict[str, Any]:
    """GET, or POST where there is a content. A refusal for good (4xx but 408 and 429) is not tried again."""
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    asked = Request(url, data=content, headers=dict(headers or {}))  # noqa: S310 - from the settings
    try:
        with urlopen(asked, timeout=timeout) as answer:  # noqa: S310
            return _read(answer.read(MOST))
    except HTTPError as error:
        error.close()
        again = error.code >= 500 or error.code in (408, 429)
        raise Undelivered(f"the other side answers {error.code}", again) from None
    except (OSError, ValueError) as error:
        raise Undelivered(f"the other side cannot be reached: {type(error).__name__}") from None


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def form(values: Mapping[str, Any]) -> bytes:
    """As a form posts it; what is not a text goes as JSON."""
    from urllib.parse import urlencode

    flat = {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in values.items()
    }
    return urlencode(flat).encode()


def signed(content: bytes, secret: str) -> dict[str, str]:
    """Headers by which the other side knows the sender; none without a secret. The time is the real one."""
    if not secret:
        return {}
    stamp = str(int(time.time()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"\n" + content, hashlib.sha256).hexdigest()
    return {"X-Timestamp": stamp, "X-Signature": digest}
