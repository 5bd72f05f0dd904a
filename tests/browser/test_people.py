"""Accounts and roles on their screens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import Desk
from tests.browser.steps import PORTAL, asked, chosen, field, fill, row, saved, submit

Login = Callable[..., Page]
FIRST, OWN, SECOND = "First2024x", "Own2024xyz", "Second2024x"


def _enters(desk: Desk, account: str, password: str) -> Page:
    page = desk.window()
    page.goto(f"{PORTAL}/entry/agency/")
    page.get_by_label("账号", exact=True).fill(account)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    return page


def _changes(page: Page, old: str, new: str) -> None:
    """The page that comes before all others when somebody else has set the password."""
    page.wait_for_url("**/password")
    page.goto(f"{PORTAL}/service_order/list/")
    page.wait_for_url("**/password")
    for name, value in (("current", old), ("password", new), ("repeat", new)):
        page.locator(f"#f-{name}").fill(value)
    page.get_by_role("button", name="提交").click()
    page.wait_for_url(f"**{PORTAL}/")


@pytest.mark.req("A-019", "A-063", "A-064", "A-065", "A-187")
def test_the_life_of_an_account(desk: Desk) -> None:
    desk.allowed.append("401")
    admin = desk.login("a_admin")
    admin.goto(f"{PORTAL}/account/list/")
    admin.get_by_role("link", name="新增账号").click()
    expect(admin.locator("h1")).to_have_text("账号信息页面")
    fill(admin, account="a_new", name="新来的", phone="13000000199", password=FIRST)
    chosen(admin, "role_ids", "服务人员")
    submit(admin)
    saved(admin)
    _changes(_enters(desk, "a_new", FIRST), FIRST, OWN)

    row(admin, "a_new").get_by_role("link", name="编辑").click()
    expect(field(admin, "password").locator("input")).to_be_disabled()
    fill(admin, name="改了名")
    submit(admin)
    saved(admin)
    expect(_enters(desk, "a_new", OWN).locator(".k-user")).to_contain_text("改了名")

    row(admin, "a_new").get_by_role("link", name="编辑").click()
    admin.get_by_role("button", name="修改密码").click()
    expect(field(admin, "password").locator("input")).to_be_focused()
    admin.keyboard.type(SECOND)
    submit(admin)
    saved(admin)
    expect(_enters(desk, "a_new", OWN).get_by_role("alert")).to_have_text("账号或密码错误")
    _enters(desk, "a_new", SECOND).wait_for_url("**/password")

    for answer, left in (("取消", 1), ("确认", 0)):
        row(admin, "a_new").locator("summary").click()
        row(admin, "a_new").get_by_role("button", name="删除").click()
        expect(asked(admin)).to_contain_text("确定删除该账号吗")
        _answer(admin, answer)
        expect(row(admin, "a_new")).to_have_count(left)
    expect(_enters(desk, "a_new", SECOND).get_by_role("alert")).to_have_text("账号或密码错误")


def _answer(page: Page, word: str) -> None:
    """The portal's own words where they are given, else the safe and the unsafe button."""
    named = asked(page).get_by_role("button", name=word, exact=True)
    plain = asked(page).get_by_role("button", name={"取消": "不删除", "确认": "删除"}[word], exact=True)
    named.or_(plain).click()


@pytest.mark.req("A-071")
def test_the_matrix_ticks_a_whole_module_and_keeps_read_with_every_action(login: Login) -> None:
    page = login("a_admin")
    page.goto(f"{PORTAL}/role/add")
    module = page.locator("[data-rights] tbody tr", has_text="安全培训记录")
    whole, boxes = module.locator("[data-row-all]"), module.locator("input[name]")
    whole.check()
    assert all(box.is_checked() for box in boxes.all())
    module.locator("[data-read]").uncheck()
    assert not any(box.is_checked() for box in boxes.all())
    expect(whole).not_to_be_checked()
    boxes.nth(2).check()
    expect(module.locator("[data-read]")).to_be_checked()
    assert whole.evaluate("box => box.indeterminate")
    page.locator("[data-rights] thead [data-all]").check()
    assert all(box.is_checked() for box in page.locator("[data-rights] tbody input[name]").all())


@pytest.mark.req("A-008", "A-039", "A-069")
def test_a_role_of_ones_own_opens_only_what_was_ticked(desk: Desk) -> None:
    desk.allowed.append("403")
    admin = desk.login("a_admin")
    admin.goto(f"{PORTAL}/role/add")
    fill(admin, name="只看培训")
    admin.locator("[data-rights] tbody tr", has_text="安全培训记录").locator("[data-read]").check()
    submit(admin)
    saved(admin)
    admin.goto(f"{PORTAL}/account/add")
    fill(admin, account="a_viewer", name="只看的人", phone="13000000188", password=FIRST)
    chosen(admin, "role_ids", "只看培训")
    submit(admin)
    saved(admin)
    page = _enters(desk, "a_viewer", FIRST)
    _changes(page, FIRST, OWN)
    assert page.locator(".k-side .k-nav-sub a").all_text_contents() == ["安全培训"]
    page.goto(f"{PORTAL}/training_record/list/")
    expect(row(page, "三级安全教育").locator(".k-acts")).to_have_text("查看")
    expect(page.locator(".k-toolbar").get_by_text("导出")).to_have_count(0)
    answer = page.goto(f"{PORTAL}/risk_record/list/")
    assert answer is not None and answer.status == 403


@pytest.mark.req("A-146", "A-147", "A-150")
def test_an_account_without_role_and_a_role_without_right_are_refused_at_the_field(desk: Desk) -> None:
    desk.allowed.append("422")
    page = desk.login("a_admin")
    page.goto(f"{PORTAL}/account/add")
    fill(page, account="a_staff1", name="重名", phone="13000000177", password=FIRST)
    submit(page)
    expect(field(page, "role_ids").locator(".k-error")).to_have_text("请选择角色")
    chosen(page, "role_ids", "服务人员")
    submit(page)
    expect(field(page, "account").locator(".k-error")).to_have_text("账号已存在")
    expect(field(page, "name").locator("input")).to_have_value("重名")
    page.goto(f"{PORTAL}/role/add")
    fill(page, name="空的角色")
    submit(page)
    expect(field(page, "permissions").locator(".k-error")).to_have_text("请至少选择一项权限")
