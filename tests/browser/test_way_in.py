"""From the public page into the portal and out again; theme, language and keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import PASSWORD, Desk
from tests.browser.steps import PORTAL

Login = Callable[..., Page]


@pytest.mark.req("A-014", "A-015", "A-017")
def test_a_visitor_finds_the_way_from_the_public_page_to_the_home_page(desk: Desk) -> None:
    page = desk.window()
    page.goto(f"{PORTAL}/")
    expect(page.get_by_role("heading", name="办事服务")).to_be_visible()
    page.get_by_role("link", name="安全生产责任保险监管平台").click()
    expect(page.get_by_role("heading", name="安全生产责任保险监管平台综合页面")).to_be_visible()
    assert page.locator(".k-way b").all_text_contents() == [
        "安全生产技术服务机构",
        "保险机构",
        "监管部门",
        "平台管理",
    ]
    page.get_by_role("link", name="安全生产技术服务机构").click()
    page.get_by_label("账号", exact=True).fill("a_manager")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PORTAL}/")
    expect(page.locator(".k-user")).to_contain_text("甲机构业务负责人")
    expect(page.locator(".k-user")).to_contain_text("安服甲(示范)")


@pytest.mark.req("A-144")
def test_wrong_passwords_are_counted_until_the_right_one(desk: Desk) -> None:
    """After the third a captcha is asked; who is let in begins anew."""
    desk.allowed.append("401")
    page, captcha = desk.window(), "#f-captcha"

    def knock(password: str) -> None:
        page.get_by_label("账号", exact=True).fill("b_admin")
        page.get_by_label("密码", exact=True).fill(password)
        if page.locator(captcha).count():
            page.locator(captcha).fill("0000")
        with page.expect_navigation():
            page.get_by_role("button", name="登录", exact=True).click()

    page.goto(f"{PORTAL}/entry/agency/")
    for asked in (0, 0, 1):
        knock("Wrong@2024x")
        expect(page.get_by_role("alert")).to_have_text("账号或密码错误")
        expect(page.locator(captcha)).to_have_count(asked)
    knock(PASSWORD)
    page.wait_for_url(f"**{PORTAL}/")
    page.context.clear_cookies()
    page.goto(f"{PORTAL}/entry/agency/")
    knock("Wrong@2024x")
    expect(page.get_by_role("alert")).to_have_text("账号或密码错误")
    expect(page.locator(captcha)).to_have_count(0)


@pytest.mark.req("A-144", "A-145")
@pytest.mark.parametrize(
    ("door", "password", "sentence"),
    [("agency", "Wrong@2024x", "账号或密码错误"), ("insurer", PASSWORD, "该账号不属于本登录入口")],
)
def test_a_wrong_password_and_a_wrong_door_are_refused(
    desk: Desk, door: str, password: str, sentence: str
) -> None:
    desk.allowed.append("401")
    page = desk.window()
    page.goto(f"{PORTAL}/entry/{door}/")
    page.get_by_label("账号", exact=True).fill("a_staff2")
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(sentence)
    expect(page.get_by_label("密码", exact=True)).to_have_value("")
    assert not [c for c in page.context.cookies() if c["name"] == "fab_session"]


def test_logging_out_leads_to_the_door_of_the_persons_group(desk: Desk) -> None:
    page = desk.window()
    page.goto(f"{PORTAL}/entry/agency/")
    page.get_by_role("button", name="a_staff1").click()
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_load_state("networkidle")  # the figures of the home page are asked for one by one
    page.locator(".k-user").click()
    page.locator("details[open]").get_by_text("退出", exact=True).click()
    page.wait_for_url(f"**{PORTAL}/entry/agency/")
    page.goto(f"{PORTAL}/service_order/list/")
    assert "/login/" in page.url


def test_dark_is_remembered_by_the_next_page_and_the_next_window(login: Login) -> None:
    page = login("a_manager")
    page.get_by_role("button", name="切换深色模式").click()
    page.goto(f"{PORTAL}/training_record/list/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    second = page.context.new_page()
    second.goto(f"{PORTAL}/")
    expect(second.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_language_is_chosen_and_kept(login: Login) -> None:
    page = login("a_manager")
    page.goto(f"{PORTAL}/service_order/list/")
    page.get_by_label("语言").click()
    page.get_by_role("link", name="English").click()
    page.wait_for_load_state()
    page.goto(f"{PORTAL}/service_order/list/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#list .k-tabs")).to_contain_text("Pending")
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_visible()


def test_the_first_key_press_offers_to_skip_to_the_content(login: Login) -> None:
    page = login("a_manager")
    page.goto(f"{PORTAL}/service_order/list/")
    page.keyboard.press("Tab")
    expect(page.locator(".k-skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_slash_key_goes_to_the_search(login: Login) -> None:
    page = login("a_manager")
    page.goto(f"{PORTAL}/service_order/list/")
    page.keyboard.press("/")
    expect(page.locator("#q-order_no")).to_be_focused()


def test_escape_closes_a_menu_and_gives_the_focus_back(login: Login) -> None:
    page = login("a_manager")
    page.goto(f"{PORTAL}/service_order/list/")
    menu = page.locator("#list tbody summary").first
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list tbody details[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#list tbody details[open]")).to_have_count(0)
    expect(menu).to_be_focused()


def test_the_group_of_the_current_page_is_open_in_the_menu(login: Login) -> None:
    page = login("a_manager")
    page.goto(f"{PORTAL}/drill_record/list/")
    expect(page.locator(".k-side [aria-current=page]")).to_have_text("应急预案编制和演练")


@pytest.mark.req("A-003")
def test_the_services_have_exactly_eight_entries_in_their_order(login: Login) -> None:
    page = login("a_manager")
    page.goto(f"{PORTAL}/service_order/list/")
    group = page.locator(".k-side .k-nav > ul > li", has_text="安责险服务")
    assert group.locator(".k-nav-sub a").all_inner_texts() == [
        *("服务订单", "安全培训", "隐患排查", "风险识别", "标准化建设", "应急预案编制和演练"),
        *("安全生产科技推广应用", "其他有关事故预防工作"),
    ]
