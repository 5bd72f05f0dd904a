"""A list of thousands is shown before it is counted anew: its numbers follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from fab_app.runtime.counting import DEAR
from tests.browser.live import seats
from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/order.yaml": """
label: 订单
title: "{no}"
fields:
  no: {type: text, label: 编号, required: true}
  state: {type: choice, label: 状态, options: {open: 开, closed: 关}, default: open}
listing:
  columns: [no, state]
  order: -id
  select: many
  tabs: {all: {label: 全部}, open: {label: 未结, where: state == 'open'}}
""",
    "menus/shop.yaml": "items: [order]\n",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: all}\nmay: {order: [read, add]}\n",
}
LIST = "/shop/order/list/"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    builder = Builder(tmp_path)
    site = builder(FILES)
    site.fill("order", [{"no": f"A{at:04}", "state": "open"} for at in range(DEAR)])
    yield site
    builder.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    with seats(browser, site) as window:
        yield window("clerk")


def shown(page: Page) -> tuple[str, str]:
    return page.locator("#k-total").inner_text(), page.locator("#count-open").inner_text()


def test_old_numbers_are_followed_by_those_of_now(page: Page, site: Site) -> None:
    page.goto(LIST)
    assert shown(page) == ("共 1,000 条", "1,000")
    site.make("order", no="新", state="open")
    late: list[str] = []
    page.route(re.compile("part="), lambda route: (late.append(route.request.url), route.continue_()))
    page.goto(LIST)
    expect(page.locator("#k-total")).to_have_text("共 1,001 条")
    expect(page.locator("#count-open")).to_have_text("1,001")
    expect(page.locator("#page-51")).to_have_count(1)
    expect(page.locator("#list tbody tr").first).to_contain_text("新")
    assert (len(late), page.url.endswith(LIST)) == (1, True)
    page.reload()
    assert (shown(page), len(late)) == (("共 1,001 条", "1,001"), 1)


def test_rows_that_were_ticked_meanwhile_stay_ticked(page: Page, site: Site) -> None:
    page.goto(LIST)
    site.make("order", no="新", state="open")
    waiting: list[Route] = []
    page.route(re.compile("part="), lambda route: waiting.append(route))
    page.goto(LIST)
    page.locator("#list tbody input[name=ids]").first.check()
    expect(page.locator("[data-picked-text]")).to_contain_text("1")
    waiting.pop().continue_()
    expect(page.locator("#k-total")).to_have_text("共 1,001 条")
    expect(page.locator("[data-picked-text]")).to_contain_text("1")
    expect(page.locator("#list tbody input[name=ids]").first).to_be_checked()
