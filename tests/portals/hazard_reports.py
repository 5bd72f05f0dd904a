"""The portal hazard_report as its seeds made it: reporters on the phone, agencies at the desk, what each is told."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from tests.pages import Page
from tests.portals import hazard
from tests.portals.hazard import PHONE
from tests.projects import Browser, Site

FOUND = {
    "verify_result": "valid",
    "reward_amount": "300",
    "rectify_days": 7,
    "verify_note": "现场核查属实，七日内清理。",
}
TEXT = "消防通道被杂物堵塞，已有多日无人清理。"


def node(site: Site, entity: str, code: str) -> int:
    """A region or category by its code."""
    row = next(row for row in site.rows(entity) if row["code"] == code)
    return int(row["id"])


def picture(side: int = 1) -> bytes:
    """A picture that is a picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    rows = zlib.compress((b"\0" + b"\x60\x80\xa0" * side) * side)
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def typed(site: Site, browser: Browser, region: str, category: str, **more: Any) -> Page:
    """The answer to the form 我要举报, filled in and sent."""
    photo = browser.file("m/hr_report", "photos", picture())
    values = {
        "title": "疏散通道堵塞",
        "description": TEXT,
        "hazard_region": str(node(site, "hr_region", region)),
        "hazard_address": "示例路8号",
        "category": str(node(site, "hr_category", category)),
        "photos": str(photo),
    }
    return browser.submit(f"{PHONE}/hr_report/add", **{**values, **more})


def reported(site: Site, browser: Browser, region: str, category: str, **more: Any) -> dict[str, Any]:
    """The report that a WeChat user makes by the form."""
    answer = typed(site, browser, region, category, **more)
    assert answer.status == 303, (answer.errors, answer.text[:400])
    return site.row("hr_report", int(answer.location.rpartition("/")[2].partition("?")[0]))


def do(who: Browser, report: int, code: str, **said: Any) -> tuple[int, Any]:
    """A move of a report over the API."""
    return hazard.do(who, "hr_report", report, code, **said)


def delivered(site: Site, event: str, about: int | str = "") -> list[tuple[str, str, str]]:
    """Channel, receiver and words of what was told of an event: of one report, or where the words hold a text."""
    delivery = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        rows = connection.execute(delivery.select().where(delivery.c.event == event).order_by(delivery.c.id))
        found = [(row.channel, row.reader or row.address, row.text, row.about_id) for row in rows]
    return [
        (channel, to, words)
        for channel, to, words, id_ in found
        if (id_ == about if isinstance(about, int) else about in words)
    ]
