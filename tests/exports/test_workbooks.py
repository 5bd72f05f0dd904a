"""All that hangs on one record in one workbook: each list by its rights, what was written told in front."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from fab_app.runtime.exports import workbook
from tests.projects import Builder, Site
from tests.servers import DATABASES

FILES = {
    "schema/shop/portal.yaml": """
title: 店
functions: {backup: {label: 备份, actions: [export], workbooks: [all]}}
workbooks:
  all:
    of: customer
    label: 全部数据
    sheets: [customer, order, line, {list: transfer, by: new}, {list: note, by: about}]
""",
    "schema/shop/customer.yaml": "label: 客户\nfields: {name: {type: text, label: 名称}}\n",
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
fields:
  name: {type: text, label: 名称}
  phone: {type: phone, label: 电话, mask: true}
  secret: {type: text, label: 内部}
  customer: {type: ref, to: customer, label: 客户}
listing: {columns: [name, phone, secret]}
""",
    "schema/shop/line.yaml": """
label: 明细
fields: {item: {type: text, label: 品名}, order: {type: ref, to: order, label: 订单}}
listing: {columns: [item]}
""",
    "schema/shop/transfer.yaml": """
label: 转让
fields: {old: {type: ref, to: customer, label: 原客户}, new: {type: ref, to: customer, label: 新客户}}
""",
    "schema/shop/note.yaml": """
label: 便笺
fields: {text: {type: text, label: 内容}, about: {type: ref, to: customer, label: 客户}}
""",
    "permissions/shop/keeper.yaml": """
label: 管理员
rows: {customer: all, order: "name != '他人'", line: all, transfer: all, note: all}
may:
  backup: [export]
  customer: [read, export]
  order: [read, export]
  line: [read, export]
  transfer: [read, export]
  note: [read]
fields: {order: {hidden: [secret]}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {customer: "name == '甲'", order: all}
may: {customer: [read, export], order: [read, export]}
""",
    "permissions/shop/near.yaml": """
label: 近处
rows: {customer: "name == '甲'", order: all}
may: {backup: [export], customer: [read], order: [read, export]}
""",
}


@pytest.fixture(scope="module", params=DATABASES)
def shop(build: Builder, request: pytest.FixtureRequest) -> Site:
    site = build(FILES, request.param)
    first, second = site.make("customer", name="甲"), site.make("customer", name="乙")
    order = site.make("order", name="=1+1", phone="13812345678", secret="内", customer=first)
    site.make("order", name="他人", customer=first)
    foreign = site.make("order", name="乙的", customer=second)
    site.make("line", item="一", order=order)
    site.make("line", item="二", order=foreign)
    site.make("transfer", old=first, new=second)
    site.make("transfer", old=second, new=first)
    site.make("note", text="记", about=first)
    return site


def book(site: Site, account: str, id_: int = 1) -> dict[str, list[tuple[Any, ...]]]:
    answer = site.as_(account).client.get(f"/shop/customer/workbook/all/{id_}")
    assert answer.status_code == 200
    read = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in read.worksheets}


def test_each_list_has_the_rows_that_hang_on_the_record_and_may_be_exported(shop: Site) -> None:
    found = book(shop, "keeper")
    assert list(found) == ["目录", "客户", "订单", "明细", "转让"]  # no 便笺: it may only be read
    assert found["客户"] == [("名称",), ("甲",)]
    assert found["订单"] == [("名称", "电话"), ("=1+1", "138****5678")]
    assert found["明细"] == [("订单", "品名"), ("=1+1", "一")]
    assert found["转让"] == [("原客户", "新客户"), ("乙", "甲")]


def test_contents_tell_how_many_rows_were_written_when_and_by_whom(shop: Site) -> None:
    heading, *rows = book(shop, "keeper")["目录"]
    assert heading == ("目录", "记录数", "所属", "导出时间", "导出人")
    assert [row[:3] for row in rows] == [(kind, 1, "甲") for kind in ("客户", "订单", "明细", "转让")]
    assert {row[4] for row in rows} == {"keeper"} and all(row[3] is not None for row in rows)


def test_text_is_never_a_formula(shop: Site) -> None:
    answer = shop.as_("keeper").client.get("/shop/customer/workbook/all/1")
    cell = openpyxl.load_workbook(io.BytesIO(answer.get_data()))["订单"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_who_has_not_the_function_gets_nothing_and_sees_no_way(shop: Site) -> None:
    assert shop.as_("clerk").get("/shop/customer/workbook/all/1").status == 403
    pages = [shop.as_(who).get("/shop/customer/show/1").root for who in ("clerk", "keeper")]
    ways = [{a.text for a in page.all("a") if "/workbook/" in a.attrs.get("href", "")} for page in pages]
    assert ways == [set(), {"全部数据"}]


def test_record_outside_ones_rows_is_not_there(shop: Site) -> None:
    assert shop.as_("near").get("/shop/customer/workbook/all/2").status == 404
    assert shop.as_("near").get("/shop/customer/workbook/other/1").status == 404
    assert list(book(shop, "near")) == ["目录", "订单"]


def test_each_kind_is_told_in_the_log_as_an_export(shop: Site) -> None:
    audit = shop.world.tables.of("base.audit").table
    with shop.engine.begin() as connection:
        connection.execute(sa.delete(audit))
    book(shop, "keeper")
    with shop.engine.connect() as connection:
        rows = connection.execute(sa.select(audit.c.entity, audit.c.action, audit.c.changes)).all()
    assert {row.entity for row in rows} == {f"shop.{n}" for n in ("customer", "order", "line", "transfer")}
    assert {row.action for row in rows} == {"export"} and all("eq 1" in str(row.changes) for row in rows)


def test_sheets_are_written_as_they_are_read() -> None:
    """The second sheet is not touched before the first one is on its way; the contents come last."""
    asked: list[str] = []

    def rows(name: str) -> Any:
        for _ in range(3):
            asked.append(name)
            yield [[workbook.cell("x" * 100)] * 1000]

    sheets = [workbook.Sheet("甲/乙", ["a"], rows("one")), workbook.Sheet("甲 乙", ["a"], rows("two"))]
    stream = workbook.bound(sheets, workbook.Sheet("目录", ["a"], rows("front")))
    next(stream)
    assert asked == ["one"]
    list(stream)
    assert asked == ["one"] * 3 + ["two"] * 3 + ["front"] * 3


def test_names_of_sheets_differ_and_are_short() -> None:
    sheets = [workbook.Sheet("长" * 40, ["a"], ()) for _ in range(3)]
    names = openpyxl.load_workbook(io.BytesIO(b"".join(workbook.bound(sheets)))).sheetnames
    assert len(set(names)) == 3 and all(len(name) <= 31 for name in names)
    assert re.fullmatch("长{29} 2", names[1])
