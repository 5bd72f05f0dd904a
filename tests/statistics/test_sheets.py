"""Cards of a board that give the rows of a list as a workbook."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from tests.projects import Builder, Site

HOME = {
    "schema/shop/order.yaml": """
label: 订单
fields:
  no: {type: text, label: 编号}
  city: {type: choice, label: 城市, options: {east: 东, west: 西}}
  day: {type: date, label: 日期}
  phone: {type: phone, label: 电话, mask: true}
listing:
  columns: [no, city, day, phone]
  search: [city, {field: day, by: range}]
  tabs: {all: {label: 全部}, east: {label: 东, where: city == 'east'}}
""",
    "schema/shop/refund.yaml": "label: 退款\nfields: {no: {type: text, label: 编号}}\n",
    "schema/shop/portal.yaml": """
title: 店
boards:
  save:
    label: 备份
    rows: [[{export: order, ask: [day, city]}, {export: order, tab: east, ask: [day]}, {export: refund}]]
""",
    "permissions/shop/all.yaml": """
label: 全部
rows: {order: all, refund: all}
may: {order: [read, export], refund: [read]}
""",
    "permissions/shop/east.yaml": "label: 东\nrows: {order: city == 'east'}\nmay: {order: [read, export]}\n",
    "permissions/shop/reader.yaml": "label: 看\nrows: {order: all}\nmay: {order: [read]}\n",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(HOME)
    for no, city, day in (
        ("1", "east", "2026-01-05"),
        ("2", "west", "2026-01-20"),
        ("3", "east", "2026-02-01"),
    ):
        site.make("order", no=no, city=city, day=day, phone="13812345678")
    return site


def saved(site: Site, account: str, card: int = 0, **conditions: str) -> list[list[object]]:
    """The rows of the workbook that the card gives under these conditions."""
    form = site.as_(account).get("/shop/charts/save").root.all("form", **{"data-plain": ""})[card]
    known = {
        one.attrs["name"]: one.attrs.get("value", "") for one in (*form.all("input"), *form.all("select"))
    }
    assert set(conditions) <= set(known)
    answer = site.as_(account).client.get(form.attrs["action"], query_string={**known, **conditions})
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_card_gives_all_rows_of_its_list(shop: Site) -> None:
    assert sorted(str(row[0]) for row in saved(shop, "all")) == ["1", "2", "3"]


def test_card_asks_the_conditions_that_its_author_names(shop: Site) -> None:
    assert [row[0] for row in saved(shop, "all", day_from="2026-01-10", day_to="2026-01-31")] == ["2"]
    assert [row[0] for row in saved(shop, "all", day_to="2026-01-31", city="east")] == ["1"]


def test_card_of_a_tab_gives_its_rows_alone(shop: Site) -> None:
    assert [row[0] for row in saved(shop, "all", card=1, day_from="2026-02-01")] == ["3"]


def test_workbook_has_ones_own_rows_and_masked_cells(shop: Site) -> None:
    rows = saved(shop, "east")
    assert sorted(str(row[0]) for row in rows) == ["1", "3"] and {row[3] for row in rows} == {"138****5678"}


def test_card_counts_the_rows_that_its_reader_may_have(shop: Site) -> None:
    pages = [shop.as_(who).get("/shop/charts/save").root for who in ("all", "east")]
    assert [[one.text for one in page.one(id="k-board").all("span", class_="k-count")] for page in pages] == [
        ["3", "2"],
        ["2", "2"],
    ]


def test_who_may_not_export_sees_no_card_and_no_page(shop: Site) -> None:
    assert shop.as_("reader").get("/shop/charts/save").status == 403
    titles = [one.text for one in shop.as_("all").get("/shop/charts/save").root.one(id="k-board").all("h2")]
    assert titles == ["订单", "订单"]


def test_fields_of_two_cards_are_told_apart(shop: Site) -> None:
    page = shop.as_("all").get("/shop/charts/save").root
    ids = [one.attrs["id"] for one in page.all("input") if "id" in one.attrs]
    assert len(ids) == len(set(ids))
