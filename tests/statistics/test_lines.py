"""Lines of several dates in one chart, a switch of their periods, and the way from a node to those below it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.projects import Builder, Site

HOME = {
    "schema/shop/place.yaml": """
label: 地点
title: "{name}"
tree: parent
fields:
  name: {type: text, label: 名称}
  parent: {type: ref, to: place, label: 上级}
""",
    "schema/shop/order.yaml": """
label: 单
fields:
  no: {type: text, label: 编号}
  place: {type: ref, to: place, label: 地点}
  opened_on: {type: date, label: 开}
  closed_on: {type: date, label: 关}
listing: {columns: [no], search: [no, {field: opened_on, by: range}]}
""",
    "schema/shop/portal.yaml": """
title: 店
kinds: {main: {label: 店}}
boards:
  home: {label: 首页, rows: [[course]]}
  places: {label: 地点, filters: [{name: place, field: place, by: below}], rows: [[by_place]]}
charts:
  opened:
    type: line
    label: 开
    of: order
    by: {date: opened_on, periods: &both {day: 7, month: 3}}
    filters: [{name: date, field: opened_on}, no]
  closed:
    type: line
    label: 关
    of: order
    by: {date: closed_on, periods: *both}
    filters: [{name: date, field: closed_on}]
  course: {type: lines, label: 进程, charts: [opened, closed]}
  by_place: {type: pivot, label: 按地点, of: order, by: {tree: place}}
""",
    "permissions/shop/main.yaml": """
label: 店
kinds: [main]
rows: {order: all, place: all}
may: {order: [read, export], place: [read]}
""",
}


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    site = build(HOME, database)
    top, other = site.make("place", name="东"), site.make("place", name="西")
    below = site.make("place", name="东一", parent=top)
    leaf = site.make("place", name="东一甲", parent=below)
    for at, (opened, closed) in enumerate([(0, None), (0, 0), (2, 1), (40, 2)]):
        site.make(
            "order",
            no=f"n{at}",
            place=leaf if at else other,
            opened_on=_day(site, opened),
            closed_on=None if closed is None else _day(site, closed),
        )
    site.person("clerk", "main", kind="main")
    return site


def _day(site: Site, back: int) -> str:
    return str(site.world.clock.today("Asia/Shanghai") - timedelta(days=back))


def asked(site: Site, query: str = "", code: str = "course") -> dict[str, Any]:
    return dict(site.as_("clerk").json(f"/api/v1/shop/charts/{code}{query}")["result"])


def data(found: dict[str, Any]) -> dict[str, list[Any]]:
    return {one["key"]: one["data"] for one in found["series"]}


def test_each_line_counts_by_its_own_date_and_days_without_rows_are_zero(site: Site) -> None:
    found = asked(site)
    assert [x["key"] for x in found["x"]] == [_day(site, back) for back in range(6, -1, -1)]
    assert data(found) == {
        "opened.count": [0, 0, 0, 0, 1, 0, 2],
        "closed.count": [0, 0, 0, 0, 1, 1, 1],
    }


def test_switched_over_the_same_lines_are_over_months(site: Site) -> None:
    found = asked(site, "?period=month")
    today = date.fromisoformat(_day(site, 0))
    assert len(found["x"]) == 3 and found["x"][-1]["key"] == f"{today:%Y-%m}"
    assert (sum(data(found)["opened.count"]), sum(data(found)["closed.count"])) == (4, 3)
    lines = site.as_("clerk").client.get("/api/v1/shop/charts/course.csv?period=month").get_data(as_text=True)
    assert len(lines.splitlines()) == 4


def test_a_period_that_is_not_offered_is_refused(site: Site) -> None:
    for query in ("course?period=year", "course?period=", "by_place?period=month"):
        answer = site.as_("clerk").client.get(f"/api/v1/shop/charts/{query}")
        assert answer.status_code == (200 if query.endswith("=") else 400)


def test_a_range_that_is_asked_for_holds_for_each_lines_own_date(site: Site) -> None:
    found = asked(site, f"?date_from={_day(site, 2)}&date_to={_day(site, 1)}")
    assert data(found) == {"opened.count": [1, 0], "closed.count": [1, 1]}


def test_a_point_opens_its_rows(site: Site) -> None:
    link = next(link for link in asked(site)["series"][1]["links"] if link)
    text = site.as_("clerk").get(link).response.get_data(as_text=True)
    assert 'data-count="1"' in text


def test_the_board_has_the_switch(site: Site) -> None:
    page = site.as_("clerk").get("/shop/charts/home")
    assert [one.attrs["data-period"] for one in page.root.all("button") if "data-period" in one.attrs] == [
        "day",
        "month",
    ]


def test_a_node_with_others_below_says_which_condition_leads_there(site: Site) -> None:
    first = asked(site, code="by_place")["x"]
    assert [(x["label"], x.get("into")) for x in first] == [("东", "place"), ("西", None)]
    second = asked(site, f"?place={first[0]['key']}", code="by_place")["x"]
    assert [x["label"] for x in second] == ["东一甲"] and "into" not in second[0]
