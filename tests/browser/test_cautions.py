"""What is said in yellow below a question, while it holds of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import seats
from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/purse.yaml": """
label: 钱包
fields: {name: {type: text, label: 名称}, held: {type: money, label: 余额}}
""",
    "schema/shop/order.yaml": """
label: 订单
fields:
  purse: {type: ref, to: purse, label: 钱包}
  price: {type: money, label: 价格, readonly: "true"}
  held: {type: computed, label: 余额, as: {type: money}, value: purse.held}
workflows:
  order:
    field: state
    start: open
    moves:
      pay:
        label: 付款
        from: open
        to: paid
        by: [clerk]
        dialog:
          price: {required: "true", caution: {when: price > held, text: 余额不足}}
""",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: all, purse: all}\nmay: {order: [read], purse: [read]}\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    builder = Builder(tmp_path)
    site = builder(FILES)
    site.make("order", purse=site.make("purse", name="甲", held="100.00"))
    yield site
    builder.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    with seats(browser, site) as window:
        yield window("clerk")


def test_a_caution_stands_while_it_holds_and_refuses_nothing(page: Page, site: Site) -> None:
    page.goto("/shop/order/do/pay/1")
    caution, price = page.locator(".k-caution"), page.locator("[name=price]")
    expect(caution).to_be_hidden()
    price.fill("100.01")
    expect(caution).to_be_visible()
    expect(caution).to_have_text("余额不足")
    price.fill("100")
    expect(caution).to_be_hidden()
    price.fill("250")
    page.locator("form[data-form] [type=submit]").click()
    page.wait_for_url("**/list/**")
    assert site.row("order", 1)["state"] == "paid"
