"""The portal hazard_report: how its people use it in tests."""

from __future__ import annotations

import io
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from tests.pages import Page
from tests.portals.asking import send, uploaded
from tests.portals.seeded import seeded as copied
from tests.projects import PDF, Browser, Site

PORTAL = "hazard_report"
PHONE = f"/{PORTAL}/m"
BOTH = ("sqlite", "postgresql")
FORM = f"/{PORTAL}/register/"
P1, P2 = "13000000901", "13000000902"
GOOD = {
    "_account": "Demo_Reg1",
    "_password": "123456",
    "_repeat": "123456",
    "agency_name": "示例登记安监机构",
    "registered_phone": P1,
    "email": "reg1@example.com",
    "captcha": "0000",
}


def seeded(folder: Path, database: str = "sqlite", **more: Any) -> AbstractContextManager[Site]:
    """The portal as the seeds made it."""
    return copied(PORTAL, folder, database, **more)


def at(entity: str, rest: str = "list/") -> str:
    return f"/{PORTAL}/{entity}/{rest}"


def api(entity: str, rest: str = "") -> str:
    return f"/api/v1/{PORTAL}/{entity}/{rest}"


def key(site: Site, entity: str, **values: object) -> int:
    """The id of the row with these values."""
    return int(row(site, entity, **values)["id"])


def row(site: Site, entity: str, **values: object) -> dict[str, Any]:
    columns = site.entity(entity).columns
    return next(
        one for one in site.rows(entity) if all(one[columns[name]] == value for name, value in values.items())
    )


def agency(site: Site, account: str) -> int:
    """The organisation of an account."""
    return int(row(site, "hr_user", username=account)["org"])


def letter(browser: Browser, content: bytes = PDF, name: str = "letter.pdf") -> Page:
    """An upload of the registration form."""
    return browser.post(f"{FORM}upload/auth_letter", {"file": (io.BytesIO(content), name)})


def registers(site: Site, browser: Browser | None = None, /, **changes: str) -> Page:
    """Uploads a letter and posts the form with these changes of what is right."""
    browser = browser or site.as_()
    browser.get(FORM)
    data = {"auth_letter": str(letter(browser).response.get_json()["id"]), **GOOD, **changes}
    page = browser.post(FORM, {name: value for name, value in data.items() if value})
    browser.token = "" if page.status == 303 else browser.token  # a login begins a new cookie
    return page


def upload(who: Browser, entity: str, field: str, content: bytes = PDF, name: str = "a.pdf") -> int:
    return uploaded(who, api(entity, f"upload/{field}"), content, name)


def do(who: Browser, entity: str, id_: int, code: str, **said: Any) -> tuple[int, Any]:
    """A move over the API."""
    return send(who, "POST", api(entity, f"{id_}/do/{code}"), **said)


def region(site: Site, code: str) -> int:
    return key(site, "hr_region", code=code)


def category(site: Site, code: str) -> int:
    return key(site, "hr_category", code=code)


def profile(site: Site, **more: Any) -> dict[str, Any]:
    """What an agency of a district sends to complete its registration (H-091)."""
    return {
        "agency_name": GOOD["agency_name"],
        "location_region": region(site, "330109"),
        "location_detail": "示例路1号",
        "office_phone": "0571-87000099",
        "responsible_name": "负责人癸",
        "responsible_phone": P1,
        "agency_level": "district",
        "controlled_regions": [region(site, "330109")],
        "controlled_categories": [category(site, "02")],
        **more,
    }


def told(answer: Any) -> list[str]:
    """Every sentence of a refusal."""
    return [s for said in answer.get("errors", {}).values() for s in said] or [str(answer.get("message"))]


def delivered(site: Site, event: str, about: str = "") -> list[tuple[str, str, str]]:
    """Who was told by which channel in which words, of those deliveries whose words have ``about``."""
    accounts = {key: name for name, key in site.users.items()}
    delivery = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        rows = connection.execute(delivery.select().where(delivery.c.event == event).order_by(delivery.c.id))
        found = [(accounts.get(one.receiver, one.address), one.channel, one.text) for one in rows]
    return [one for one in found if about in one[2]]


def seat(site: Site, nickname: str) -> int:
    return key(site, "hr_wechat_user", nickname=nickname)


def phone(site: Site, nickname: str) -> Browser:
    """A browser in which this WeChat user has sat down, by the demo's page."""
    browser = site.as_()
    answer = browser.post(f"{PHONE}/sit", {"seat": f"wechat:{seat(site, nickname)}"})
    assert answer.status == 303, answer.text
    return browser
