"""The portal intermediary: its document as it stands, its definitions, and how people use it."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

from fab_app.fields.uscc import check_character
from tests.portals.asking import uploaded
from tests.portals.seeded import seeded as copied
from tests.projects import PDF, PNG, Browser, Site

HOME = Path(__file__).parents[2]
PORTAL = "intermediary"
CODE = "91330800X00000909"
"""Of no agency; its last sign is missing."""
BOTH = ("sqlite", "postgresql")
DOCUMENT = HOME / "docs" / "requirements" / "intermediary.md"
_HEAD = re.compile(r"^### 3\.\d+ `(\w+)`")
_ROW = re.compile(r"^\| ([a-z_]+(?:[,/] ?[a-z_ ]+)*) \| ([^|]*) \|")


def seeded(folder: Path, database: str = "sqlite", **more: Any) -> AbstractContextManager[Site]:
    """The portal as the seeds made it."""
    return copied(PORTAL, folder, database, **more)


@cache
def tables() -> dict[str, dict[str, str]]:
    """Entity -> field code -> Chinese label ("" where a row holds several codes), as section 3 writes them."""
    found: dict[str, dict[str, str]] = {}
    entity = ""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        head, row = _HEAD.match(line), _ROW.match(line)
        if line.startswith("#"):
            entity = head[1] if head else ""
        elif entity and row and row[1] not in ("code", "setting key"):
            codes = [code.strip() for code in re.split(r"[,/]", row[1])]
            labels = [label.strip() for label in row[2].split(",")]
            alike = labels if len(labels) == len(codes) else [""] * len(codes)
            found.setdefault(entity, {}).update(zip(codes, alike, strict=True))
    return found


@cache
def codes() -> dict[str, list[str]]:
    """Dictionary -> its codes, as section 3.15 writes them."""
    found: dict[str, list[str]] = {}
    part = DOCUMENT.read_text(encoding="utf-8").split("### 3.15")[1].split("## 4.")[0]
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and "·" in line and len(cells) == 2:
            names = [name.split()[0] for name in cells[0].split(" / ")]
            for name, options in zip(names, cells[1].split(" / "), strict=False):
                found[name] = [option.split()[0] for option in options.split("·")]
    return found


def at(entity: str, rest: str = "list/") -> str:
    return f"/{PORTAL}/{entity}/{rest}"


def api(entity: str, rest: str = "") -> str:
    return f"/api/v1/{PORTAL}/{entity}/{rest}"


def key(site: Site, entity: str, **values: object) -> int:
    return next(
        int(row["id"])
        for row in site.rows(entity)
        if row.get("portal", PORTAL) == PORTAL  # regions of other portals have the same names
        and all(row[site.entity(entity).columns[name]] == value for name, value in values.items())
    )


def agency(site: Site, account: str) -> int:
    return int(next(row["org"] for row in site.rows("im_user") if row["account"] == account))


def upload(who: Browser, entity: str, field: str, content: bytes = PNG, name: str = "a.png") -> int:
    return uploaded(who, api(entity, f"upload/{field}"), content, name)


def delivered(site: Site, event: str, about: str = "") -> list[tuple[str, str, str]]:
    """Who was told by which channel in which words, of those deliveries whose words have ``about``."""
    accounts = {key: name for name, key in site.users.items()}
    delivery = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        rows = connection.execute(delivery.select().where(delivery.c.event == event).order_by(delivery.c.id))
        found = [(accounts.get(row.receiver, row.address), row.channel, row.text) for row in rows]
    return [one for one in found if about in one[2]]


def profile(who: Browser, **more: Any) -> dict[str, Any]:
    """What an agency that has declared nothing sends to declare itself."""
    return {
        "uscc": CODE + check_character(CODE),
        "register_address": "示例路1号",
        "office_address": "示例路1号",
        "legal_rep": "人员甲",
        "contact_name": "人员甲",
        "contact_phone": "13000000777",
        "founded_date": "2010-01-01",
        "cert_no": "ZZ-NEW",
        "cert_issuer": "示例机关",
        "cert_from": "2024-01-01",
        "cert_to": "2099-01-01",
        "eval_scope": ["chem"],
        "service_scope": ["inspect"],
        "licence_file": upload(who, "im_agency", "licence_file", PDF, "a.pdf"),
        "cert_files": [upload(who, "im_agency", "cert_files", PDF, "a.pdf")],
        **more,
    }
