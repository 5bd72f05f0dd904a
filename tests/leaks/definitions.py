"""The small home of the proof: what no portal uses."""

from __future__ import annotations

SMALL = {
    "schema/shop/portal.yaml": """
title: 店
stand_ins: {of: absence, from: since, to: until}
login: {providers: {gov: {label: 身份}}}
prints:
  slip:
    of: order
    label: 单据
    template: slip.typ
    fields: [name, secret, phone, card, customer, customer.remark, partner, helpers, photo]
    tables: {lines: {of: line, fields: [name]}}
    many: true
    qr: secret
workbooks: {all: {of: customer, label: 全部, sheets: [customer, {list: order, by: customer}]}}
charts:
  customers: {type: bar, label: 各客户, of: order, by: customer, filters: [{field: region, by: below}, customer.remark]}
  secrets: {type: bar, label: 机密, of: order, by: secret}
  places: {type: region_map, label: 地图, of: order, by: {tree: region}}
  kinds: {type: pivot, label: 全部, of: [order, line], by: name, split: {each: entity}}
  whole: {type: group, label: 总, charts: [customers, places, beside, secrets]}
  claims: {type: tile, label: 理赔, of: claim}
  secret_kinds: {type: tile, label: 几种, of: order, measure: {distinct: secret}}
  named: {type: tile, label: 有名, of: order, where: customer is not none, own: true}
  orders_of: {type: pivot, label: 单, of: order, by: customer, measure: {orders: {label: 单}}}
  lines_of: {type: pivot, label: 行, of: line, by: order.customer, measure: {lines: {label: 行}}}
  beside: {type: joined, label: 并列, charts: [orders_of, lines_of]}
imports: {order: {columns: [name, customer, partner, helpers, region]}, customer: {columns: [name, org]}}
functions:
  figures: {label: 统计, charts: [places], boards: [behind]}
  rest: {label: 其余, charts: [beside]}
guards: {placed: {needs: user.org is none, message: 先离开机构, closes: {rest: [read]}}}
boards:
  all: {label: 全部, rows: [[customers, secrets, {list: order, columns: [name, customer]}], [places]]}
  behind: {label: 其后, rows: [[named]]}
  claimed: {label: 理赔, rows: [[claims, {list: claim}]]}
  paged: {label: 分页, tabs: {one: {label: 一, rows: [[secrets]]}, two: {label: 二, rows: [[places]]}}}
  waiting: {label: 待办, rows: [[{todo: 3}]]}
  books: {label: 导出, rows: [[{export: order}]]}
  messages: {label: 消息, rows: [[{list: message}]]}
""",
    "schema/shop/prints/slip.typ": '#import "/paper.typ": *\n#show: paper\n#masthead(data.title)\n',
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
soft_delete: true
belongs: {org: org, region: region, owner: created_by}
fields:
  name: {type: text, label: 名称, required: true, search: true}
  secret: {type: text, label: 机密, search: true}
  phone: {type: phone, label: 电话, mask: true}
  card: {type: id_card, label: 证件}
  org: {type: org, label: 机构}
  region: {type: region, label: 区域}
  customer: {type: ref, to: customer, label: 客户}
  partner: {type: ref, to: customer, label: 伙伴, label_rows: scoped}
  helpers: {type: refs, to: customer, label: 相关, label_rows: scoped}
  photo: {type: image, label: 照片}
  lines: {type: table, label: 明细, of: line, by: order, columns: [name]}
listing:
  columns: [name, secret, customer, partner, helpers]
  search:
    - {field: name, by: contains}
    - {field: secret, by: contains}
    - {field: customer, by: contains}
    - {field: partner, by: contains}
  tabs: {all: {label: 全部}, named: {label: 有名, where: name is not none}}
  toolbar: [add, import, export, print]
detail:
  - {section: 信息, fields: "*"}
  - {table: line, by: order}
  - {timeline: moves}
workflows:
  sale:
    start: open
    states: {open: {label: 开}, shut: {label: 关}}
    moves:
      shut:
        label: 关闭
        from: open
        to: shut
        by: [org]
        batch: true
        show: [{section: 单, fields: [name, secret, phone, card, customer]}]
      reopen:
        {label: 重开, from: shut, to: open, dialog: {customer: {}, why: {type: text, label: 原因, required: true}}}
      drop: {label: 作废, by: system}
""",
    "schema/shop/customer.yaml": """
label: 客户
title: "{name} {mark} {inner}"
fields:
  name: {type: text, label: 名称}
  remark: {type: text, label: 备注}
  body: {type: richtext, label: 正文, pictures: {}}
  org: {type: org, label: 机构}
  mark: {type: text, label: 代号, mask: true}
  inner: {type: text, label: 内部, search: true}
""",
    "schema/shop/line.yaml": """
label: 明细
fields: {name: {type: text, label: 名称}, order: {type: ref, to: order, label: 订单, on_delete: delete}}
""",
    "schema/shop/claim.yaml": """
label: 理赔
belongs: {org: org}
fields: {name: {type: text, label: 名称}, note: {type: text, label: 说明}, org: {type: org, label: 机构}}
detail:
  - {section: 信息, fields: "*"}
  - {timeline: moves}
workflows:
  claim:
    approval:
      by: [own]
      inside: [org, tree]
      told: "{note}"
      chain:
        - {step: first, label: 初审, by: {post: org, org: org}}
        - {step: last, label: 复审, by: tree}
""",
    "schema/shop/branch.yaml": """
label: 分店
title: "{name}"
view_of: base.org
is: {kind: shop}
fields: {areas: {type: tree_refs, to: base.region, label: 管片, cover: below}}
""",
    "schema/shop/reward.yaml": """
label: 奖金
title: "{name}"
belongs: {org: org}
fields:
  name: {type: text, label: 名称}
  note: {type: text, label: 说明}
  org: {type: org, label: 现机构}
  region: {type: region, label: 地区}
  areas: {type: tree_refs, to: base.region, label: 范围, cover: children, ticks: drop}
  reach: {type: covered, of: areas, to: base.region, label: 实际范围}
  passed: {type: table, of: passing, by: reward, label: 转出, columns: [note, from_org]}
listing: {columns: [name, org, areas, reach], search: [{field: areas, by: covers}], tabs: {all: {label: 全部}}}
""",
    "schema/shop/passing.yaml": """
label: 转出
fields:
  reward: {type: ref, to: reward, label: 奖金, on_delete: delete}
  note: {type: text, label: 说明}
  from_org: {type: org, label: 转出机构}
""",
    "schema/shop/absence.yaml": """
label: 委托
fields:
  person: {type: user, label: 委托人}
  deputy: {type: user, label: 代办人}
  since: {type: date, label: 开始}
  until: {type: date, label: 结束}
""",
    "schema/shop/log.yaml": """
label: 日志
view_of: base.audit
append_only: true
listing: {columns: [at, account, action, entity, record_id, changes], toolbar: [export], row: [show]}
""",
    "schema/mill/batch.yaml": "label: 批次\nfields: {name: {type: text, label: 名称, required: true}}\n",
    "permissions/shop/org.yaml": """
label: 本机构
rows: {order: org, customer: org == user.org, line: {through: order}}
may:
  order: [read, add, edit, delete, import, export, print]
  customer: [read, export, import]
  line: [read, edit, delete]
  figures: [read]
  rest: [read, export]
fields: {order: {hidden: [secret]}, customer: {hidden: [inner]}}
""",
    "permissions/shop/tree.yaml": """
label: 本区域
jobs: all
rows: {order: region_tree, customer: all, reward: "covers(user.org.areas, region)"}
may: {order: [read], customer: [pick], reward: [read, export]}
""",
    "permissions/shop/own.yaml": """
label: 本人
rows:
  order:
    {read: org == user.org, edit: own, delete: own, export: own, print: own, unmask: own, move: {reopen: own}}
  customer: exists(order where org == user.org)
  claim: org == user.org
  reward: {read: org == user.org or exists(passing where from_org == user.org), edit: org == user.org}
  passing: {through: reward}
  log: all
may:
  reward: [read, edit, export]
  passing: [read]
  claim: [read]
  order: [read, edit, delete, export, print, unmask, {move: [reopen]}]
  customer: [read]
  log: [read, export]
fields: {order: {masked: [secret, card]}, customer: {masked: [inner]}}
""",
    "permissions/mill/all.yaml": "label: 全部\nrows: {batch: all}\nmay: {batch: [read, add, edit, delete]}\n",
}
