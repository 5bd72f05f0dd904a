"""A figure over one row tells its value: what is masked or hidden is summed up for nobody who may not read it."""

from __future__ import annotations

import pytest

from tests.projects import Browser, Builder, Site

HOME = {
    "schema/shop/portal.yaml": """
title: 店
charts:
  sums: {type: bar, label: 合计, of: order, by: name, measure: {sum: pay, digits: 2}}
  means: {type: bar, label: 平均, of: order, by: name, measure: {avg: pay / 2}}
  most: {type: tile, label: 最多, of: order, measure: {max: pay}}
  least: {type: ranking, label: 最少, of: order, by: name, measure: {min: pay}}
  kinds: {type: tile, label: 几种, of: order, measure: {distinct: code}}
  last:
    type: pivot
    label: 各项
    of: order
    by: name
    measure: {rows: {label: 数}, sum: {label: 合计, sum: pay, digits: 2}}
  far: {type: bar, label: 远, of: line, by: name, measure: {sum: order.pay}}
  within: {type: bar, label: 内, of: customer, by: name, measure: {sum: sum(order.pay)}}
  both: {type: bar, label: 两者, of: [order, line], by: name, measure: {sum: pay, digits: 2}}
  dear: {type: bar, label: 贵, of: order, by: name, measure: {count: pay > 100}}
  plain: {type: bar, label: 数, of: order, by: name}
  whole: {type: group, label: 全部, charts: [sums, plain]}
  counts: {type: pivot, label: 数, of: order, by: name}
  beside: {type: joined, label: 并列, charts: [last, counts]}
boards:
  closed: {label: 金额, rows: [[sums, most], [least]]}
  mixed: {label: 混合, rows: [[sums, plain]]}
""",
    "schema/shop/customer.yaml": "label: 客户\nfields: {name: {type: text, label: 名称}}\n",
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  code: {type: text, label: 代号}
  pay: {type: money, label: 金额}
  customer: {type: ref, to: customer, label: 客户}
""",
    "schema/shop/line.yaml": """
label: 明细
fields:
  name: {type: text, label: 名称}
  pay: {type: money, label: 金额}
  order: {type: ref, to: order, label: 订单}
""",
    "permissions/shop/masked.yaml": """
label: 遮
rows: {order: all, line: all, customer: all}
may: {order: [read, export], line: [read, export], customer: [read, export]}
fields: {order: {masked: [pay, code]}}
""",
    "permissions/shop/hidden.yaml": """
label: 隐
rows: {order: all, line: all, customer: all}
may: {order: [read, export], line: [read, export], customer: [read, export]}
fields: {order: {hidden: [pay, code]}}
""",
    "permissions/shop/open.yaml": """
label: 开
rows: {order: all, line: all, customer: all}
may: {order: [read, export], line: [read, export], customer: [read, export]}
""",
}
CLOSED = ("sums", "means", "most", "least", "kinds", "last", "far", "within")


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(HOME)
    customer = site.make("customer", name="客")
    order = site.make("order", name="单", code="号", pay="777.77", customer=customer)
    site.make("line", name="行", pay="5", order=order)
    site.person("both", "masked", "open")
    return site


@pytest.fixture(params=["masked", "hidden", "both"])
def person(shop: Site, request: pytest.FixtureRequest) -> Browser:
    return shop.as_(str(request.param))


def status(who: Browser, path: str) -> int:
    return int(who.client.get(path).status_code)


@pytest.mark.parametrize("code", CLOSED)
def test_figure_over_a_closed_field_is_refused(person: Browser, code: str) -> None:
    paths = (code, f"{code}.csv", f"{code}.xlsx")
    told = [status(person, f"/api/v1/shop/charts/{path}") for path in paths]
    assert (told, status(person, f"/shop/charts/{code}/rows")) == ([403, 403, 403], 403)


@pytest.mark.parametrize("code", CLOSED)
def test_figure_is_told_to_who_may_read_the_field(shop: Site, code: str) -> None:
    assert status(shop.as_("open"), f"/api/v1/shop/charts/{code}") == 200


def test_rows_behind_a_closed_figure_are_no_list(shop: Site, person: Browser) -> None:
    asked = ("/shop/order/list/?chart=sums:value", "/shop/order/list/?chart=both:value")
    assert [[who.get(path).status for path in asked] for who in (person, shop.as_("open"))] == [
        [400, 400],
        [200, 200],
    ]


def test_of_several_kinds_the_closed_one_is_left_out(person: Browser) -> None:
    told = person.json("/api/v1/shop/charts/both")["result"]
    assert [place["key"] for place in told["x"]] == ["行"]


def test_condition_of_a_figure_is_its_authors(person: Browser) -> None:
    assert status(person, "/api/v1/shop/charts/dear") == 200


@pytest.mark.parametrize("code", ["whole", "beside"])
def test_charts_together_leave_the_closed_one_out(shop: Site, person: Browser, code: str) -> None:
    told = [
        who.client.get(f"/api/v1/shop/charts/{code}").get_data(as_text=True)
        for who in (person, shop.as_("open"))
    ]
    assert ["777.77" in text for text in told] == [False, True]


def test_board_of_closed_figures_does_not_open(shop: Site, person: Browser) -> None:
    assert [status(who, "/shop/charts/closed") for who in (person, shop.as_("open"))] == [403, 200]


def test_board_leaves_closed_figures_out(shop: Site, person: Browser) -> None:
    pages = [who.get("/shop/charts/mixed").html for who in (person, shop.as_("open"))]
    assert [("ct-sums" in html, "ct-plain" in html) for html in pages] == [(False, True), (True, True)]
