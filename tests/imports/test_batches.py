"""An import as a whole: look first, write, the marked workbook, change by key, background work, undo."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from tests.imports.books import book, finished, headers, read, reasons, send, step
from tests.imports.shop import HEAD
from tests.projects import Browser, Site

STOCK = ("货号", "品名", "数量")


def content(who: Browser, path: str) -> bytes:
    answer = who.client.get(path, headers={"Accept-Language": "zh"})
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    return answer.get_data()


# --- look first, then write ----------------------------------------------------------------------


def test_what_was_looked_through_is_written_once(shop: Site, clerk: Browser) -> None:
    _, looked = send(clerk, "order", book(HEAD, ("一", "甲"), ("二", "乙")), dry_run="true")
    status, done = step(clerk, looked, "write", mode="good_rows")
    assert (status, done["state"], done["added"], len(shop.rows("order"))) == (200, "written", 1, 1)
    assert [step(clerk, looked, verb)[0] for verb in ("write", "drop")] == [409, 409]


def test_what_was_thrown_away_is_not_written(shop: Site, clerk: Browser) -> None:
    _, looked = send(clerk, "order", book(HEAD, ("一", "甲")), dry_run="true")
    assert step(clerk, looked, "drop")[1]["state"] == "dropped"
    assert (step(clerk, looked, "write")[0], shop.rows("order")) == (409, [])


def test_import_of_another_is_none(shop: Site, clerk: Browser) -> None:
    _, body = send(clerk, "order", book(HEAD, ("一", "甲"), ("二", "乙")), mode="good_rows")
    shop.person("other", "clerk")
    other = shop.as_("other")
    paths = (body["url"], body["marked"])
    assert [other.client.get(path).status_code for path in paths] == [404, 404]
    assert [step(other, body, verb)[0] for verb in ("write", "drop", "undo")] == [404, 404, 404]


def test_same_upload_under_one_key_is_done_once(shop: Site, clerk: Browser) -> None:
    more = {**headers(clerk), "Idempotency-Key": "k1"}
    bodies = []
    for _ in range(2):
        data = {"file": (io.BytesIO(b"".join([SAME])), "a.xlsx")}
        answer = clerk.client.post("/api/v1/shop/order/import", data=data, headers=more)
        bodies.append(answer.get_json()["id"])
    assert (bodies[0] == bodies[1], len(shop.rows("order"))) == (True, 1)


SAME = book(HEAD, ("一", "甲"))


# --- the marked workbook -------------------------------------------------------------------------


def test_same_workbook_comes_back_with_its_wrong_cells_marked(clerk: Browser) -> None:
    _, body = send(clerk, "order", book(HEAD, ("一", "甲", -1), ("二", "甲"), ("三", "乙")), dry_run="true")
    page: Any = openpyxl.load_workbook(io.BytesIO(content(clerk, body["marked"]))).active
    assert [cell.value for cell in page[1]][-2:] == ["原文件行号", "错误原因"]
    assert [row[-1].value for row in page.iter_rows(min_row=2)] == [
        "金额须大于零",
        None,
        "客户名称“乙”不存在",
    ]
    marked = [cell.coordinate for row in page.iter_rows(min_row=2) for cell in row if cell.comment]
    assert (marked, page["C2"].fill.fgColor.rgb) == (["C2", "B4"], "FFFBD5D5")


def test_what_was_imported_is_taken_out_and_the_rest_can_be_sent_again(shop: Site, clerk: Browser) -> None:
    rows = (("一", "甲"), ("二", "乙"), ("三", "甲"), ('=1+"x"', "甲"))
    _, body = send(clerk, "order", book(HEAD, *rows), mode="good_rows")
    back = content(clerk, body["marked"])
    assert [(row[0], row[-2]) for row in read(back)[1:]] == [("二", 3), ('=1+"x"', 5)]
    shop.make("customer", name="乙", code="c3")
    _, again = send(clerk, "order", back, mode="good_rows")
    assert (again["added"], [one["name"] for one in shop.rows("order")]) == (1, ["一", "三", "二"])


# --- change by key -------------------------------------------------------------------------------


def test_known_key_changes_the_record_and_empty_cells_leave_what_stands(shop: Site, clerk: Browser) -> None:
    shop.make("stock", code="a", name="旧", count=5)
    _, body = send(clerk, "stock", book(STOCK, ("a", "新", None), ("b", "乙", 1)))
    assert (body["added"], body["changed"]) == (1, 1)
    assert [(row["code"], row["name"], row["count"]) for row in shop.rows("stock")] == [
        ("a", "新", 5),
        ("b", "乙", 1),
    ]


def test_record_that_is_so_already_is_no_change(shop: Site, clerk: Browser) -> None:
    shop.make("stock", code="a", name="旧", count=5)
    _, body = send(clerk, "stock", book(STOCK, ("a", "旧", 5)))
    assert (body["changed"], shop.rows("stock")[0]["version"]) == (0, 1)


def test_wrong_change_is_told_and_changes_nothing(shop: Site, clerk: Browser) -> None:
    shop.make("stock", code="a", name="旧", count=5)
    _, body = send(clerk, "stock", book(STOCK, ("a", "新", -5), ("b", "乙", 1)))
    assert (reasons(body)[0][:2], [row["name"] for row in shop.rows("stock")]) == ((2, "count"), ["旧"])


# --- within a record -----------------------------------------------------------------------------


def test_rows_of_a_record_are_imported_into_it(shop: Site, clerk: Browser) -> None:
    order = shop.make("order", name="一", customer=1)
    assert send(clerk, "line", book(("品名",), ("a",), ("b",)), order=order)[0] == 200
    assert [(row["order"], row["what"]) for row in shop.rows("line")] == [(order, "a"), (order, "b")]


def test_record_that_is_not_there_takes_no_rows(shop: Site, clerk: Browser) -> None:
    status, _ = send(clerk, "line", book(("品名",), ("a",)), order=999)
    assert (status, shop.rows("line")) == (422, [])


# --- background work -----------------------------------------------------------------------------

LONG = 301


def test_long_file_is_background_work(every: Site) -> None:
    clerk = every.as_("clerk")
    rows = [(f"n{at}", "甲", at + 1) for at in range(LONG)]
    status, body = send(clerk, "order", book(HEAD, *rows))
    assert (status, body["state"], every.rows("order")) == (202, "waiting", [])
    done = finished(every, clerk, body)
    assert (done["state"], done["added"], len(every.rows("order"))) == ("written", LONG, LONG)
    assert clerk.client.get(done["job"], headers={"Accept": "application/json"}).get_json()["state"] == "done"


def test_work_tells_how_much_of_it_is_done(shop: Site, clerk: Browser) -> None:
    rows = [(f"n{at}", "甲", at + 1) for at in range(LONG)]
    _, body = send(clerk, "order", book(HEAD, *rows))
    before = clerk.client.get(body["job"], headers={"Accept": "application/json"}).get_json()
    done = finished(shop, clerk, body)
    after = clerk.client.get(done["job"], headers={"Accept": "application/json"}).get_json()
    assert [(one["done"], one["total"]) for one in (before, after)] == [(0, 0), (3, 3)]


def test_many_rows_take_few_statements(shop: Site, clerk: Browser) -> None:
    rows = [(f"n{at}", "甲", at + 1) for at in range(LONG)]
    _, body = send(clerk, "order", book(HEAD, *rows))
    with shop.statements() as seen:
        finished(shop, clerk, body)
    assert len(seen) < 60


def test_long_file_with_wrong_rows_stores_nothing(shop: Site, clerk: Browser) -> None:
    rows = [(f"n{at}", "甲", at - 5) for at in range(LONG)]
    _, body = send(clerk, "order", book(HEAD, *rows))
    done = finished(shop, clerk, body)
    assert (done["state"], done["bad"], shop.rows("order")) == ("refused", 6, [])


def test_job_of_a_person_who_may_no_longer_import_stores_nothing(shop: Site, clerk: Browser) -> None:
    rows = [(f"n{at}", "甲") for at in range(LONG)]
    send(clerk, "order", book(HEAD, *rows))
    shop.set("user", shop.users["clerk"], status="disabled")
    shop.here.jobs.drain()
    assert shop.rows("order") == []


# --- undo ----------------------------------------------------------------------------------------


def test_import_is_undone_while_its_records_are_untouched(every: Site) -> None:
    clerk = every.as_("clerk")
    every.make("stock", code="a", name="旧", count=5)
    _, body = send(clerk, "stock", book(STOCK, ("a", "新", 6), ("b", "乙", 1)))
    status, done = step(clerk, body, "undo")
    living = [(row["code"], row["name"], row["count"]) for row in every.rows("stock") if not row["alive"]]
    assert (status, done["state"], living) == (200, "undone", [("a", "旧", 5)])
    assert step(clerk, body, "undo")[0] == 409


def test_touched_record_keeps_the_whole_import(shop: Site, clerk: Browser) -> None:
    _, body = send(clerk, "stock", book(STOCK, ("a", "甲", 1), ("b", "乙", 1)))
    changed = {"count": 9}
    clerk.client.put("/api/v1/shop/stock/2", json=changed, headers=headers(clerk))
    status, told = step(clerk, body, "undo")
    assert (status, told["message"]) == (409, "以下行导入的记录之后被修改或引用，不能撤销：3")
    assert len(shop.rows("stock")) == 2 and not any(row["alive"] for row in shop.rows("stock"))


def test_record_that_is_referred_to_keeps_the_whole_import(shop: Site, clerk: Browser) -> None:
    _, body = send(clerk, "order", book(HEAD, ("一", "甲"), ("二", "甲")))
    shop.make("line", order=shop.rows("order")[0]["id"], what="x")
    assert (step(clerk, body, "undo")[0], len(shop.rows("order"))) == (409, 2)


@pytest.mark.parametrize("path", ["import", "import-template.xlsx"])
def test_who_may_not_import_finds_no_way_in(shop: Site, path: str) -> None:
    reader = shop.as_("reader")
    assert reader.get(f"/shop/order/{path}").status == 403
    assert "/shop/order/import" not in reader.get("/shop/order/list/").html
