"""Lists: conditions, tabs, order, pages, columns; what a row offers and why not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.live import Desk, until
from tests.browser.steps import PORTAL, ask, open_records, row

Login = Callable[..., Page]


@pytest.fixture
def orders(login: Login) -> Page:
    page = login("a_manager")
    page.goto(f"{PORTAL}/service_order/list/")
    return page


@pytest.mark.req("A-126")
def test_a_condition_narrows_the_list_and_its_address_keeps_it(orders: Page) -> None:
    ask(orders, "policy_no", "P-002")
    expect(orders.locator("#list tbody tr")).to_have_count(1)
    assert "policy_no=P-002" in orders.url
    orders.reload()
    expect(orders.locator("#list tbody tr")).to_have_count(1)
    orders.get_by_role("link", name="重置").click()
    expect(orders.locator("#list tbody tr")).to_have_count(2)
    assert "P-002" not in orders.url


def test_what_matches_nothing_is_said_with_the_way_out(orders: Page) -> None:
    ask(orders, "order_no", "没有这样的")
    expect(orders.locator(".k-empty h2")).to_have_text("没有符合条件的服务订单")
    orders.get_by_role("link", name="清空条件").click()
    expect(orders.locator("#list tbody tr")).to_have_count(2)


def test_a_tab_shows_its_state_with_the_number_that_it_promised(orders: Page) -> None:
    tab = orders.locator("#tab-pending")
    promised = int(tab.locator(".k-count").inner_text())
    tab.click()
    expect(tab).to_have_attribute("aria-current", "page")
    expect(orders.locator("#list tbody tr")).to_have_count(promised)
    assert set(orders.locator("#list tbody .k-state").all_inner_texts()) == {"待受理"}


def test_a_head_sorts_up_and_down(orders: Page) -> None:
    head = orders.locator("th[data-col=policy_no]")
    head.locator("a").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    up = orders.locator("#list tbody tr td:nth-child(2)").all_inner_texts()
    head.locator("a").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert (
        orders.locator("#list tbody tr td:nth-child(2)").all_inner_texts() == up[::-1] == ["P-003", "P-002"]
    )


def test_pages_are_turned_and_their_size_is_chosen(login: Login) -> None:
    page = login("admin")
    page.goto("/base/user/list/?size=10")
    first = page.locator("#list tbody tr").first.inner_text()
    page.locator("#page-next").click()
    expect(page.locator("#page-2")).to_have_attribute("aria-current", "page")
    assert page.locator("#list tbody tr").first.inner_text() != first
    page.locator(".k-sizes summary").click()
    page.locator("[data-size='100']").click()
    expect(page.locator("#page-2")).to_have_count(0)
    assert page.locator("#list tbody tr").count() > 10


def test_a_folded_search_stays_folded(orders: Page) -> None:
    orders.locator("[data-fold]").click()
    expect(orders.locator("#q-status")).to_be_hidden()
    orders.reload()
    expect(orders.locator("#q-status")).to_be_hidden()
    expect(orders.locator("[data-fold]")).to_have_attribute("aria-expanded", "false")
    orders.locator("[data-fold]").click()
    expect(orders.locator("#q-status")).to_be_visible()


def test_an_unticked_column_stays_away(orders: Page) -> None:
    orders.get_by_label("列设置", exact=True).click()
    orders.get_by_label("保单号", exact=True).last.uncheck()
    expect(orders.locator("th[data-col=policy_no]")).to_be_hidden()
    orders.reload()
    expect(orders.locator("th[data-col=policy_no]")).to_be_hidden()
    ask(orders, "order_no", "FW")
    expect(orders.locator("th[data-col=policy_no]")).to_be_hidden()


def test_the_chosen_row_height_is_remembered(orders: Page) -> None:
    orders.get_by_label("行高").click()
    orders.get_by_role("button", name="紧凑").click()
    orders.reload()
    expect(orders.locator("html")).to_have_attribute("data-density", "compact")


def test_a_service_is_grey_with_its_reason_until_the_order_is_accepted(orders: Page) -> None:
    pending = row(orders, "P-003").locator(".k-acts > [aria-disabled=true]").first
    expect(pending).to_have_text("安全培训")
    expect(pending).to_have_attribute("title", "请先受理该订单")
    serving = row(orders, "P-002").locator(".k-acts > a").first
    assert serving.inner_text().startswith("安全培训(")


@pytest.mark.req("A-082", "A-093")
def test_a_list_of_one_order_names_it_and_leads_back_while_the_overall_list_has_no_add(login: Login) -> None:
    page = login("a_manager")
    open_records(page, "安全培训")
    head = page.locator(".k-page-head").inner_text()
    assert "安全培训记录列表" in head and "西城建筑公司(示范)" in head
    expect(page.locator("th[data-col=order_id]")).to_have_count(0)
    expect(page.locator(".k-toolbar .btn-primary")).to_be_visible()
    page.get_by_label("返回服务订单").click()
    page.wait_for_url("**/service_order/list/**")
    page.goto(f"{PORTAL}/training_record/list/")
    expect(page.locator("th[data-col=order_id]")).to_be_visible()
    expect(page.locator(".k-toolbar .btn-primary")).to_have_count(0)


def test_a_number_in_the_list_opens_the_record(orders: Page) -> None:
    row(orders, "P-002").locator("a.k-title").first.click()
    expect(orders.locator("h1")).to_contain_text("FW")
    expect(orders.locator(".k-hero .k-state").first).to_have_text("服务中")
    orders.get_by_role("tab", name="安全培训").click()
    expect(orders.locator("[role=tabpanel]:not([hidden]) table")).to_be_visible()


@pytest.mark.req("A-126", "A-167")
def test_a_record_of_another_agency_is_refused_and_its_list_has_none_of_it(desk: Desk) -> None:
    desk.allowed.append("403")
    page = desk.login("b_admin")
    page.goto(f"{PORTAL}/training_record/list/")
    assert page.get_by_text("P-002").count() == 0
    answer = page.goto(f"{PORTAL}/training_record/show/1")
    assert answer is not None and answer.status == 403
    expect(page.locator("h1")).to_have_text("无权访问该数据")
    expect(page.locator("#side")).to_be_visible()


@pytest.mark.req("A-039")
def test_a_group_without_visible_entries_is_not_in_the_menu(login: Login) -> None:
    page = login("a_manager")
    shown = page.locator(".k-side .k-nav").inner_text()
    assert "安责险服务" in shown and "系统账号" not in shown and "保单管理" not in shown


def test_the_state_of_each_row_is_in_sight_beside_its_verbs(login: Login) -> None:
    page = login("a_manager")
    page.goto(f"{PORTAL}/service_order/list/")
    order = row(page, "P-003")
    state, verbs = order.locator("[data-m=state]").bounding_box(), order.locator(".k-act").bounding_box()
    assert state is not None and verbs is not None
    assert state["x"] > 0 and state["x"] + state["width"] <= verbs["x"] + 1 < 1440


@pytest.mark.req("A-081")
def test_a_record_offers_its_moves_before_its_ways(login: Login) -> None:
    page = login("a_manager")
    page.goto(f"{PORTAL}/service_order/list/")
    order = row(page, "P-002").get_attribute("data-id")
    page.goto(f"{PORTAL}/service_order/show/{order}")
    expect(page.locator(".k-hero-acts > .btn").first).to_have_text("办结")


def test_the_column_that_one_sorts_by_comes_into_view(login: Login) -> None:
    page = login("a_manager")
    page.goto(f"{PORTAL}/hazard/list/")
    head, state = page.locator("th[data-col=deadline]"), page.locator("th[data-col=status]")
    assert _right(head) > _left(state)
    head.locator("a").evaluate("link => link.click()")
    expect(head).to_have_attribute("aria-sort", "ascending")
    until(page, "document.querySelector('.k-table-wrap').scrollLeft > 0")
    assert _right(head) <= _left(state) + 1


def _left(head: Locator) -> float:
    return float(head.evaluate("one => one.getBoundingClientRect().left"))


def _right(head: Locator) -> float:
    return float(head.evaluate("one => one.getBoundingClientRect().right"))
