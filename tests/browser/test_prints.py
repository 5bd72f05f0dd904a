"""Many ticked records on paper: asked for in the list, followed as background work, fetched there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import PHONE, Desk, desk_at
from tests.prints.test_many import FILES
from tests.projects import Builder, Site

ARTIFACTS = Path(__file__).parents[1] / "artifacts"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    builder = Builder(tmp_path_factory.mktemp("prints"))
    made = builder(FILES)
    for number in range(7):
        made.make("order", name=f"单{number}")
    yield made
    builder.close()


@pytest.fixture
def shop(browser: Browser, site: Site) -> Iterator[Desk]:
    with desk_at(browser, site) as opened:
        yield opened


def asked(page: Page, ticks: bool) -> None:
    """All rows of the list, looked at before they are printed. A phone has no ticks, but the address."""
    if ticks:
        page.goto("/shop/order/list/")
        for box in page.locator("tbody input[name=ids]").all():
            box.check()
        page.get_by_role("button", name="单据").click()
    else:
        page.goto("/shop/order/print/slip?" + "&".join(f"ids={number}" for number in range(1, 8)))
    expect(page.get_by_text("预览只显示 7 条中的前 3 条")).to_be_visible()


@pytest.mark.parametrize("size", [(1440, 900), PHONE])
def test_many_records_are_printed_in_the_background_and_fetched(
    shop: Desk, site: Site, size: tuple[int, int]
) -> None:
    page = shop.login("clerk", size=size)
    asked(page, ticks=size != PHONE)
    page.screenshot(path=ARTIFACTS / f"print-many-{size[0]}.png")
    page.get_by_role("button", name="打印 7 条记录").click()
    expect(page.locator("h1")).to_contain_text("单据 单")
    site.here.jobs.drain()
    page.reload()
    link = page.get_by_role("link", name="下载文件")
    expect(link).to_be_visible()
    page.screenshot(path=ARTIFACTS / f"print-done-{size[0]}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as got:
        link.click()
    assert got.value.suggested_filename.endswith(".pdf")
    assert Path(got.value.path()).read_bytes()[:5] == b"%PDF-"
