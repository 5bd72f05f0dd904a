"""Excel in on screen: choose, look, import, take back."""

from __future__ import annotations

import io

from tests.imports.books import book
from tests.imports.shop import HEAD
from tests.pages import Page
from tests.projects import Browser, Site


def uploaded(who: Browser, content: bytes, name: str = "一月.xlsx") -> Page:
    who.get("/shop/order/import")
    return who.post("/shop/order/import", {"file": (io.BytesIO(content), name)})


def looked(who: Browser, content: bytes) -> tuple[str, Page]:
    """The address of the import, and its page."""
    sent = uploaded(who, content)
    return sent.location, who.follow(sent)


def test_list_leads_to_the_import_and_the_template(shop: Site, clerk: Browser) -> None:
    page = clerk.get("/shop/order/list/")
    assert {"/shop/order/import", "/shop/order/import-template.xlsx"} <= set(page.addresses)


def test_upload_is_looked_through_then_written_then_undone(shop: Site, clerk: Browser) -> None:
    at, page = looked(clerk, book(HEAD, ("一", "甲"), ("二", "乙")))
    assert ("客户名称“乙”不存在" in page.text, "导入 1 行" in page.text, shop.rows("order")) == (
        True,
        True,
        [],
    )
    done = clerk.follow(clerk.post(f"{at}/write"))
    assert ("成功导入 1 行，失败 1 行" in done.text, [row["name"] for row in shop.rows("order")]) == (
        True,
        ["一"],
    )
    gone = clerk.follow(clerk.post(f"{at}/undo"))
    assert ("这次导入已撤销" in gone.text, shop.rows("order")) == (True, [])


def test_file_that_is_no_workbook_is_told_on_the_page(shop: Site, clerk: Browser) -> None:
    page = uploaded(clerk, b"name,customer")
    assert (page.status, "请上传 xlsx 文件" in page.text, "上传并校验" in page.text) == (415, True, True)


def test_earlier_imports_are_listed(shop: Site, clerk: Browser) -> None:
    at, _ = looked(clerk, book(HEAD, ("一", "甲")))
    clerk.post(f"{at}/write")
    page = clerk.get("/shop/order/import")
    assert "一月.xlsx" in page.text and f"{at}/undo" in page.html


def test_long_file_shows_how_far_it_is(shop: Site, clerk: Browser) -> None:
    at, page = looked(clerk, book(HEAD, *((f"n{number}", "甲") for number in range(301))))
    assert ("正在处理" in page.text, "hx-get" in page.html) == (True, True)
    shop.here.jobs.drain()
    done = clerk.get(at)
    assert ("导入 301 行" in done.text, "hx-trigger" in done.html) == (True, False)


def test_upload_that_was_thrown_away_is_gone(shop: Site, clerk: Browser) -> None:
    at, _ = looked(clerk, book(HEAD, ("一", "甲")))
    back = clerk.follow(clerk.post(f"{at}/drop"))
    assert ("已放弃，未导入任何数据" in back.html, "一月.xlsx" in back.text) == (True, False)
