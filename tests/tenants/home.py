"""A small portal of agencies that manage their own people: what guards, single records and ticked rows are tried on."""

from __future__ import annotations

from collections.abc import Mapping

from tests.projects import Builder, Site

FILES = {
    "menus/bureau.yaml": """
items:
  - {entity: agency, page: mine, label: 机构信息录入, when: "user.kind == 'main'"}
  - {entity: agency, label: 已申报机构}
  - {entity: account}
  - {entity: staff, label: 专职人员信息维护}
  - {entity: contract}
""",
    "schema/bureau/portal.yaml": """
title: 机构管理
kinds:
  main: {label: 主账号, org: agency}
  sub: {label: 子账号, org: agency, under: main}
  city: {label: 监管账号}
login: {password: {min: 6, classes: 2}, initial: start123, settings: {lockout.failures: lock_after}}
settings:
  city: {type: text, label: 城市, default: "'某市'", required: true}
  direct: {type: bool, label: 主账号可直接登录, default: true}
  lock_after: {type: int, label: 登录锁定次数, default: 5, required: true}
  may_praise: {type: bool, label: 可以表扬, default: true}
  scope: {type: choice, label: 可见范围, options: {own: 本机构, all: 全部}, default: own}
  contact: {type: longtext, label: 联系方式, default: "'市局办公室'"}
entry:
  title: "{city}应急管理局"
  tile: 业务系统企业端
  platform: 业务系统
  block: 办事大厅
  path: systems
browsers: {hint: 请使用浏览器的“极速模式”访问, old: 当前为兼容模式，请切换到极速模式}
doors:
  platform:
    label: 企业申报和服务平台（企业端）
    title: "{city}企业申报和服务平台（企业端）"
    kinds: [main]
    path: platform/login
    hall: platform
    captcha: true
    note: "未获取账号的单位，请联系{contact}获取"
    refusals: {sub: 该账号为子账号，请从本系统登录}
    send_to: own
  own:
    label: 机构管理系统
    kinds: [main, sub, city]
    path: login
    listed: false
    common: true
    needs: "user.kind != 'main' or setting.direct"
    refusal: 主账号请从平台登录
    send_to: platform
halls:
  platform:
    title: 企业申报和服务平台（企业端）
    kinds: [main]
    tiles: [{label: 机构管理系统}, {label: 其他系统, off: 暂未开通}]
guards:
  people_after_profile:
    needs: "user.kind != 'main' or user.org.complete"
    message: {zh: 请先完成机构信息录入，再设置子账号, en: Fill in the agency first}
    closes: {account: [add]}
    send_to: agency
    way: 去录入
  staff_after_profile:
    needs: "user.kind != 'main' or user.org.complete"
    message: 请先完成机构信息录入，方可维护专职人员信息
    closes: {staff: [add, edit, delete, leave, praise]}
    send_to: agency
  kind_of_contract:
    needs: "user.kind == 'city' or 'eval' in user.org.kinds"
    message: 本机构不是安全评价机构
    closes: {contract: [add]}
    shown: not
  right_to_contracts:
    needs: "user.kind != 'sub' or 'contract' in user.rights"
    message: 没有合同录入权限
    closes: {contract: [read]}
    shown: not
""",
    "schema/bureau/agency.yaml": """
label: 机构
title: "{name}"
view_of: base.org
is: {kind: agency}
fields:
  kinds: {type: choices, label: 机构类型, options: {eval: 评价, social: 服务}, required: true}
  address: {type: text, label: 地址, required: true}
  founded: {type: date, label: 成立日期}
  complete: {type: computed, label: 已完成, as: bool, value: "declared == 'declared'"}
  declared_at: {type: datetime, label: 申报时间, readonly: true}
single:
  where: id == user.org
  ways: [{entity: staff, label: 专职人员名单, disabled: "declared == 'none'", reason: 请先完成机构信息录入}]
words: {edit: 机构信息录入}
form:
  - {section: 基本信息, fields: [name, kinds, address, founded]}
workflows:
  declaration:
    field: declared
    start: none
    states: {"none": {label: 未录入}, declared: {label: 已申报}, cancelled: {label: 已注销, final: true}}
    moves:
      cancel: {label: 注销, from: declared, to: cancelled, by: [city]}
""",
    "schema/bureau/account.yaml": """
label: 用户
title: "{name}"
view_of: base.user
is: {kind: sub}
fields:
  rights: {type: choices, label: 录入权限, options: {contract: 合同录入, visit: 赴企录入}, min: 1, required: true}
form:
  - {section: 用户信息, fields: [account, name, password, rights, status]}
listing:
  columns: [account, name, rights, status]
  toolbar: [add, edit, {button: delete, confirm: "确认删除选中的{n}个用户吗？"}]
""",
    "schema/bureau/im_setting.yaml": "label: 系统参数\nview_of: base.parameter\n",
    "schema/bureau/staff.yaml": """
label: 专职人员
soft_delete: true
listing:
  columns: [name, agency, state]
  toolbar: [add, {move: leave, none: 请先勾选人员}, {move: praise}, {button: show, when: "user.kind == 'main'"}]
fields:
  name: {type: text, label: 姓名, required: true}
  agency: {type: ref, to: agency, label: 机构, default: user.org, readonly: true}
workflows:
  service:
    start: active
    states: {active: {label: 在职}, left: {label: 离职}}
    moves:
      leave: {label: 离职, from: active, to: left, by: [main], batch: true, refusals: {left: 该人员已离职}}
      praise:
        label: 表扬
        by: [main]
        when: setting.may_praise
        refusal: 现在不能表扬
        dialog: {word: {type: text, label: 评语, required: true}}
""",
    "schema/bureau/contract.yaml": """
label: 合同
fields:
  name: {type: text, label: 名称, required: true}
  agency: {type: ref, to: agency, label: 机构, default: user.org, readonly: true}
""",
    "permissions/bureau/main.yaml": """
label: 主账号
kinds: [main]
rows:
  agency: "id == user.org"
  account: "org == user.org"
  staff: "agency == user.org"
  contract: "agency == user.org"
may:
  agency: [read, edit]
  account: [read, add, edit, delete]
  staff: [read, add, edit, delete, export]
  contract: [read, add, edit, export]
""",
    "permissions/bureau/sub.yaml": """
label: 子账号
kinds: [sub]
rows:
  contract: {read: "agency == user.org or setting.scope == 'all'", edit: "created_by == user"}
  staff: "agency == user.org"
may: {contract: [read, add, edit, export], staff: [pick]}
""",
    "permissions/bureau/city.yaml": """
label: 监管账号
kinds: [city]
rows: {agency: all, staff: all, contract: all, im_setting: all}
may: {im_setting: [read, edit], agency: [read, edit], staff: [read], contract: [read, export]}
""",
}


def agency(site: Site, name: str, declared: bool = False, kinds: tuple[str, ...] = ("eval",)) -> int:
    id_ = site.make("agency", name=name, kinds=list(kinds), address="某路")
    if declared:
        site.set("agency", id_, agency__declared="declared")
    return id_


def peopled(build: Builder, database: str = "sqlite", files: Mapping[str, str] = FILES) -> Site:
    """An agency that has told of itself and one that has not, with a main account each, and a city's account."""
    site = build(files, database)
    old, new = agency(site, "甲", declared=True), agency(site, "乙")
    site.person("old", "main", kind="main", org=old)
    site.person("new", "main", kind="main", org=new)
    site.person("official", "city", kind="city")
    return site
