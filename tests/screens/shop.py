"""The shop whose screens are looked at."""

from __future__ import annotations

ORDER = """
label: {zh: 订单, en: Order}
title: "{name}"
soft_delete: true
fields:
  name: {type: text, label: {zh: 名称, en: Name}, max: 50, required: true, search: true}
  customer: {type: ref, to: customer, label: {zh: 客户, en: Customer}}
  amount: {type: money, label: {zh: 金额, en: Amount}, min: 0}
  placed: {type: date, label: {zh: 日期, en: Date}}
  at: {type: datetime, label: {zh: 时刻, en: At}}
  state:
    type: choice
    label: {zh: 状态, en: State}
    default: open
    options: {open: {zh: 开, en: Open}, closed: {zh: 关, en: Closed}}
  paid: {type: bool, label: {zh: 已付, en: Paid}}
  tags:
    type: choices
    label: {zh: 标签, en: Tags}
    options: {hot: {zh: 急, en: Hot}, new: {zh: 新, en: New}}
  helpers: {type: refs, to: customer, label: {zh: 相关, en: Helpers}}
  place: {type: region, label: {zh: 区域, en: Place}}
  photo: {type: images, label: {zh: 照片, en: Photo}, max_size: 1KB}
  bill: {type: file, label: {zh: 票据, en: Bill}, kinds: [pdf]}
  late: {type: computed, label: {zh: 逾期, en: Late}, as: bool, value: placed < today()}
  pieces: {type: rollup, label: {zh: 件数, en: Pieces}, of: line, by: order}
  lines: {type: table, label: {zh: 明细, en: Lines}, of: line, by: order, columns: [name]}
locks:
  - {when: state == 'closed', actions: [edit], message: {zh: 订单已关闭, en: The order is closed}}
listing:
  columns: [name, customer, amount, placed, state, paid, tags, customer.city]
  search:
    - {field: name, by: contains}
    - customer
    - state
    - {field: placed, by: range}
    - {field: amount, by: range}
    - {field: at, by: range}
    - paid
    - tags
    - helpers
    - {field: place, by: below}
    - {field: customer.name, by: contains}
    - {field: state, by: in}
  tabs:
    all: {label: {zh: 全部, en: All}}
    open: {label: {zh: 开, en: Open}, where: state == 'open'}
    closed: {label: {zh: 关, en: Closed}, where: state == 'closed'}
  size: 10
detail:
  - {section: {zh: 信息, en: Details}, fields: "*"}
  - {table: line, by: order}
"""
FILES = {
    "schema/shop/portal.yaml": "title: {zh: 商店, en: Shop}\n",
    "schema/shop/order.yaml": ORDER,
    "schema/shop/customer.yaml": """
label: {zh: 客户, en: Customer}
fields:
  name: {type: text, label: {zh: 名称, en: Name}, search: true}
  city: {type: text, label: {zh: 城市, en: City}}
""",
    "schema/shop/line.yaml": """
label: {zh: 明细, en: Line}
fields:
  name: {type: text, label: {zh: 名称, en: Name}, required: true}
  order: {type: ref, to: order, label: {zh: 订单, en: Order}, on_delete: delete}
listing:
  columns: [{field: order, outside: order}, name]
  within: {order: {title: {zh: 订单明细, en: Lines of the order}, header: [name, amount]}}
""",
    "menus/shop.yaml": """
items:
  - {label: {zh: 买卖, en: Trade}, items: [order, customer]}
  - {entity: line, when: user.name == 'clerk'}
""",
    "permissions/shop/clerk.yaml": """
label: {zh: 店员, en: Clerk}
rows: {order: 'true', customer: 'true', line: 'true'}
may:
  order: [read, add, edit, delete]
  customer: [read, add, edit, delete]
  line: [read, add, edit, delete]
""",
    "permissions/shop/viewer.yaml": """
label: {zh: 访客, en: Viewer}
rows: {order: 'true'}
may: {order: [read]}
""",
}
