"""Child rows in their parent's form: added, removed, called back, added up, refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from fab_app import create_app
from tests.browser.live import Desk, serving, settings
from tests.browser.steps import row
from tests.projects import write_home

HOME = {
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
fields:
  name: {type: text, label: 名称, required: true, max: 20}
  lines: {type: table, label: 明细, of: line, by: order, columns: [product, qty], max: 3}
""",
    "schema/shop/line.yaml": """
label: 明细行
fields:
  order: {type: ref, to: order, label: 订单, on_delete: delete}
  product: {type: text, label: 产品, required: true, max: 20}
  qty: {type: int, label: 数量, min: 1}
checks:
  - {check: qty < 50, at: qty, message: 一行少于五十件}
""",
}


@pytest.fixture(scope="module")
def shop(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("shop")
    with serving(create_app(settings(folder, write_home(folder / "home", HOME)))) as address:
        yield address


@pytest.fixture
def form(browser: Browser, shop: str, states: dict[tuple[str, str], object]) -> Iterator[Page]:
    desk = Desk(browser, shop, states, allowed=["422"])  # type: ignore[arg-type]
    page = desk.window("admin")
    page.goto("/shop/order/add")
    yield page
    desk.close()
    assert desk.complaints() == []


def _add(page: Page, product: str, qty: str) -> None:
    page.locator("[data-row-add]").click()
    last = page.locator("[data-row]:not([hidden])").last
    last.locator("[data-field$=product] input").fill(product)
    last.locator("[data-field$=qty] input").fill(qty)


def test_rows_are_added_up_removed_and_called_back(form: Page) -> None:
    _add(form, "锤子", "2")
    _add(form, "钉子", "30")
    expect(form.locator("[data-total=qty]")).to_have_text("32")
    form.locator("[data-row-drop]").first.click()
    expect(form.locator("[data-row]")).to_have_count(1)
    expect(form.locator("[data-total=qty]")).to_have_text("30")
    form.locator(".k-toast").get_by_role("button", name="撤回").click()
    expect(form.locator("[data-row]")).to_have_count(2)
    expect(form.locator("[data-total=qty]")).to_have_text("32")
    expect(form.locator("[data-field$=product] input").first).to_have_value("锤子")


def test_more_rows_than_allowed_are_not_added(form: Page) -> None:
    for product in "甲乙丙":
        _add(form, product, "1")
    expect(form.locator("[data-row-add]")).to_have_attribute("aria-disabled", "true")
    form.locator("[data-row-add]").click(force=True)
    expect(form.locator("[data-row]")).to_have_count(3)


def test_an_error_stands_in_its_row_and_the_rows_are_kept(form: Page) -> None:
    form.locator("[data-field=name] input").fill("五金")
    _add(form, "锤子", "2")
    _add(form, "钉子", "70")
    form.locator(".k-savebar button[type=submit]").click()
    second = form.locator("[data-row]").nth(1)
    expect(second.locator(".k-error")).to_have_text("一行少于五十件")
    expect(form.locator("[data-summary] a")).to_have_text("第 2 行：一行少于五十件")
    second.locator("[data-field$=qty] input").fill("7")
    form.locator(".k-savebar button[type=submit]").click()
    form.wait_for_url("**/shop/order/list/**")
    row(form, "五金").get_by_role("link", name="编辑").click()
    expect(form.locator("[data-field$=product] input").nth(1)).to_have_value("钉子")
    expect(form.locator("[data-total=qty]")).to_have_text("9")
