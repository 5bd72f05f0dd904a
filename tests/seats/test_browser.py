"""The pages of a person without an account in a phone's browser, 390 pixels wide, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.live import PHONE, chromium, serving
from tests.projects import PNG, Builder, Site
from tests.seats.home import filled


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    return filled(build)


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with serving(site.app) as found:
        yield found


@pytest.fixture(scope="module")
def chrome(playing: Playwright) -> Iterator[Browser]:
    running = chromium(playing)
    yield running
    running.close()


@pytest.fixture(params=["light", "dark"])
def phone(chrome: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A phone in which the third person sits."""
    width, height = PHONE
    size = {"width": width, "height": height}
    context = chrome.new_context(base_url=address, viewport=size, locale="zh-CN", color_scheme=request.param)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/shop/m/")
    page.get_by_role("button", name="王").click()
    expect(page.get_by_role("heading", name="王")).to_be_visible()
    yield page
    context.close()


def test_a_report_with_a_photo_is_made_and_stands_among_ones_own(phone: Page, site: Site) -> None:
    phone.locator(".k-m-tabs").get_by_role("link", name="我要举报").click()
    phone.locator("[name=name]").fill("通道堵塞")
    phone.locator("input[type=file]").first.set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": PNG}
    )
    expect(phone.locator(".k-thumb-img")).to_have_count(1)
    expect(phone.locator(".is-uploading")).to_have_count(0)
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator(".k-m-title")).to_have_text("通道堵塞")
    expect(phone.locator(".k-m-dl img")).to_have_count(1)
    assert site.rows("report")[-1]["reporter"] == 3


def test_a_move_that_lacks_its_answer_says_so_and_is_then_made(phone: Page, site: Site) -> None:
    id_ = site.make("report", name="待办", reporter=1, agency=1)
    phone.goto(f"/shop/m/report/show/{id_}")
    phone.get_by_role("link", name="开始处理").click()
    phone.get_by_role("button", name="开始处理").click()
    expect(phone.get_by_text("请填写说明").first).to_be_visible()
    phone.locator("[name=words]").fill("已到现场")
    phone.get_by_role("button", name="开始处理").click()
    expect(phone.locator(".k-line")).to_contain_text("已到现场")
    assert site.row("report", id_)["state"] == "taken"


def test_two_people_sit_side_by_side_in_two_tabs(phone: Page) -> None:
    other = phone.context.new_page()
    other.goto("/shop/m/2/")
    other.get_by_role("button", name="李").click()
    expect(other.get_by_role("heading", name="李")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="王")).to_be_visible()


@pytest.mark.parametrize(
    "path", ["", "seats", "report/list/", "report/show/1", "report/add", "report/do/take/1", "report/show/99"]
)
def test_no_page_scrolls_sideways_and_axe_finds_nothing_serious(phone: Page, path: str) -> None:
    phone.goto(f"/shop/m/{path}")
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    found = Axe().run(phone).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
