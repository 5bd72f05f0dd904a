"""An agency registers itself: from the login page to its own record, with a mistake on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import PHONE, Desk, desk_at
from tests.browser.test_axe import _serious
from tests.projects import PDF, Builder
from tests.registering.home import bureau

LETTER = {"name": "授权书.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture(scope="module")
def office(browser: Browser, build: Builder) -> Iterator[Desk]:
    site = bureau(build)
    writer = site.as_("office")
    upload = writer.file("template", "document", PDF, "授权书模板.pdf")
    assert writer.post("/bureau/template/add", {"document": str(upload), "current": "1"}).status == 303
    with desk_at(browser, site) as opened:
        opened.allowed.append("422")
        yield opened


def _filled(page: Page, account: str, name: str, captcha: str) -> None:
    page.get_by_label("用户名").fill(account)
    page.get_by_label("密码", exact=True).fill("123456")
    page.get_by_label("确认密码").fill("123456")
    page.get_by_label("机构名称").fill(name)
    page.get_by_label("负责人手机号码").fill("13000000001")
    page.get_by_label("邮箱").fill("a@example.com")
    page.locator("#f-captcha").fill(captcha)


def _submit(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="提交").click()


def test_an_agency_registers_itself(office: Desk) -> None:
    page = office.window()
    page.goto("/bureau/login/")
    page.get_by_role("link", name="立即注册").click()
    expect(page.get_by_role("heading", name="机构注册")).to_be_visible()
    _filled(page, "Demo_Reg1", "示范机构", "9999")
    expect(page.locator(".k-hint", has_text="用户名可用")).to_be_visible()
    page.locator("[data-upload] input[type=file]").set_input_files([LETTER])  # type: ignore[list-item]
    expect(page.get_by_role("link", name="授权书.pdf")).to_be_visible()
    _submit(page)
    expect(page.get_by_role("alert")).to_have_text("验证码错误")
    expect(page.get_by_role("link", name="授权书.pdf")).to_be_visible()
    assert _serious(page) == []
    _filled(page, "Demo_Reg1", "示范机构", "0000")
    _submit(page)
    page.wait_for_url("**/bureau/agency/mine")
    expect(page.locator(".k-user")).to_contain_text("示范机构")


def test_a_taken_name_is_told_while_one_types(office: Desk) -> None:
    page = office.window()
    page.goto("/bureau/register/")
    name = page.get_by_label("用户名")
    name.fill("ADMIN")
    page.get_by_label("机构名称").focus()
    expect(page.get_by_text("用户名已被注册")).to_be_visible()
    name.fill("1abc")
    page.get_by_label("机构名称").focus()
    expect(page.get_by_text("用户名必须以字母开头")).to_be_visible()
    name.fill("abcd_1")
    page.get_by_label("机构名称").focus()
    expect(page.locator(".k-hint", has_text="用户名可用")).to_be_visible()


def test_the_template_is_downloaded_without_a_login(office: Desk) -> None:
    page = office.window()
    page.goto("/bureau/register/")
    with page.expect_download() as found:
        page.get_by_role("link", name="下载授权书模板").click()
    assert found.value.suggested_filename == "授权书模板.pdf"


def test_axe_finds_nothing_serious_in_the_dark_and_on_a_phone(office: Desk) -> None:
    for size, dark in (((1440, 900), True), (PHONE, False)):
        page = office.window(size=size, dark=dark)
        page.goto("/bureau/register/")
        assert _serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
