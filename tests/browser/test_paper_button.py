"""The print button of a list: the log is told before the browser prints."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.live import seats, until
from tests.prints.test_prints import FILES
from tests.projects import Builder, Site

ASKED = "window.asked = 0; window.print = () => { window.asked += 1; }"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    builder = Builder(tmp_path_factory.mktemp("button"))
    made = builder(FILES)
    made.make("order", name="一号单")
    yield made
    builder.close()


def test_pressing_it_is_logged_and_printed(browser: Browser, site: Site) -> None:
    with seats(browser, site) as window:
        page: Page = window("clerk")
        page.add_init_script(ASKED)
        page.goto("/shop/order/list/")
        page.get_by_role("link", name="打印列表").click()
        until(page, "window.asked === 1")
    told = [
        (row["account"], row["entity"]) for row in site.platform("base_audit") if row["action"] == "print"
    ]
    assert told == [("clerk", "shop.order")]


def test_what_cannot_be_logged_is_not_printed(browser: Browser, site: Site) -> None:
    with seats(browser, site) as window:
        page: Page = window("clerk")
        page.add_init_script(ASKED)
        page.goto("/shop/order/list/")
        page.route("**/printed*", lambda route: route.fulfill(status=403, body=""))
        page.get_by_role("link", name="打印列表").click()
        page.locator(".k-toast").first.wait_for()
        assert page.evaluate("window.asked") == 0
