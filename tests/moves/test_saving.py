"""Moves that saving makes, whose condition looks at the rows that were typed with the record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  lines: {type: table, label: 明细, of: line, by: order, columns: [name, bad]}
workflows:
  sale:
    start: open
    states: {open: {label: 开}, full: {label: 满}}
    moves: {fill: {label: 填, from: open, to: full, by: [clerk], on: [add, edit], when: WHEN}}
""",
    "schema/shop/line.yaml": """
label: 行
fields:
  order: {type: ref, to: order, label: 单, on_delete: delete}
  name: {type: text, label: 品}
  bad: {type: bool, label: 坏, default: false}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all, line: all}
may: {order: [read, add, edit], line: [read, add, edit, delete]}
""",
}


@pytest.fixture(params=["exists(lines)", "exists(line)", "count(line where not bad) > 0"])
def shop(build: Builder, request: pytest.FixtureRequest) -> Site:
    order = FILES["schema/shop/order.yaml"].replace("WHEN", request.param)
    return build({**FILES, "schema/shop/order.yaml": order})


def made(who: Browser, lines: list[dict[str, Any]]) -> int:
    status, body = sent(who, "POST", "/api/v1/shop/order/", {"name": "甲", "lines": lines})
    assert status == 201, body
    return int(body["id"])


def sent(who: Browser, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    who.token = who.token or who.get("/login/").token
    answer = who.client.open(path, method=method, json=body, headers={"X-CSRFToken": who.token})
    return answer.status_code, answer.get_json()


def test_rows_made_with_the_record_are_seen_whatever_they_are_called(shop: Site) -> None:
    who = shop.as_("clerk")
    states = [shop.row("order", made(who, lines))["state"] for lines in ([{"name": "一"}], [])]
    assert states == ["full", "open"]


def test_rows_added_by_a_change_are_seen_as_it_is_saved(shop: Site) -> None:
    who = shop.as_("clerk")
    order = made(who, [])
    path, version = f"/api/v1/shop/order/{order}", shop.row("order", order)["version"]
    status, body = sent(who, "PUT", path, {"lines": [{"name": "一", "bad": False}], "version": version})
    assert (status, shop.row("order", order)["state"]) == (200, "full"), body


def test_rows_taken_out_by_a_change_count_no_more(shop: Site) -> None:
    order = shop.make("order", name="甲")
    shop.make("line", order=order, name="一")
    path, version = f"/api/v1/shop/order/{order}", shop.row("order", order)["version"]
    status, body = sent(shop.as_("clerk"), "PUT", path, {"lines": [], "version": version})
    assert (status, shop.row("order", order)["state"]) == (200, "open"), body
