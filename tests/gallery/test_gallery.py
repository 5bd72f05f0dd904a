"""Every template with sample values: drawn, within the policy, usable by keyboard and screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gallery_site import PAGES, make
from playwright.sync_api import Browser, Page, Playwright, expect
from shots import CHROMIUM, judge, look, served

WHOLE = [name for name, (template, _) in PAGES.items() if template != "dialog.html"]
pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium here")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as base:
        yield base


@pytest.fixture(scope="module")
def browser(playing: Playwright) -> Iterator[Browser]:
    running = playing.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield running
    running.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address).new_page()
    yield opened
    opened.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_in_both_languages(name: str) -> None:
    client = make().test_client()
    assert [client.get(f"/{name}?lang={lang}").status_code for lang in ("zh", "en")] == [200, 200]


@pytest.mark.parametrize("name", WHOLE)
def test_a_page_keeps_the_policy_and_axe_finds_nothing_serious(
    browser: Browser, address: str, name: str
) -> None:
    page, wrong = look(browser, f"{address}/{name}", "1440", "light")
    assert wrong + judge(page) == []
    page.context.close()


def test_a_selection_survives_paging(page: Page) -> None:
    page.goto("/list")
    page.locator("input[name=ids]").nth(3).check()
    page.locator("#page-2").click()
    page.wait_for_url("**/list?page=2")
    page.locator("[data-picked-text]", has_text="已选 1 条").wait_for()


def test_a_question_is_asked_with_the_focus_on_the_safe_answer(page: Page) -> None:
    page.goto("/list")
    page.locator("tbody details summary").first.click()
    page.get_by_role("button", name="删除").first.click()
    assert page.evaluate("document.activeElement.textContent") == "不删除"


def test_a_field_that_is_not_asked_is_not_sent(page: Page) -> None:
    page.goto("/form")
    page.get_by_label("一般").check()
    page.locator(".k-depends").wait_for(state="hidden")
    assert page.locator("#f-deadline").is_disabled()


def test_a_removed_row_can_be_called_back(page: Page) -> None:
    page.goto("/form")
    page.locator("[data-row-drop]").nth(1).click()
    removed = page.locator("[name='measures-1-delete']").count()
    page.locator(".k-toast button").first.click()
    assert (removed, page.locator("[name='measures-1-delete']").count()) == (1, 0)


def test_a_refused_form_says_where_and_leads_there(page: Page) -> None:
    page.goto("/form")
    page.locator("#f-name").fill("")
    page.get_by_role("button", name="提交核查").click()
    page.locator("[data-summary] a", has_text="请填写隐患名称").click()
    assert page.evaluate("document.activeElement.id") == "f-name"


def test_a_dialog_that_was_done_shuts_and_says_so(page: Page) -> None:
    page.goto("/detail")
    page.get_by_role("link", name="退回整改").click()
    page.locator("#k-dialog select").select_option("重复举报")
    page.get_by_role("button", name="撤销 3 条").click()
    page.locator(".k-toast", has_text="已派发 3 条隐患").wait_for()
    assert not page.evaluate("document.getElementById('k-dialog').open")


def test_the_menu_of_a_phone_is_a_drawer(browser: Browser, address: str) -> None:
    page, _ = look(browser, f"{address}/list", "390", "light")
    expect(page.locator("#side")).to_be_hidden()
    page.locator("[data-side-open]").click()
    expect(page.locator("#side")).to_be_visible()
    page.context.close()


def test_a_list_works_without_scripts(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False, base_url=address).new_page()
    page.goto("/list")
    page.locator("#q-kw").fill("氨")
    page.locator("#k-query button[type=submit]").click()
    assert "kw=" in page.url and "tab=all" in page.url
    page.context.close()
