"""A list whose own order asks for a field that is kept from somebody is his too, in what is left of that order."""

from __future__ import annotations

import pytest

from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": """
title: 商店
boards: {home: {label: 首页, home: true, rows: [[{list: order}, {list: order, tab: open}]]}}
""",
    "schema/shop/order.yaml": """
label: 订单
title: "{no}"
fields: {no: {type: text, label: 编号}, secret: {type: text, label: 密}, state: {type: text, label: 状态}}
listing:
  columns: [no, secret, state]
  order: state,-secret,no
  tabs: {all: {label: 全部}, open: {label: 未结, where: state == 'open', order: -secret}}
""",
    "menus/shop.yaml": "items: [order]\n",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all}
fields: {order: {hidden: [secret]}}
may: {order: [read, export]}
""",
    "permissions/shop/boss.yaml": "label: 店长\nrows: {order: all}\nmay: {order: [read, export]}\n",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(FILES)
    for no, secret, state in (("b", "1", "open"), ("a", "1", "open"), ("c", "2", "open"), ("d", "9", "done")):
        site.make("order", no=no, secret=secret, state=state)
    return site


def titles(shop: Site, account: str, path: str) -> list[str]:
    page = shop.as_(account).get(path)
    assert page.status == 200, page.text
    return [row.one("a", class_="k-title").text for row in page.root.one(id="list").one("tbody").all("tr")]


def test_a_list_keeps_what_is_left_of_its_order(shop: Site) -> None:
    assert titles(shop, "boss", "/shop/order/list/") == ["d", "c", "a", "b"]
    assert titles(shop, "clerk", "/shop/order/list/") == ["d", "a", "b", "c"]


def test_a_tab_whose_whole_order_is_hidden_is_a_list_without_one(shop: Site) -> None:
    assert titles(shop, "boss", "/shop/order/list/?tab=open")[0] == "c"
    assert sorted(titles(shop, "clerk", "/shop/order/list/?tab=open")) == ["a", "b", "c"]


@pytest.mark.parametrize("path", ["/shop/order/export.xlsx", "/shop/order/export.xlsx?tab=open", "/shop/"])
def test_exports_and_boards_open_too(shop: Site, path: str) -> None:
    assert [shop.as_(account).get(path).status for account in ("boss", "clerk")] == [200, 200]


def test_the_api_has_the_same_order(shop: Site) -> None:
    for account, order in (("boss", "dcab"), ("clerk", "dabc")):
        found = shop.as_(account).json("/api/v1/shop/order/")["result"]
        assert "".join(row["no"] for row in found) == order


def test_who_asks_for_the_hidden_order_himself_is_refused(shop: Site) -> None:
    assert shop.as_("clerk").get("/shop/order/list/?order=-secret").status == 400
