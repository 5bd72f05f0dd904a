"""Nothing serious for those who see, hear or type otherwise: every kind of page, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.live import PHONE, Desk
from tests.browser.steps import PORTAL, new_record, submit

AXE = Axe()


def _serious(page: Page, *rules: str) -> list[str]:
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = AXE.run(page, options={"resultTypes": ["violations"], **only}).response["violations"]
    return [
        f"{v['id']}: {[node['target'] for node in v['nodes']][:3]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def _goto(path: str) -> Callable[[Page], object]:
    return lambda page: page.goto(path)


def _refused(page: Page) -> None:
    new_record(page, "安全培训")
    submit(page)
    page.locator("[data-summary]").wait_for()


def _question(page: Page) -> None:
    page.goto(f"{PORTAL}/training_record/list/")
    page.locator("#list tbody summary").first.click()
    page.locator("#list tbody [data-confirm]").first.click()


KINDS: dict[str, tuple[str, Callable[[Page], object]]] = {
    "portals": ("", _goto("/")),
    "login": ("", _goto(f"{PORTAL}/entry/agency/")),
    "entry": ("", _goto(f"{PORTAL}/")),
    "platform": ("", _goto(f"{PORTAL}/entry/")),
    "home": ("a_manager", _goto(f"{PORTAL}/")),
    "list": ("a_manager", _goto(f"{PORTAL}/service_order/list/")),
    "list of pictures": ("a_manager", _goto(f"{PORTAL}/hazard/list/")),
    "empty list": ("a_manager", _goto(f"{PORTAL}/training_record/list/?title=nothing")),
    "form": ("a_manager", lambda page: new_record(page, "安全培训")),
    "form with errors": ("a_manager", _refused),
    "question": ("a_manager", _question),
    "detail": ("a_manager", _goto(f"{PORTAL}/training_record/show/1")),
    "order": ("a_manager", _goto(f"{PORTAL}/service_order/show/1")),
    "matrix": ("a_admin", _goto(f"{PORTAL}/role/add")),
    "account": ("a_admin", _goto(f"{PORTAL}/account/add")),
    "password": ("a_manager", _goto(f"{PORTAL}/password")),
    "403": ("b_admin", _goto(f"{PORTAL}/training_record/show/1")),
    "404": ("a_manager", _goto(f"{PORTAL}/nothing/")),
    "404 for a visitor": ("", _goto("/nothing")),
    "api": ("a_manager", _goto("/swagger/v1")),
}


@pytest.fixture(scope="module")
def windows(
    browser: Browser, address: str, states: dict[tuple[str, str], StorageState]
) -> Iterator[Callable[[str], Page]]:
    """A window for each person, kept for all pages of this file, so that styles and scripts load once."""
    desk = Desk(browser, address, states)
    yield cache(desk.window)
    desk.close()


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_serious(windows: Callable[[str], Page], kind: str) -> None:
    account, go = KINDS[kind]
    page = windows(account)
    page.once("dialog", lambda dialog: dialog.accept())
    go(page)
    light = _serious(page)
    page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
    page.wait_for_timeout(200)  # colours change over 120 ms
    assert (light, _serious(page, "color-contrast")) == ([], [])  # all else is the same in the dark


@pytest.mark.parametrize("kind", ["list", "form", "detail"])
def test_axe_finds_nothing_serious_on_a_phone(desk: Desk, kind: str) -> None:
    account, go = KINDS[kind]
    page = desk.window(account, size=PHONE)
    go(page)
    assert _serious(page) == []
