"""What hung on a record that is gone comes to no later one, whichever key that gets."""

from __future__ import annotations

import pytest

from tests.projects import Builder, Site

HOME = {
    "schema/shop/order.yaml": """
label: 订单
fields: {name: {type: text, label: 名称, required: true}}
workflows:
  sale:
    start: open
    states: {open: {label: 开}, shut: {label: 关, final: true}}
    moves: {close: {label: 关闭, from: open, to: shut}}
detail: [{section: 内容, fields: [name]}, {timeline: moves}]
""",
    "permissions/shop/clerk.yaml": """
label: 职员
rows: {order: all}
may: {order: [read, add, edit, delete, {move: [close]}]}
""",
}


@pytest.fixture
def site(project: Builder, database: str) -> Site:
    return project(HOME, database)


def gone(site: Site) -> int:
    """The key of an order that was closed and deleted."""
    id_ = site.make("order", name="旧")
    assert site.as_("clerk").post(f"/shop/order/do/close/{id_}").status == 303
    assert site.as_("clerk").post(f"/shop/order/delete/{id_}").status == 303
    return id_


def test_a_record_begins_after_the_newest_was_deleted(site: Site) -> None:
    gone(site)
    assert site.as_("clerk").submit("/shop/order/add", name="新").status == 303
    cases = [row["record_id"] for row in site.platform("base_case") if row["entity"] == "shop.order"]
    assert cases == [site.rows("order")[0]["id"]]


def test_no_key_is_given_twice_so_no_course_is_inherited(site: Site) -> None:
    before = gone(site)
    assert site.make("order", name="新") > before
    assert {row["record_id"] for row in site.platform("base_move")} == {before}
