"""Periods as groups and as conditions, tabs of a board, and the numbers as a workbook."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.projects import Builder, Site

HOME = {
    "schema/shop/sale.yaml": """
label: 销售
fields:
  kind: {type: choice, label: 类别, options: {a: 甲, b: 乙}}
  sold_on: {type: date, label: 日期}
  paid_at: {type: datetime, label: 付款}
  score: {type: decimal, label: 得分, digits: 4, scale: 1}
listing: {columns: [kind, sold_on], search: [{field: sold_on, by: range}]}
""",
    "schema/shop/portal.yaml": """
title: 店
charts:
  quarters: {type: pivot, label: 各季度, of: sale, by: {quarter: sold_on}}
  paid: {type: pivot, label: 付款, of: sale, by: {quarter: paid_at}}
  recent: {type: bar, label: 近四季度, of: sale, by: {quarter: sold_on, last: 4}}
  scores:
    type: pivot
    label: 得分
    of: sale
    by: kind
    total: true
    filters: &dated [{name: date, field: sold_on, periods: [year, quarter], default: year}]
    measure:
      n: {label: 数量}
      mean: {label: 平均, avg: score, digits: 2}
      rate: {label: 占比, ratio: {part: score > 90}}
  places: {type: ranking, label: 排名, of: sale, by: kind, filters: *dated}
  both: {type: group, label: 全部, charts: [scores, places]}
boards:
  figures:
    label: 统计
    filters: *dated
    rows: [[places]]
    tabs:
      one: {label: 得分页, rows: [[scores]]}
      two: {label: 季度页, rows: [[quarters], [{list: sale}]]}
