"""Photographs of every screen of the portals as their roles see them, in tests/artifacts/portal/.

PYTHONPATH=. python tests/browser/shots.py [part of a name ...]
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from tests.browser.live import DESK, PHONE, Desk, chromium, portal

PICTURES = Path(__file__).parents[1] / "artifacts" / "portal"
P = "/insurance_service"
LISTS = {
    "a_manager": (
        *("service_order", "training_record", "inspection_record", "risk_record", "standardization_record"),
        *("drill_record", "tech_record", "other_record", "hazard"),
    ),
    "a_admin": ("account", "role"),
    "insa_clerk": ("policy", "service_agency"),
    "platform": ("insurer", "enterprise", "region", "sms_log"),
}
SCREENS = (
    *(("", name, url) for name, url in {"portals": "/", "entry": P + "/", "doors": P + "/entry/"}.items()),
    *(
        ("", name, url)
        for name, url in {"door": P + "/entry/agency/", "login": "/login/", "lost": "/nothing"}.items()
    ),
    *((account, f"home-{account}", P + "/") for account in (*LISTS, "reg_city", "a_staff1")),
    *((account, f"list-{name}", f"{P}/{name}/list/") for account, names in LISTS.items() for name in names),
    *(
        (account, f"show-{name}", f"{P}/{name}/list/ show")
        for account, names in LISTS.items()
        for name in names
    ),
    *(
        (account, f"edit-{name}", f"{P}/{name}/list/ edit")
        for account, names in LISTS.items()
        for name in names
    ),
    *(("a_manager", f"within-{name}", f"{P}/{name}/list/?of=order_id:1") for name in LISTS["a_manager"][1:8]),
    *(("a_manager", f"add-{name}", f"{P}/{name}/add?of=order_id:1") for name in LISTS["a_manager"][1:8]),
    *(("a_admin", f"add-{name}", f"{P}/{name}/add") for name in ("account", "role")),
    *(
        (account, f"board-{name}-{account}", f"{P}/charts/{name}")
        for account in ("a_manager", "reg_city")
        for name in ("service_stats", "hazard_stats", "order_stats")
    ),
    ("a_manager", "board-asked", f"{P}/charts/service_stats?industry=mining&date_from=2026-01-01"),
    ("a_manager", "board-behind", f"{P}/charts/records_by_month/rows?x_from=2026-09-01&x_to=2026-09-30"),
    ("a_manager", "board-rows", f"{P}/hazard/list/?chart=hazards_by_level:overdue&x=general"),
    ("insa_clerk", "add-policy", f"{P}/policy/add"),
    *(
        ("platform", f"add-{name}", f"{P}/{name}/add")
        for name in ("service_agency", "insurer", "enterprise", "region")
    ),
    ("a_manager", "empty", f"{P}/training_record/list/?title=nothing"),
    ("a_manager", "errors", f"{P}/training_record/add?of=order_id:1 submit"),
    ("a_manager", "password", f"{P}/password"),
    ("a_manager", "lost-inside", f"{P}/nothing/"),
    ("b_admin", "forbidden", f"{P}/training_record/show/1"),
    ("a_manager", "api", "/swagger/v1"),
)


def visit(page: Page, address: str) -> bool:
    """Opens the screen; ``show``, ``edit`` and ``submit`` are clicked. False where it does not exist for the person."""
    url, _, then = address.partition(" ")
    page.goto(url, wait_until="networkidle")
    if then == "submit":
        page.locator("#k-form .k-savebar [type=submit]").last.click()
        page.locator("[data-summary]").wait_for()
    elif then:
        links = page.locator(f"tbody a[href*='/{then}/']")
        if not links.count():
            return False
        page.goto(str(links.first.get_attribute("href")), wait_until="networkidle")
    page.wait_for_timeout(150)
    return True


def photograph(page: Page, path: Path) -> None:
    """The whole page; what sticks to an edge of the window would otherwise stand in its middle."""
    size = page.viewport_size or {"width": 0, "height": 0}
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(tall, 5000))})
    page.screenshot(path=path)
    page.set_viewport_size(size)


def main(parts: list[str]) -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    looks = product((("1440", DESK), ("390", PHONE)), (False, True), ("zh", "en"))
    asked = {part for part in parts if part in ("1440", "390", "dark", "en")}
    names = [part for part in parts if part not in asked]
    with TemporaryDirectory() as folder, portal(Path(folder)) as address, sync_playwright() as play:
        browser, states = chromium(play), {}
        for (width, size), dark, lang in looks:
            chosen = ({"1440", "390"} & asked or {width}) & {width} and dark == ("dark" in asked)
            if not chosen or lang != ("en" if "en" in asked else "zh"):
                continue
            for account in dict.fromkeys(screen[0] for screen in SCREENS):
                desk = Desk(browser, address, states)
                page = desk.window(account, size, lang, dark)
                for who, name, url in SCREENS:
                    if who != account or (names and not any(part in name for part in names)):
                        continue
                    if visit(page, url):
                        look = "-".join((width, *("dark",) * dark, *("en",) * (lang == "en")))
                        photograph(page, PICTURES / f"{name}-{look}.png")
                    for line in desk.wrong:
                        print(f"{name}: {line}")
                    desk.wrong.clear()
                desk.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
