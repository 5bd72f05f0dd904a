"""A stored computed value is written with the record, in the same statement, by whatever door the record is written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 店\n",
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
soft_delete: true
fields:
  name: {type: text, label: 名称, required: true}
  amount: {type: int, label: 数量}
  price: {type: int, label: 单价, default: 2}
  total: {type: computed, label: 合计, as: int, value: amount * price, stored: true, index: true}
  open_name:
    type: computed
    label: 未结名称
    as: {type: text, max: 20}
    value: iif(state == 'open', name, none)
    stored: true
    unique: true
    taken: 同名订单尚未结束
workflows:
  sale:
    start: open
    states: {open: {label: 未结}, done: {label: 已结}}
    moves:
      finish: {label: 结束, from: open, to: done, by: [clerk], effects: [{type: set, fields: {price: "10"}}]}
listing: {columns: [name, total, open_name], order: -total}
""",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: 'true'}\nmay: {order: [read, add, edit, delete]}\n",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


def made(shop: Site, clerk: Browser, name: str, amount: str = "3") -> dict[str, Any]:
    assert clerk.submit("/shop/order/add", name=name, amount=amount).status == 303
    return shop.rows("order")[-1]


def finished(shop: Site, clerk: Browser, id_: int) -> dict[str, Any]:
    headers = {"X-CSRFToken": clerk.get("/login/").token}
    assert (
        clerk.client.post(f"/api/v1/shop/order/{id_}/do/finish", json={}, headers=headers).status_code == 200
    )
    return shop.row("order", id_)


def test_it_stands_with_the_new_record_after_its_defaults(shop: Site, clerk: Browser) -> None:
    row = made(shop, clerk, "新")
    assert (row["total"], row["open_name"]) == (6, "新")


def test_it_follows_an_edit_of_what_it_is_made_of(shop: Site, clerk: Browser) -> None:
    id_ = made(shop, clerk, "改")["id"]
    clerk.submit(f"/shop/order/edit/{id_}", amount="7")
    assert shop.row("order", id_)["total"] == 14


def test_it_follows_a_move_and_the_fields_that_the_move_sets(shop: Site, clerk: Browser) -> None:
    row = finished(shop, clerk, made(shop, clerk, "动")["id"])
    assert (row["total"], row["open_name"]) == (30, None)


def test_it_is_written_in_the_statement_that_writes_the_record(shop: Site, clerk: Browser) -> None:
    id_ = made(shop, clerk, "一句")["id"]
    page = clerk.get(f"/shop/order/edit/{id_}")
    with shop.statements() as found:
        clerk.send(page, amount="9")
    writing = [text for text in found if text.startswith("UPDATE") and "shop_order" in text]
    assert (len(writing), shop.row("order", id_)["total"]) == (1, 18)


def test_what_is_sent_for_it_is_not_taken(shop: Site, clerk: Browser) -> None:
    page = clerk.get("/shop/order/add")
    clerk.send(page, name="伪", amount="3", total="999")
    assert all(row["total"] != 999 for row in shop.rows("order"))


def test_two_records_with_one_unique_value_are_refused_until_the_first_lost_it(
    shop: Site, clerk: Browser
) -> None:
    first = made(shop, clerk, "同名")
    refused = clerk.submit("/shop/order/add", name="同名", amount="1")
    assert refused.status in (409, 422) and "同名订单尚未结束" in refused.text
    finished(shop, clerk, first["id"])
    assert made(shop, clerk, "同名")["open_name"] == "同名"
