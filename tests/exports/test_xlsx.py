"""Workbooks that leave: the rows of the question, real cells, nothing masked or hidden, told in the log."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fab_app.runtime.exports import workbook
from tests.projects import Builder, Site
from tests.servers import DATABASES

FILES = {
    "schema/shop/portal.yaml": """
title: 店
exports: {most: 40}
messages: {too_many: {zh: 太多了, en: Too many}}
""",
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
fields:
  name: {type: text, label: 名称, required: true}
  phone: {type: phone, label: 电话, mask: true}
  amount: {type: money, label: 金额}
  pieces: {type: int, label: 件数}
  day: {type: date, label: 日期}
  at: {type: datetime, label: 时刻}
  customer: {type: ref, to: customer, label: 客户}
  tags: {type: choices, label: 标签, options: {new: 新, hot: 急}}
  state: {type: choice, label: 状态, options: {open: 开, closed: 关}}
  secret: {type: text, label: 内部}
  more: {type: json, label: 其他}
words: {list: 订单 列表}
listing:
  columns:
    [name, {field: phone, label: 手机}, amount, pieces, day, at, customer, customer.code, tags, state, secret, more]
  search: [state, name]
  batch: [export]
""",
    "schema/shop/customer.yaml": """
label: 客户
fields: {name: {type: text, label: 名称}, code: {type: text, label: 代号}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: "name != '他人'", customer: 'true'}
may: {order: [read, export], customer: [read]}
fields: {order: {hidden: [secret]}}
""",
    "permissions/shop/reader.yaml": "label: 读\nrows: {order: 'true'}\nmay: {order: [read]}\n",
}
VALUES = {
    "name": "=1+1",
    "phone": "13812345678",
    "amount": "12.50",
    "pieces": 7,
    "day": "2026-01-02",
    "at": "2026-01-02T08:30:00",
    "tags": ["new", "hot"],
    "state": "open",
    "secret": "内",
    "more": {"a": 1},
}


@pytest.fixture(params=DATABASES)
def shop(build: Builder, request: pytest.FixtureRequest) -> Site:
    site = build(FILES, request.param)
    customer = site.make("customer", name="甲", code="c1")
    site.make("order", customer=customer, **VALUES)
    site.make("order", name="他人")
    return site


def opened(answer: Any) -> list[tuple[Any, ...]]:
    assert answer.status == 200, answer.text
    sheet = openpyxl.load_workbook(io.BytesIO(answer.response.get_data())).active
    return list(sheet.iter_rows(values_only=True))


LABELS = ("名称", "手机", "金额", "件数", "日期", "时刻", "客户", "代号", "标签", "状态", "其他")


def test_columns_of_the_list_with_real_cells(shop: Site) -> None:
    heading, *rows = opened(shop.as_("clerk").get("/shop/order/export.xlsx"))
    assert heading == LABELS
    moment = datetime(2026, 1, 2, 8, 30)
    told = ("=1+1", "138****5678", 12.5, 7, datetime(2026, 1, 2), moment, "甲", "c1", "新、急", "开")
    assert [row[:-1] for row in rows] == [told]


