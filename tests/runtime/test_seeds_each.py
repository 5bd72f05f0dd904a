"""Seed rows that stand for each record of another entity."""

from __future__ import annotations

from tests.projects import Builder

FILES = {
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  paid: {type: bool, label: 已付, default: false}
  photos: {type: images, label: 照片}
""",
    "schema/shop/log.yaml": """
label: 流转
fields:
  order: {type: ref, to: order, label: 订单}
  what: {type: text, label: 动作}
  photos: {type: images, label: 照片}
""",
    "seeds/shop/01.yaml": """
order:
  - {name: 甲, paid: true, _at: "= now() - days(9)"}
  - {name: 乙}
log:
  - {_each: order, order: "= each", what: "= each.name", photos: "= each.photos", _at: "= each.created_at"}
  - {_each: order, _where: paid, order: "= each", what: 付款}
  - {what: 别的}
""",
}


def test_a_row_is_written_for_each_record_for_which_it_holds(project: Builder) -> None:
    site = project(FILES)
    orders = {row["id"]: row for row in site.rows("order")}
    logs = site.rows("log")
    told = [(orders[row["order"]]["name"] if row["order"] else None, row["what"]) for row in logs]
    assert told == [("甲", "甲"), ("乙", "乙"), ("甲", "付款"), (None, "别的")]
    assert logs[0]["created_at"] == orders[logs[0]["order"]]["created_at"] != logs[1]["created_at"]
