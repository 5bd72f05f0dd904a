"""A shop whose orders come in as workbooks: references, choices, many values, unique values, withheld rows."""

from __future__ import annotations

from tests.projects import Site

FILES = {
    "schema/shop/portal.yaml": """
title: 店
imports:
  order:
    columns:
      - name
      - {field: customer, label: 客户名称}
      - amount
      - pieces
      - day
      - at
      - tags
      - state
      - note
      - paid
  stock: {key: code, columns: [code, name, count]}
  line: {within: order, columns: [what], right: add}
""",
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
belongs: {city: customer.city}
fields:
  no: {type: serial, label: 编号, pattern: "D{0000}"}
  name: {type: text, label: 名称, required: true, unique: true, max: 20}
  customer: {type: ref, to: customer, label: 客户, required: true}
  amount: {type: money, label: 金额, check: "amount > 0", message: 金额须大于零}
  pieces: {type: int, label: 件数, default: 1}
  day: {type: date, label: 日期}
  at: {type: datetime, label: 时刻}
  tags: {type: choices, label: 标签, options: {new: 新, hot: 急}}
  state: {type: choice, label: 状态, options: {open: 开, closed: 关}, default: open}
  note: {type: text, label: 备注, lines: 3, required: "amount > 1000"}
  paid: {type: bool, label: 已付}
  phase: {type: choice, label: 阶段, options: {begun: 开始, ended: 结束}, default: begun, readonly: true}
  secret: {type: text, label: 内部}
checks:
  - {check: "pieces < 100 or state == 'open'", at: pieces, message: 关闭的订单不能超过100件}
workflows:
  order:
    field: phase
    start: begun
    states: {ended: {final: true}}
    moves: {end: {label: 结束, from: begun, to: ended, by: [clerk]}}
listing: {columns: [no, name, customer, amount], toolbar: [add, import, template, export]}
""",
    "schema/shop/customer.yaml": """
label: 客户
fields:
  name: {type: text, label: 名称}
  code: {type: text, label: 代号, unique: true}
  city: {type: ref, to: city, label: 城市}
""",
    "schema/shop/city.yaml": "label: 城市\nfields: {name: {type: text, label: 名称}}\n",
    "schema/shop/stock.yaml": """
label: 库存
soft_delete: true
fields:
  code: {type: text, label: 货号, required: true, unique: true}
  name: {type: text, label: 品名, required: true}
  count: {type: int, label: 数量, min: 0}
""",
    "schema/shop/line.yaml": """
label: 明细
fields:
  order: {type: ref, to: order, label: 订单, required: true}
  what: {type: text, label: 品名, required: true}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows:
  order: {read: "true", add: "amount is none or amount < 5000"}
  customer: "name != '他人'"
  city: 'true'
  stock: 'true'
  line: {through: order}
may:
  order: [read, add, edit, delete, import]
  customer: [read]
  city: [read]
  stock: [read, add, edit, delete, import]
  line: [read, add]
fields: {order: {hidden: [secret]}}
""",
    "permissions/shop/reader.yaml": """
label: 读
rows: {order: 'true', customer: 'true', city: 'true'}
may: {order: [read, add], customer: [read], city: [read]}
""",
}
HEAD = ("名称*", "客户名称*", "金额", "件数", "日期", "时刻", "标签", "状态", "备注", "已付")


def filled(site: Site) -> Site:
    """One's own customer and somebody else's."""
    city = site.make("city", name="甲市")
    site.make("customer", name="甲", code="c1", city=city)
    site.make("customer", name="他人", code="c2")
    return site
