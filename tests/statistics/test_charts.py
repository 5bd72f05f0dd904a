"""What charts count, group, filter, keep and refuse, over rows whose numbers are known."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.projects import Builder, Site
from tests.servers import DATABASES

HOME = {
    "schema/shop/order.yaml": """
label: 订单
title: "{no}"
fields:
  no: {type: text, label: 编号, search: true}
  kind: {type: choice, label: 类别, options: {a: 甲, b: 乙, c: 丙}}
  price: {type: money, label: 金额}
  sold_on: {type: date, label: 日期}
  opened_at: {type: datetime, label: 打开}
  closed_at: {type: datetime, label: 关闭}
  customer: {type: ref, to: customer, label: 客户}
  region: {type: region, label: 区域}
  secret: {type: text, label: 机密}
belongs: {region: region}
listing:
  columns: [no, kind]
  search: [kind, {field: no, by: contains}]
  tabs: {dear: {label: 贵, where: price > 100}, all: {label: 全部}}
""",
    "schema/shop/customer.yaml": """
label: 客户
fields: {name: {type: text, label: 名称}, city: {type: text, label: 城市}}
""",
    "schema/shop/refund.yaml": """
label: 退款
fields: {name: {type: text, label: 名称}, kind: {type: choice, label: 类别, options: {a: 甲, b: 乙, c: 丙}}}
""",
    "schema/shop/portal.yaml": """
title: 店
charts:
  by_kind:
    type: bar
    label: 各类
    of: order
    by: kind
    filters: [kind, {field: sold_on, name: date}, {field: region, by: below}]
  money:
    type: pivot
    label: 金额
    of: order
    by: kind
    measure:
      all: {label: 全部}
      dear: {label: 贵, count: price > 100}
      sum: {label: 合计, sum: price, digits: 2}
      mean: {label: 平均, avg: price, digits: 2}
      share: {label: 占比, ratio: {part: price > 100, over: price is not none}}
      hours: {label: 时长, avg: "hours_between(opened_at, closed_at)"}
  months: {type: line, label: 每月, of: order, by: {month: sold_on, last: 12}}
  opened: {type: line, label: 每天, of: order, by: {day: opened_at}}
  cities: {type: ranking, label: 城市, of: order, by: customer.city, limit: 2}
  both: {type: bar, label: 两者, of: [order, refund], by: kind}
  kinds: {type: pivot, label: 种类, of: [order, refund], by: kind, split: {each: entity}}
  map: {type: region_map, label: 地图, of: order, by: {tree: region}}
  secrets: {type: bar, label: 机密, of: order, by: secret}
  dear: {type: tile, label: 贵, of: order, tab: dear}
  closed: {type: tile, label: 已关闭, of: order, where: closed_at is not none}
  whole: {type: group, label: 全部, charts: [by_kind, months], filters: [{field: kind, name: of_kind}]}
functions:
  figures: {label: 统计, boards: [figures]}
boards:
  figures: {label: 统计, filters: [{field: kind, name: what}], rows: [[closed], [money]]}
  home: {label: 首页, home: true, rows: [[dear], [by_kind, {list: order, tab: dear}]]}
""",
    "permissions/shop/all.yaml": """
label: 全部
rows: {order: all, refund: all}
may: {order: [read, export], refund: [read], figures: [read]}
""",
    "permissions/shop/own.yaml": """
