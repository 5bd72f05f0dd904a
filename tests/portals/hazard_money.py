"""Money and content of hazard_report as its seeds made it: agencies and administrators, reporters on the phone."""

from __future__ import annotations

from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.portals.moving import headers
from tests.portals.seeded import seeded as copied
from tests.projects import Browser, Site

PORTAL = "hazard_report"
PHONE = f"/{PORTAL}/m"
BOTH = ("sqlite", "postgresql")


def seeded(folder: Path, database: str = "sqlite", **more: Any) -> AbstractContextManager[Site]:
    """The portal as the seeds made it."""
    return copied(PORTAL, folder, database, **more)


def at(entity: str, rest: str = "list/") -> str:
    return f"/{PORTAL}/{entity}/{rest}"


def api(entity: str, rest: str = "") -> str:
    return f"/api/v1/{PORTAL}/{entity}/{rest}"


def phone(site: Site, nickname: str) -> Browser:
    """A browser in which this WeChat user has sat down, by the demo's page."""
    seat = next(row["id"] for row in site.rows("hr_wechat_user") if row["nickname"] == nickname)
    browser = site.as_()
    answer = browser.post(f"{PHONE}/sit", {"seat": f"wechat:{seat}"})
    assert answer.status == 303, answer.text
    return browser


def agency(site: Site, account: str) -> int:
    """The organisation of an account."""
    return int(next(row["org"] for row in site.rows("hr_user") if row["account"] == account))


def send(who: Browser, method: str, path: str, **said: Any) -> tuple[int, Any]:
    answer = who.client.open(path, method=method, json=said, headers=headers(who))
    return answer.status_code, answer.get_json()


def do(who: Browser, entity: str, id_: int, code: str, **said: Any) -> tuple[int, Any]:
    """A move over the API."""
    return send(who, "POST", api(entity, f"{id_}/do/{code}"), **said)


def told(answer: Any) -> list[str]:
    """Every sentence of a refusal."""
    return [str(answer.get("message")), *(s for said in answer.get("errors", {}).values() for s in said)]


def titles(browser: Browser, path: str) -> list[str]:
    """What the cards of a list on the phone are called."""
    page = browser.get(path)
    assert page.status == 200, page.text
    return [node.one("h2").text for node in page.root.all("a", class_="k-m-item")]


def messages(site: Site, account: str) -> list[str]:
    """What an account is told inside, in the order in which it was told."""
    receiver = site.id_of(account)
    message = site.world.tables.of("base.message").table
    with site.engine.connect() as connection:
        rows = connection.execute(
            message.select().where(message.c.receiver == receiver).order_by(message.c.id)
        )
        return [row.text for row in rows]


def balance(site: Site, account: str) -> Decimal:
    """What the account of this agency holds."""
    row = next(row for row in site.rows("hr_account") if row["agency"] == agency(site, account))
    return Decimal(row["balance"])


def ledger(site: Site, account: str) -> list[dict[str, Any]]:
    """The entries of this agency in their order."""
    return [row for row in site.rows("hr_ledger") if row["agency"] == agency(site, account)]
