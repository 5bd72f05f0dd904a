"""Rows of a workbook become records by the same rules as typed ones, under the same rights."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.imports.books import book, reasons, send
from tests.imports.shop import FILES, HEAD, filled
from tests.projects import Browser, Builder, Site


def order(name: str, *rest: Any) -> tuple[Any, ...]:
    return (name, "甲", *rest)


def test_every_kind_of_cell_becomes_its_value(every: Site) -> None:
    shop, clerk = every, every.as_("clerk")
    moment = datetime(2026, 1, 2, 8, 30)
    cells = ("一", "甲", 12.5, 7, date(2026, 1, 2), moment, "新、急", "关", "话", "是")
    status, body = send(clerk, "order", book(HEAD, cells))
    assert (status, body["state"], body["added"]) == (200, "written", 1)
    row = shop.rows("order")[0]
    found = [row[name] for name in ("no", "name", "amount", "pieces", "day", "at", "state", "note", "paid")]
    utc = datetime(2026, 1, 2, 0, 30)
    assert found == ["D0001", "一", Decimal("12.50"), 7, date(2026, 1, 2), utc, "closed", "话", True]
    assert (shop.many("order", "tags", row["id"]), row["b_city"]) == (["new", "hot"], 1)


def test_texts_that_mean_numbers_and_dates_are_read(shop: Site, clerk: Browser) -> None:
    status, _ = send(
        clerk, "order", book(HEAD, order("一", "1,234.50", "7", "2026/1/2", None, None, None, "x"))
    )
    row = shop.rows("order")[0]
    assert (status, row["amount"], row["pieces"], row["day"]) == (
        200,
        Decimal("1234.50"),
        7,
        date(2026, 1, 2),
    )


def test_imported_rows_are_counted(shop: Site, clerk: Browser) -> None:
    """A counter that was told before the import is not told again."""
    asked = [clerk.json("/api/v1/shop/order/")["count"]]
    send(clerk, "order", book(HEAD, order("一"), order("二")))
    assert [*asked, clerk.json("/api/v1/shop/order/")["count"]] == [0, 2]


def test_empty_cells_take_the_default(shop: Site, clerk: Browser) -> None:
    send(clerk, "order", book(HEAD, order("一")))
    assert [(row["pieces"], row["state"]) for row in shop.rows("order")] == [(1, "open")]


WRONG = (
    order("一", -1),
    order("二", "很多"),
    order("三", 5, 1, "2026-13-01"),
    order("四", 5, 1, None, None, "旧"),
    order("五", 5, 1, None, None, None, "坏"),
    order("六", 2000),
    order("七", 5, 200, None, None, None, "关"),
    ("", "甲"),
    ("九", "乙"),
    ("十", "他人"),
    order("十一", 6000, 1, None, None, None, None, "话"),
    order("好"),
    order("好"),
)
TOLD = [
    (2, "amount", "金额须大于零"),
    (3, "amount", "金额须大于零"),
    (4, "day", "日期不是有效日期，请按 2026-01-31 的格式填写"),
    (5, "tags", "标签“旧”不是可选项：新、急"),
    (6, "state", "状态“坏”不是可选项：开、关"),
    (7, "note", "请填写备注"),
    (8, "pieces", "关闭的订单不能超过100件"),
    (9, "name", "请填写名称"),
    (10, "customer", "客户名称“乙”不存在"),
    (11, "customer", "客户名称“他人”不存在"),
    (12, "", "没有这条记录"),
    (14, "name", "名称与文件第 13 行重复"),
]


def test_every_wrong_cell_is_told_and_nothing_is_stored(every: Site) -> None:
    shop, clerk = every, every.as_("clerk")
    status, body = send(clerk, "order", book(HEAD, *WRONG))
    assert (status, reasons(body)) == (422, TOLD)
    assert (body["good"], body["bad"], shop.rows("order")) == (1, 12, [])


def test_good_rows_alone_are_stored_where_that_is_asked(shop: Site, clerk: Browser) -> None:
    status, body = send(clerk, "order", book(HEAD, *WRONG), mode="good_rows")
    assert (status, body["message"], [row["name"] for row in shop.rows("order")]) == (
        200,
        "成功导入 1 行，失败 12 行",
        ["好"],
    )


def test_dry_run_stores_nothing_and_tells_the_same(shop: Site, clerk: Browser) -> None:
    status, body = send(clerk, "order", book(HEAD, *WRONG), dry_run="true")
    assert (status, body["state"], reasons(body), shop.rows("order")) == (200, "judged", TOLD, [])


def test_row_that_stands_already_is_told(shop: Site, clerk: Browser) -> None:
    send(clerk, "order", book(HEAD, order("一")))
    _, body = send(clerk, "order", book(HEAD, order("一"), order("二")), mode="good_rows")
    assert reasons(body) == [(2, "name", "名称已存在")]


def test_who_may_not_import_or_add_imports_nothing(shop: Site) -> None:
    status, _ = send(shop.as_("reader"), "order", book(HEAD, order("一")))
    assert (status, shop.rows("order")) == (403, [])


def test_column_that_one_may_not_write_is_unknown(shop: Site, clerk: Browser) -> None:
    status, body = send(clerk, "order", book((*HEAD, "内部"), (*order("一"), *[None] * 8, "x")))
    assert (status, "内部" in body["message"], shop.rows("order")) == (422, True, [])


def test_imported_record_is_as_one_that_was_typed(every: Site) -> None:
    """The same values through both doors leave the same rows, logs, cases."""
    shop, clerk = every, every.as_("clerk")
    values = {"name": "一", "customer": 1, "amount": 5, "tags": ["new"]}
    typed = clerk.client.post(
        "/api/v1/shop/order/", json=values, headers={"X-CSRFToken": clerk.get("/login/").token}
    )
    assert typed.status_code == 201
    send(clerk, "order", book(HEAD, order("二", 5, None, None, None, "新")))
    own = {"id", "uuid", "no", "name", "created_at", "updated_at"}
    one, other = [{k: v for k, v in row.items() if k not in own} for row in shop.rows("order")]
    assert one == other
    entries = [
        row for row in shop.platform("base_audit") if row["action"] == "add" and row["entity"] == "shop.order"
    ]
    kept = [{k: v for k, v in row["changes"].items() if k not in ("no", "name")} for row in entries[-2:]]
    assert kept[0] == kept[1]
    assert len([row for row in shop.platform("base_case") if row["entity"] == "shop.order"]) == 2


def test_each_import_is_told_in_the_log(shop: Site, clerk: Browser) -> None:
    send(clerk, "order", book(HEAD, order("一")), name="一月.xlsx")
    entry = next(row for row in shop.platform("base_audit") if row["action"] == "import")
    assert (entry["account"], entry["changes"]["name"], entry["changes"]["added"]) == (
        "clerk",
        [None, "一月.xlsx"],
        [None, "1"],
    )


def test_moves_that_saving_makes_are_made_by_an_import(build: Builder) -> None:
    files = {name: text.replace("by: [clerk]}", "by: [clerk], on: [add]}") for name, text in FILES.items()}
    shop = filled(build(files))
    send(shop.as_("clerk"), "order", book(HEAD, order("一"), order("二")))
    assert [row["phase"] for row in shop.rows("order")] == ["ended", "ended"]


def test_lines_outside_ones_rows_are_told_with_the_wrong_ones(shop: Site, clerk: Browser) -> None:
    """Though nothing of the file is stored."""
    status, body = send(clerk, "order", book(HEAD, order("一", -1), order("二", 6000, 1, *[None] * 4, "话")))
    assert (status, [row for row, *_ in reasons(body)], shop.rows("order")) == (422, [2, 3], [])


def test_empty_cells_stand_in_no_entry_of_the_log(shop: Site, clerk: Browser) -> None:
    """Rows that are stored together each tell what was typed in them, and what followed from it."""
    send(
        clerk, "order", book(HEAD, order("一", 5, 2), order("二"), order("三", None, None, None, None, "新"))
    )
    entries = [
        row for row in shop.platform("base_audit") if (row["entity"], row["action"]) == ("shop.order", "add")
    ]
    own = {"no", "customer", "state", "phase"}
    assert [{k: v[1] for k, v in row["changes"].items() if k not in own} for row in entries] == [
        {"name": "一", "amount": 5.0, "pieces": 2},
        {"name": "二", "pieces": 1},
        {"name": "三", "pieces": 1, "tags": ["new"]},
    ]
