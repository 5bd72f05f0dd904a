"""The portal hazard_report as its seeds made it: reporters on the phone, agencies at the desk, what each is told."""

from __future__ import annotations

import struct
import zlib
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from tests.pages import Page
from tests.portals.moving import headers
from tests.portals.seeded import seeded as copied
from tests.projects import Browser, Site

PORTAL = "hazard_report"
PHONE = f"/{PORTAL}/m"
TEXT = "消防通道被杂物堵塞，已有多日无人清理。"


def seeded(folder: Path, database: str = "sqlite", **more: Any) -> AbstractContextManager[Site]:
    """The portal as the seeds made it."""
    return copied(PORTAL, folder, database, **more)


def at(entity: str, rest: str = "list/") -> str:
    return f"/{PORTAL}/{entity}/{rest}"


def api(entity: str, rest: str = "") -> str:
    return f"/api/v1/{PORTAL}/{entity}/{rest}"


def seat(site: Site, nickname: str) -> int:
    return int(next(row["id"] for row in site.rows("hr_wechat_user") if row["nickname"] == nickname))


def phone(site: Site, nickname: str) -> Browser:
    """A browser in which this WeChat user has sat down, by the demo's page."""
    browser = site.as_()
    answer = browser.post(f"{PHONE}/sit", {"seat": f"wechat:{seat(site, nickname)}"})
    assert answer.status == 303, answer.text
    return browser


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


def agency(site: Site, account: str) -> int:
    """The organisation of an account."""
    return int(next(row["org"] for row in site.rows("hr_user") if row["account"] == account))


def send(who: Browser, method: str, path: str, **said: Any) -> tuple[int, Any]:
    answer = who.client.open(path, method=method, json=said, headers=headers(who))
    return answer.status_code, answer.get_json()


def do(who: Browser, report: int, code: str, **said: Any) -> tuple[int, Any]:
    """A move of a report over the API."""
    return send(who, "POST", api("hr_report", f"{report}/do/{code}"), **said)


def told(answer: Any) -> list[str]:
    """Every sentence of a refusal."""
    return [str(answer.get("message")), *(s for said in answer.get("errors", {}).values() for s in said)]


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