label: 甲类
rows: {order: {read: kind == 'a', aggregate: all}}
may: {order: [read]}
fields: {order: {hidden: [secret]}}
""",
    "permissions/shop/none.yaml": "label: 无\nrows: {customer: all}\nmay: {customer: [read]}\n",
}


@pytest.fixture(params=DATABASES)
def shop(request: pytest.FixtureRequest, build: Builder) -> Site:
    site = build(HOME, str(request.param))
    east, west = (site.make("customer", name=name, city=name) for name in ("东", "西"))
    north = site.make("customer", name="北", city="北")
    day, hour = date(2026, 1, 15), datetime(2026, 1, 15, 3)
    later, eve = datetime(2026, 1, 15, 6), datetime(2026, 1, 14, 16, 30)
    next_ = date(2026, 2, 1)
    after = datetime(2026, 1, 14, 17, 30)
    rows: list[dict[str, Any]] = [
        {"no": "1", "kind": "a", "price": 50, "sold_on": day, "customer": east, "secret": "x"},
        {"no": "2", "kind": "a", "price": 150, "sold_on": day, "customer": east, "opened_at": hour, "closed_at": later},
        {"no": "3", "kind": "b", "price": 200, "sold_on": next_, "customer": west, "opened_at": eve,
         "closed_at": after},
        {"no": "4", "kind": None, "customer": north},
        {"no": "5", "kind": "b", "sold_on": date(2026, 2, 28), "customer": north},
        {"no": "6", "kind": "b", "price": 1, "customer": west},
    ]  # fmt: skip
    for row in rows:
        site.make("order", **row)
    site.make("refund", name="r", kind="a")
    return site


def answer(site: Site, code: str, account: str = "all", **conditions: str) -> dict[str, Any]:
    found = site.as_(account).client.get(f"/api/v1/shop/charts/{code}", query_string=conditions)
    assert found.status_code == 200, found.get_data(as_text=True)
    return dict(found.get_json()["result"])


def numbers(body: dict[str, Any], series: int = 0) -> dict[str, Any]:
    return dict(zip((place["key"] for place in body["x"]), body["series"][series]["data"], strict=True))


def test_rows_are_counted_in_the_order_of_the_options(shop: Site) -> None:
    assert list(numbers(answer(shop, "by_kind")).items()) == [("a", 2), ("b", 3), ("", 1)]


def test_figures_are_exact_and_nothing_of_nothing(shop: Site) -> None:
    body = answer(shop, "money")
    found = {one["key"]: numbers(body, at) for at, one in enumerate(body["series"])}
    assert found["dear"] == {"a": 1, "b": 1, "": 0}
    assert found["sum"] == {"a": 200, "b": 201, "": 0}
    assert found["mean"] == {"a": 100, "b": 100.5, "": None}
    assert found["share"] == {"a": 50, "b": 50, "": None}
    assert found["hours"] == {"a": 3, "b": 1, "": None}


def test_days_are_those_of_the_portals_zone(shop: Site) -> None:
    assert numbers(answer(shop, "opened")) == {"2026-01-15": 2, "": 4}


def test_equal_ones_share_a_place_and_none_of_them_is_cut_off(shop: Site) -> None:
    body = answer(shop, "cities")
    assert len(body["x"]) == 3
    assert body["places"] == [1, 1, 1]


def test_several_entities_are_added_up(shop: Site) -> None:
    assert numbers(answer(shop, "both")) == {"a": 3, "b": 3, "": 1}
    body = answer(shop, "kinds")
    assert [one["key"] for one in body["series"]] == ["order", "refund"]
    assert numbers(body, 1) == {"a": 1, "b": 0, "": 0}


def test_conditions_are_those_of_the_screen(shop: Site) -> None:
    assert numbers(answer(shop, "by_kind", kind="a")) == {"a": 2}
    assert numbers(answer(shop, "by_kind", date_from="2026-02-01", date_to="2026-02-28")) == {"b": 2}
    assert list(answer(shop, "whole", of_kind="b")["charts"]) == ["by_kind", "months"]


@pytest.mark.parametrize("query", ["nothing=1", "kind=z", "date_from=never", "kind=a&tab=x"])
def test_what_no_chart_knows_is_refused(build: Builder, query: str) -> None:
    site = build(HOME)
    assert site.as_("all").client.get(f"/api/v1/shop/charts/by_kind?{query}").status_code == 400


def test_a_number_is_over_the_persons_rows(shop: Site) -> None:
    body = answer(shop, "dear", "own")
    assert body["wider"] is True and body["series"][0]["data"] == [2]


def test_wider_figures_say_so_and_open_only_ones_own_rows(shop: Site) -> None:
    body = answer(shop, "by_kind", "own")
    assert body["wider"] and numbers(body) == {"a": 2, "b": 3, "": 1}
    page = shop.as_("own").get(body["series"][0]["links"][1])
    assert page.status == 200 and 'data-count="0"' in page.response.get_data(as_text=True)


def test_hidden_fields_close_their_charts(build: Builder) -> None:
    site = build(HOME)
    assert site.as_("all").client.get("/api/v1/shop/charts/secrets").status_code == 200
    assert site.as_("own").client.get("/api/v1/shop/charts/secrets").status_code == 403


def test_a_function_opens_what_stands_behind_it(build: Builder) -> None:
    site = build(HOME)
    for account, status in (("all", 200), ("own", 403), ("none", 403)):
        client = site.as_(account).client
        assert client.get("/api/v1/shop/charts/money").status_code == status
        assert client.get("/shop/charts/figures").status_code == status
    assert site.as_("all").client.get("/api/v1/shop/charts/money.csv").status_code == 403
    assert site.as_("all").client.get("/api/v1/shop/charts/by_kind.csv").status_code == 200


@pytest.mark.parametrize("code", ["by_kind", "money", "closed"])
def test_a_chart_is_one_statement_over_its_rows(shop: Site, code: str) -> None:
    client = shop.as_("all").client
    client.get("/api/v1/shop/charts/by_kind")
    shop.world.answers.forget()
    with shop.statements() as asked:
        assert client.get(f"/api/v1/shop/charts/{code}").status_code == 200
    assert sum("FROM shop_order" in text for text in asked) == 1


def test_an_answer_stands_until_a_table_is_written_to(shop: Site) -> None:
    client = shop.as_("all").client
    client.get("/api/v1/shop/charts/by_kind")
    with shop.statements() as again:
        client.get("/api/v1/shop/charts/by_kind")
    assert not any("GROUP BY" in text and "shop_order" in text for text in again)
    assert len(again) <= 3
    shop.make("order", no="7", kind="c")
    assert numbers(answer(shop, "by_kind"))["c"] == 1


def test_rows_behind_a_number_show_their_conditions(shop: Site) -> None:
    body = answer(shop, "money")
    page = shop.as_("all").get(body["series"][1]["links"][0])
    text = page.response.get_data(as_text=True)
    assert 'data-count="1"' in text and "金额" in text and "甲" in text


def test_the_home_page_is_a_board(build: Builder) -> None:
    site = build(HOME)
    text = site.as_("own").get("/shop/").response.get_data(as_text=True)
    assert "/api/v1/shop/charts/dear" in text and "/api/v1/shop/charts/by_kind" in text
    assert "/api/v1/" not in site.as_("none").get("/shop/").response.get_data(as_text=True)


def test_the_specification_knows_the_charts_that_one_may_ask_for(build: Builder) -> None:
    site = build(HOME)
    paths = site.as_("all").json("/api/v1/_openapi")["paths"]
    names = [one["name"] for one in paths["/api/v1/shop/charts/by_kind"]["get"]["parameters"]]
    assert names == ["kind", "date_from", "date_to", "region", "of_kind"]
    assert "/api/v1/shop/charts/money" not in site.as_("own").json("/api/v1/_openapi")["paths"]
