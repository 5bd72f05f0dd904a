"""A copied value is what the other record said when this one was made, by whatever door it was made."""

from __future__ import annotations

import pytest

from tests.imports.books import book, headers, send
from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 店\nimports: {order: {columns: [no, customer]}}\n",
    "schema/shop/customer.yaml": """
label: 客户
title: "{name}"
fields:
  name: {type: text, label: 名称, required: true, unique: true}
  rate: {type: money, label: 费率}
  kinds: {type: choices, label: 类别, options: {a: 甲, b: 乙}}
  above: {type: ref, to: customer, label: 上级}
""",
    "schema/shop/order.yaml": """
label: 订单
title: "{no}"
fields:
  no: {type: text, label: 单号, required: true}
  customer: {type: ref, to: customer, label: 客户}
  rate: {type: snapshot, label: 当时费率, as: money, of: customer.rate}
  kinds: {type: snapshot, label: 当时类别, as: {type: choices, options: {a: 甲, b: 乙}}, of: customer.kinds}
  above: {type: snapshot, label: 上级名称, as: text, of: customer.above.name}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all, customer: all}
may: {order: [read, add, edit, import], customer: [read, edit]}
""",
}


@pytest.fixture
def shop(project: Builder, database: str) -> Site:
    site = project(FILES, database)
    root = site.make("customer", name="总店", rate="1.00")
    site.make("customer", name="分店", rate="2.50", kinds=["b", "a"], above=root)
    return site


@pytest.fixture
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


def copied(shop: Site, id_: int) -> tuple[str, set[str], str | None]:
    row = shop.row("order", id_)
    return str(row["rate"]), set(shop.many("order", "kinds", id_)), row["above"]


def test_the_value_is_taken_when_the_record_is_made_and_stays(shop: Site, clerk: Browser) -> None:
    clerk.submit("/shop/order/add", no="一", customer="2")
    id_ = shop.rows("order")[0]["id"]
    assert copied(shop, id_) == ("2.50", {"a", "b"}, "总店")
    clerk.submit("/shop/customer/edit/2", name="新名", rate="9.00")
    clerk.submit(f"/shop/order/edit/{id_}", customer="1")
    assert copied(shop, id_) == ("2.50", {"a", "b"}, "总店")


def test_it_is_nobodys_to_write(shop: Site, clerk: Browser) -> None:
    page = clerk.get("/shop/order/add")
    assert "rate" not in dict(page.form())
    answer = clerk.client.post(
        "/api/v1/shop/order/", json={"no": "二", "customer": 2, "rate": "7.00"}, headers=headers(clerk)
    )
    assert answer.status_code == 400
    assert shop.rows("order") == []


def test_over_the_api_and_without_a_reference(shop: Site, clerk: Browser) -> None:
    made = [
        clerk.client.post("/api/v1/shop/order/", json=body, headers=headers(clerk)).get_json()["id"]
        for body in ({"no": "三", "customer": 2}, {"no": "四"})
    ]
    assert copied(shop, made[0]) == ("2.50", {"a", "b"}, "总店")
    assert copied(shop, made[1]) == ("None", set(), None)


def test_an_import_copies_too(shop: Site, clerk: Browser) -> None:
    status, _ = send(clerk, "order", book(["单号", "客户"], ["五", "分店"], ["六", "总店"]))
    assert status == 200
    assert [str(row["rate"]) for row in shop.rows("order")] == ["2.50", "1.00"]
