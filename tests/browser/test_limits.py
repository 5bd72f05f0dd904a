"""What people may not do, as they meet it: passwords, one's own account, other people's rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import Desk
from tests.browser.steps import PORTAL, asked, field, open_records, row, submit

Login = Callable[..., Page]


@pytest.mark.req("A-148")
def test_a_weak_password_is_refused_beside_its_pencil(desk: Desk) -> None:
    desk.allowed.append("422")
    page = desk.login("a_admin")
    page.goto(f"{PORTAL}/account/list/")
    row(page, "a_staff2").get_by_role("link", name="编辑").click()
    page.get_by_role("button", name="修改密码").click()
    page.keyboard.type("123")
    submit(page)
    expect(field(page, "password").locator(".k-error")).to_have_text("密码须为8-20位且同时包含字母和数字")
    expect(desk.login("a_staff2").locator(".k-user")).to_be_visible()  # the old one is still good


@pytest.mark.req("A-149")
def test_nobody_deletes_the_account_he_is_logged_in_with(desk: Desk) -> None:
    desk.allowed.append("422")
    page = desk.login("a_admin")
    page.goto(f"{PORTAL}/account/list/")
    own = page.locator("#list tbody tr").filter(has=page.get_by_text("a_admin", exact=True))
    own.locator("summary").click()
    own.get_by_role("button", name="删除").click()
    asked(page).get_by_role("button", name="删除", exact=True).click()
    expect(page.get_by_text("不能删除当前登录账号")).to_be_visible()
    page.goto(f"{PORTAL}/account/list/")
    expect(page.locator(".k-user")).to_be_visible()


@pytest.mark.req("A-190")
def test_another_agency_opens_nothing_of_an_order_that_is_not_its_own(desk: Desk) -> None:
    desk.allowed += ["403", "Failed to load resource"]
    mine = desk.login("a_admin")
    mine.goto(f"{PORTAL}/service_order/list/")
    order = row(mine, "P-002").get_attribute("data-id")
    open_records(mine, "安全培训")
    record = mine.locator("#list tbody tr").first.get_attribute("data-id")
    mine.goto(f"{PORTAL}/training_record/show/{record}")
    file = mine.locator("a[href*='/file/'], img[src*='/file/']").first
    attachment = file.get_attribute("href") or file.get_attribute("src")
    other = desk.login("b_admin")
    ways = (
        f"{PORTAL}/service_order/show/{order}",
        f"{PORTAL}/training_record/show/{record}",
        attachment,
        f"{PORTAL}/service_order/print/service_file/{order}",
        f"/api/v1{PORTAL}/service_order/{order}",
        f"/api/v1{PORTAL}/training_record/{record}",
    )
    statuses = [other.context.request.get(str(way)).status for way in ways]
    assert statuses == [403] * len(ways)
    other.goto(f"{PORTAL}/service_order/list/")
    expect(row(other, "P-002")).to_have_count(0)
    other.goto(f"{PORTAL}/training_record/list/")
    expect(row(other, "P-002")).to_have_count(0)
    csv = other.context.request.get(f"/api/v1{PORTAL}/training_record/export.csv")
    assert csv.status == 200 and "P-002" not in csv.text()


@pytest.mark.req("A-127", "A-190")
def test_staff_see_the_orders_of_which_they_are_members_alone(desk: Desk) -> None:
    whole, staff = desk.login("a_admin"), desk.login("a_staff2")
    found = []
    for page in (whole, staff):
        page.goto(f"{PORTAL}/service_order/list/?size=100")
        ids = page.locator("#list tbody tr").evaluate_all("rows => rows.map(row => row.dataset.id)")
        found.append(set(ids))
    assert found[1] < found[0]
    desk.allowed.append("403")
    hidden = min(found[0] - found[1])
    answer = staff.goto(f"{PORTAL}/service_order/show/{hidden}")
    assert answer is not None and answer.status == 403
