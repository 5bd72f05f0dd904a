"""Workbooks as people fill them in, and how they are sent."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from tests.projects import Browser, Site

Cells = Sequence[Any]


def book(*rows: Cells, sheet: str = "Sheet1") -> bytes:
    made = openpyxl.Workbook()
    page: Any = made.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(content: bytes) -> list[tuple[Any, ...]]:
    page: Any = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [row for row in page.iter_rows(values_only=True) if any(cell is not None for cell in row)]


def headers(who: Browser) -> dict[str, str]:
    who.token = who.token or who.get("/login/").token
    return {"X-CSRFToken": who.token, "Accept-Language": "zh"}


def send(
    who: Browser, entity: str, content: bytes, portal: str = "shop", name: str = "a.xlsx", **more: Any
) -> tuple[int, Any]:
    """The status and the body of one upload over the API."""
    data = {key: str(value) for key, value in more.items()} | {"file": (io.BytesIO(content), name)}
    answer = who.client.post(
        f"/api/v1/{portal}/{entity}/import",
        data=data,
        headers=headers(who),
        content_type="multipart/form-data",
    )
    return answer.status_code, answer.get_json()


def step(who: Browser, body: Any, verb: str, **more: Any) -> tuple[int, Any]:
    answer = who.client.post(f"{body['url']}/{verb}", data=more, headers=headers(who))
    return answer.status_code, answer.get_json()


def reasons(body: Any) -> list[tuple[int, str, str]]:
    """(row, field, sentence) of all that is wrong."""
    return [(one["row"], one["field"], told) for one in body["errors"] for told in one["reasons"]]


def finished(site: Site, who: Browser, body: Any) -> Any:
    """What came of it when its background work is done."""
    site.here.jobs.drain()
    return who.client.get(body["url"], headers={"Accept-Language": "zh"}).get_json()