def test_text_is_never_a_formula_and_numbers_have_their_format(shop: Site) -> None:
    answer = shop.as_("clerk").get("/shop/order/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.response.get_data())).active
    cells = list(sheet.iter_rows())[1]
    found = [(cell.data_type, cell.number_format) for cell in cells[:6]]
    formats = ["#,##0.00", "0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"]
    assert found == [("s", "General")] * 2 + list(zip("nndd", formats, strict=True))


def test_name_of_the_file_is_the_list_and_the_moment(shop: Site) -> None:
    header = shop.as_("clerk").get("/shop/order/export.xlsx").response.headers["Content-Disposition"]
    assert re.fullmatch(r".*filename\*=UTF-8''订单 列表_\d{14}\.xlsx", unquote(header))


def test_conditions_and_chosen_columns_of_the_list_hold(shop: Site) -> None:
    shop.make("order", name="第二", state="closed")
    found = opened(shop.as_("clerk").get("/shop/order/export.xlsx?state=closed&cols=name&cols=state"))
    assert found == [("名称", "状态"), ("第二", "关")]


def test_chosen_column_that_is_hidden_is_not_there(shop: Site) -> None:
    assert opened(shop.as_("clerk").get("/shop/order/export.xlsx?cols=secret"))[0] == LABELS


def test_who_may_not_export_gets_nothing(shop: Site) -> None:
    reader = shop.as_("reader")
    statuses = [
        reader.get(path).status for path in ("/shop/order/export.xlsx", "/shop/order/batch/export?ids=1")
    ]
    assert (statuses, "export.xlsx" in reader.get("/shop/order/list/").html) == ([403, 403], False)


def test_too_many_rows_are_refused_with_the_portals_sentence(shop: Site) -> None:
    shop.fill("order", [{"name": f"n{index}", "version": 1} for index in range(40)])
    found = shop.as_("clerk").get("/shop/order/export.xlsx")
    assert (found.status, "太多了" in found.html) == (422, True)
    assert len(opened(shop.as_("clerk").get("/shop/order/export.xlsx?name=n1"))) == 12


def test_each_export_is_told_in_the_log(shop: Site) -> None:
    client = shop.as_("clerk")
    client.get("/shop/order/export.xlsx?state=open")
    client.client.head("/shop/order/export.xlsx")
    entries = [row for row in shop.platform("base_audit") if row["action"] == "export"]
    told = [(row["account"], row["entity"], row["record_id"], row["changes"]) for row in entries]
    assert told == [("clerk", "shop.order", None, {"filters": [None, "state eq open"], "rows": [None, "1"]})]


def test_ticked_rows_are_exported_as_a_workbook(shop: Site) -> None:
    client = shop.as_("clerk")
    first = shop.rows("order")[0]["id"]
    found = client.follow(client.get(f"/shop/order/batch/export?ids={first}&ids={first + 1}"))
    assert [row[0] for row in opened(found)] == ["名称", "=1+1"]


def pieces(values: list[Any]) -> Iterator[list[list[str]]]:
    yield [[workbook.cell(value) for value in values]]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(TEXTS, st.integers(-(10**12), 10**12), st.dates(date(1900, 3, 1))), min_size=1, max_size=8
    )
)
def test_cells_read_again_are_the_values(values: list[Any]) -> None:
    content = b"".join(workbook.book("t", ["a"], pieces(values)))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    found = [row[0] for row in sheet.iter_rows(min_row=2, max_row=1 + len(values), values_only=True)]
    clean = [
        re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", v) if isinstance(v, str) else v for v in values
    ]
    clean = [re.sub("\r\n?", "\n", v) or None if isinstance(v, str) else v for v in clean]
    assert [v.date() if isinstance(v, datetime) else None if v == "" else v for v in found] == clean


def test_decimals_keep_their_digits() -> None:
    assert workbook.cell(Decimal("-0.10")) == f'<c s="{workbook.SCALED + 2}"><v>-0.10</v></c>'


def test_rows_stand_in_the_order_of_the_list_and_of_its_tab(build: Builder) -> None:
    tabs = "listing:\n  tabs: {all: {label: 全}, open: {label: 开, where: state == 'open'}}\n"
    order = FILES["schema/shop/order.yaml"].replace("listing:\n", tabs)
    shop = build({**FILES, "schema/shop/order.yaml": order})
    for name, amount, state in (("b", 3, "open"), ("a", 9, "open"), ("c", 1, "closed")):
        shop.make("order", name=name, amount=amount, state=state)
    clerk = shop.as_("clerk")
    asked = ("order=name", "order=-amount", "tab=open&order=name", "tab=open&order=-name")
    found = []
    for query in asked:
        listed = clerk.get(f"/shop/order/list/?{query}").column("name")
        found.append(listed)
        rows = opened(clerk.get(f"/shop/order/export.xlsx?{query}"))[1:]
        assert [row[0] for row in rows] == listed
    assert found == [["a", "b", "c"], ["a", "b", "c"], ["a", "b"], ["b", "a"]]


def test_workbook_of_a_list_leaves_piece_by_piece(shop: Site) -> None:
    answer = shop.as_("clerk").client.get("/shop/order/export.xlsx", buffered=False)
    streamed = (answer.is_streamed, "Content-Length" in answer.headers)
    pieces = list(answer.response)  # to its end: an answer half taken holds its place in the database
    answer.close()
    assert (streamed, len(pieces) > 1) == ((True, False), True)