""",
    "permissions/shop/all.yaml": "label: 全部\nrows: {sale: all}\nmay: {sale: [read, export]}\n",
}

ALL = "?date_from=&date_to="


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    site = build(HOME, database)
    today = site.world.clock.today("Asia/Shanghai")
    for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 30), date(2025, 7, 1)):
        site.make("sale", kind="a", sold_on=day, score=60)
    for score in (90, 95):
        site.make("sale", kind="b", sold_on=today, score=score, paid_at="2025-03-31T17:00:00Z")
    return site


def asked(site: Site, code: str, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = site.as_("all").json(f"/api/v1/shop/charts/{code}{query}")["result"]
    return found


def pairs(found: dict[str, Any], series: int = 0) -> dict[str, Any]:
    return dict(zip((x["label"] for x in found["x"]), found["series"][series]["data"], strict=True))


def quarter(day: date) -> str:
    return f"{day.year}年第{(day.month + 2) // 3}季度"


def test_quarters_are_groups_with_none_left_out_between(site: Site) -> None:
    found = pairs(asked(site, "quarters", ALL))
    known = {name: number for name, number in found.items() if name.startswith(("2024", "2025"))}
    assert known == {
        "2024年第4季度": 1,
        "2025年第1季度": 1,
        "2025年第2季度": 1,
        "2025年第3季度": 1,
        "2025年第4季度": 0,
    }


def test_the_quarter_of_an_instant_is_that_of_the_portals_zone(site: Site) -> None:
    assert pairs(asked(site, "paid"))["2025年第2季度"] == 2


def test_the_last_quarters_stand_there_whether_or_not_they_have_rows(site: Site) -> None:
    today = site.world.clock.today("Asia/Shanghai")
    found = pairs(asked(site, "recent"))
    assert (len(found), list(found.items())[-1]) == (4, (quarter(today), 2))


def test_a_quarter_opens_its_rows(site: Site) -> None:
    found, who = asked(site, "quarters", ALL), site.as_("all")
    for rows, link in zip(found["series"][0]["rows"], found["series"][0]["links"], strict=True):
        if link:
            assert who.get(link).root.one(id="k-total").text == f"共 {rows} 条", link


def test_the_present_year_holds_where_nothing_is_said_of_the_date(site: Site) -> None:
    assert pairs(asked(site, "scores")) == {"乙": 2}
    assert pairs(asked(site, "scores", "?date_from=2025-01-01&date_to=2025-06-30")) == {"甲": 2}


def test_both_ends_empty_ask_for_all_of_time(site: Site) -> None:
    assert pairs(asked(site, "scores", ALL)) == {"甲": 4, "乙": 2}


@pytest.mark.parametrize("query", ["", "?date_from=&date_to=", "?date_from=2025-01-01&date_to=2025-06-30"])
def test_a_number_opens_the_rows_of_its_period(site: Site, query: str) -> None:
    who, found = site.as_("all"), asked(site, "scores", query)
    for rows, link in zip(found["series"][0]["rows"], found["series"][0]["links"], strict=True):
        assert who.get(link).root.one(id="k-total").text == f"共 {rows} 条", link


def test_a_board_offers_periods_and_hands_them_to_its_charts(site: Site) -> None:
    today = site.world.clock.today("Asia/Shanghai")
    year = f"{today.year}-01-01/{today.year}-12-31"
    page = site.as_("all").get("/shop/charts/figures")
    chosen = [o for o in page.root.all("option") if "selected" in o.attrs]
    assert [(o.attrs["value"], o.text) for o in chosen] == [(year, f"{today.year}年")]
    offered = [o.text for o in page.root.all("option")]
    assert {"全部时间", quarter(today), quarter(date(today.year, 1, 1) - timedelta(1))} <= set(offered)
    urls = [n.attrs["data-url"] for n in page.root.all("div") if "data-url" in n.attrs]
    assert all(f"date_from={today.year}-01-01" in url for url in urls[:2]), urls
    cleared = site.as_("all").get("/shop/charts/figures?date_from=&date_to=")
    urls = [n.attrs["data-url"] for n in cleared.root.all("div") if "data-url" in n.attrs]
    assert all(url.endswith("?date_from=&date_to=") for url in urls), urls


def test_a_beginning_after_the_end_is_refused_and_nothing_is_counted(site: Site) -> None:
    who, query = site.as_("all"), "?date_from=2025-02-01&date_to=2025-01-31"
    answer = who.client.get(f"/api/v1/shop/charts/scores{query}", headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.get_json()["message"]) == (422, "开始日期不能晚于结束日期")
    page = who.get(f"/shop/charts/figures{query}")
    assert (page.status, "开始日期不能晚于结束日期" in page.text) == (422, True)
    assert not [n for n in page.root.all("div") if "data-url" in n.attrs]


def test_a_board_shows_one_of_its_tabs(site: Site) -> None:
    who = site.as_("all")
    charts = {}
    for tab in ("", "?tab=one", "?tab=two", "?tab=none"):
        page = who.get(f"/shop/charts/figures{tab}")
        charts[tab] = [n.attrs["id"] for n in page.root.all("div") if "data-url" in n.attrs]
    first = ["c-places", "c-scores"]
    assert charts == {
        "": first,
        "?tab=one": first,
        "?tab=two": ["c-places", "c-quarters"],
        "?tab=none": first,
    }
    page = who.get("/shop/charts/figures?tab=two&date_from=2025-01-01")
    ways = [a for a in page.addresses if "tab=one" in a]
    assert ways and "date_from=2025-01-01" in ways[0]
    assert [n.attrs["value"] for n in page.root.all("input") if n.attrs.get("name") == "tab"] == ["two"]


def test_digits_that_are_declared_are_told_with_the_numbers(site: Site) -> None:
    series = asked(site, "scores")["series"]
    assert [one.get("digits") for one in series] == [None, 2, None]


def test_numbers_as_a_workbook(site: Site) -> None:
    who = site.as_("all")
    answer = who.get("/api/v1/shop/charts/scores.xlsx")
    sheet = load_workbook(io.BytesIO(answer.response.get_data())).active
    rows = list(sheet.iter_rows())
    assert [[cell.value for cell in row] for row in rows] == [
        ["得分", "数量", "平均", "占比 (%)"],
        ["乙", 2, 92.5, 50],
        ["合计", 2, 92.5, 50],
    ]
    assert rows[1][2].number_format == "#,##0.00"
    assert "%E5%BE%97%E5%88%86_" in answer.response.headers["Content-Disposition"]


def test_tables_of_a_group_stand_below_each_other_in_one_sheet(site: Site) -> None:
    answer = site.as_("all").get("/api/v1/shop/charts/both.xlsx?date_from=&date_to=")
    rows = list(load_workbook(io.BytesIO(answer.response.get_data())).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["得分", "甲", "乙", "合计", None, "排名", 1, 2]


def test_the_screen_sends_the_workbook(site: Site) -> None:
    page = site.as_("all").get("/shop/charts/figures")
    assert any("/api/v1/shop/charts/scores.xlsx?date_from=" in a for a in page.addresses)
