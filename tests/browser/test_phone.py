"""A phone, 390 pixels wide: cards, a drawer, a sheet, a form for a thumb."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import PHONE
from tests.browser.steps import PORTAL, field, fill, new_record, row, submit

Login = Callable[..., Page]


@pytest.fixture
def orders(login: Login) -> Page:
    page = login("a_manager", size=PHONE)
    page.goto(f"{PORTAL}/service_order/list/")
    return page


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_rows_are_cards_and_nothing_leaves_the_screen(orders: Page) -> None:
    card = row(orders, "P-002")
    expect(orders.locator("#list thead")).to_be_hidden()
    box = card.bounding_box()
    assert box is not None and box["width"] > 340
    assert card.evaluate(
        "c => [...c.querySelectorAll('td')].every(t => t.getBoundingClientRect().right <= 391)"
    )
    assert _overflow(orders) == 0


@pytest.mark.parametrize(
    "path", ["training_record/list/", "hazard/list/", "service_order/show/1", "password"]
)
def test_no_page_scrolls_sideways(login: Login, path: str) -> None:
    page = login("a_manager", size=PHONE)
    page.goto(f"{PORTAL}/{path}")
    assert _overflow(page) == 0


def test_the_menu_is_a_drawer_that_escape_closes(orders: Page) -> None:
    expect(orders.locator("#side")).to_be_hidden()
    orders.locator("[data-side-open]").click()
    expect(orders.locator("#side")).to_be_visible()
    orders.keyboard.press("Escape")
    expect(orders.locator("#side")).to_be_hidden()
    orders.locator("[data-side-open]").click()
    orders.locator("#side").get_by_role("link", name="安全培训", exact=True).click()
    orders.wait_for_url("**/training_record/list/")


def test_all_conditions_are_in_a_sheet(orders: Page) -> None:
    expect(orders.locator("#q-status")).to_be_hidden()
    orders.locator("[data-sheet-open]").click()
    orders.locator("#q-status").select_option(label="服务中")
    orders.get_by_role("button", name="查询", exact=True).click()
    expect(orders.locator("#list tbody tr")).to_have_count(1)
    expect(orders.locator("#q-status")).to_be_hidden()


def test_a_form_is_one_column_with_its_buttons_in_reach(login: Login) -> None:
    page = login("a_manager", size=PHONE)
    new_record(page, "安全培训")
    fill(page, title="手机上的培训")
    box = field(page, "title").locator("input").bounding_box()
    assert box is not None and box["width"] > 300 and box["height"] >= 43
    save = page.locator(".k-savebar button[type=submit]").last.bounding_box()
    assert save is not None and save["y"] + save["height"] <= PHONE[1]
    submit(page)
    expect(page.locator("[data-summary]")).to_be_focused()
    assert _overflow(page) == 0


@pytest.mark.req("I-146")
@pytest.mark.parametrize("tab", ["overdue", "to_confirm", "confirmed"])
def test_the_chosen_one_of_many_tabs_stands_within_the_view(login: Login, tab: str) -> None:
    page = login("zj_soc1", size=PHONE)
    page.goto(f"/intermediary/im_hazard/list/?tab={tab}")
    expect(page.locator(f"#tab-{tab}[aria-current]")).to_be_in_viewport(ratio=1)


def test_the_fields_of_a_dialog_are_as_wide_as_it_is(login: Login) -> None:
    page = login("zj_soc1", size=PHONE)
    page.goto("/intermediary/im_hazard/list/?tab=unrectified")
    page.get_by_role("link", name="登记整改").first.click()
    expect(page.locator("dialog[open] textarea")).to_be_visible()
    widths = page.locator("dialog[open] .k-field").evaluate_all("all => all.map(f => f.offsetWidth)")
    assert len(widths) == 3 and min(widths) > 340


def test_cards_are_ticked_and_the_bar_acts_on_them(login: Login) -> None:
    page = login("a_manager", size=PHONE)
    page.goto(f"{PORTAL}/hazard/list/")
    page.locator("#list td.k-sel").first.click(position={"x": 4, "y": 4})
    bar = page.locator("[data-picked]")
    expect(bar.locator("[data-picked-text]")).to_contain_text("1")
    expect(bar.get_by_role("button", name="打印整改通知书")).to_be_in_viewport(ratio=1)
    assert _overflow(page) == 0
    bar.get_by_label("选择本页全部").check()
    assert page.locator("#list tbody tr.is-selected").count() == page.locator("#list tbody tr").count() > 1
    bar.locator("[data-pick-none]").click()
    expect(bar).to_be_hidden()


def test_lists_without_verbs_for_many_have_no_boxes(orders: Page) -> None:
    expect(orders.locator("#list td.k-sel")).to_have_count(0)
