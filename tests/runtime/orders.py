"""A shop whose orders have every rule of writing."""

from __future__ import annotations

from tests.projects import Site

ORDER = """
label: {zh: 订单, en: Order}
title: "{name}"
fields:
  name: {type: text, label: 名称, max: 20, required: true}
  code: {type: text, label: 编码, max: 20, unique: true}
  customer: {type: ref, to: customer, label: 客户}
  helpers: {type: refs, to: customer, label: 相关客户}
  amount: {type: money, label: 金额, min: 0}
  kind: {type: choice, label: 类别, default: plain, options: {plain: 普通, special: 特殊}}
  reason: {type: text, label: 原因, max: 50, visible: "kind == 'special'", required: "kind == 'special'"}
  placed: {type: date, label: 日期, default: today()}
  due: {type: date, label: 期限, check: "due >= placed", message: 期限不能早于日期}
  paid: {type: bool, label: 已付, default: false}
  state: {type: choice, label: 状态, readonly: true, default: open, options: {open: 开, closed: 关}}
  tags: {type: choices, label: 标签, options: {hot: 急, new: 新}}
  number: {type: serial, label: 单号, pattern: "D{yyyyMMdd}{0000}", gapless: true}
  gapless: {type: serial, label: 连号, pattern: "L{0000}", gapless: true}
  inside: {type: text, label: 内部}
  fixed_later: {type: text, label: 一次性, readonly: "id is not none"}
checks:
  - {check: amount <= 1000 or paid, at: amount, message: 未付订单不能超过一千}
  - {check: state != 'closed', message: 已关闭的订单不能删除, on: delete}
locks:
  - {when: state == 'closed', actions: [edit], message: 订单已关闭}
  - {when: "name == '不可新增'", actions: [add], message: 现在不能新增}
"""
FILES = {
    "schema/shop/order.yaml": ORDER,
    "schema/shop/customer.yaml": """
label: 客户
fields:
  name: {type: text, label: 名称, required: true, unique: true}
  mine: {type: bool, label: 我的}
soft_delete: true
""",
    "schema/shop/supplier.yaml": "label: 供应商\nview_of: base.org\nis: {kind: supplier}\n",
    "schema/shop/note.yaml": "label: 记录\nappend_only: true\nfields: {text: {type: text, label: 内容}}\n",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: 'true', customer: mine, supplier: 'true', note: 'true'}
may:
  order: [read, add, edit, delete]
  customer: [read, add]
  supplier: [read, add, edit]
  note: [read, add, edit]
fields: {order: {hidden: [inside]}}
""",
    "permissions/shop/viewer.yaml": "label: 访客\nrows: {order: 'true'}\nmay: {order: [read]}\n",
}


def last(shop: Site) -> dict[str, object]:
    return shop.rows("order")[-1]
