"""A bureau that gives accounts to agencies: the agency, its account and its role come in as one row."""

from __future__ import annotations

from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": """
title: 局
kinds:
  office: {label: 局}
  agency: {label: 机构, org: agency}
login: {initial: "start123", password: {classes: 2}}
imports:
  member:
    mode: good_rows
    columns:
      - {field: agency.agency_name, label: 机构名称}
      - {field: agency.uscc, label: 统一社会信用代码}
      - {field: agency.kinds, label: 机构类型}
      - {field: agency.region, label: 所属地区, by: name, unknown: 地区不存在}
      - {field: account, label: 登录账号, repeated: 账号重复, exists: 账号已存在}
      - {field: user_type, value: agency}
      - {field: roles, by: code, value: agency}
      - {field: real_name, formula: agency.agency_name}
    make: {agency: agency_name}
    words:
      missing: 模板不正确，缺少列：{columns}
      kind: 请上传xlsx文件
      reason: 错误原因
    record:
      of: run
      fields: {file: source, errors: marked, total: rows, ok: good, failed: bad, imported_by: by, imported_at: at}
""",
    "schema/shop/member.yaml": """
label: 账号
view_of: base.user
names: {user_type: kind, agency: org, real_name: name}
fields:
  account: {type: text, label: 登录账号, max: 32, pattern: "[A-Za-z0-9_]{4,32}", required: true}
  user_type: {type: text, label: 类型, readonly: true}
  agency: {type: ref, to: agency, label: 机构}
""",
    "schema/shop/agency.yaml": """
label: 机构
view_of: base.org
is: {kind: agency}
names: {agency_name: name}
first_account: {role: agency, account: main_account, name: agency_name}
fields:
  main_account: {type: text, label: 登录账号, required: true}
  uscc: {type: uscc, label: 信用代码}
  kinds: {type: choices, label: 机构类型, required: true, options: {eval: 安全评价机构, social: 社会化服务机构}}
  region: {type: region, label: 地区, required: true}
""",
    "schema/shop/run.yaml": """
label: 导入批次
fields:
  file: {type: file, label: 导入文件, kinds: [xlsx]}
  errors: {type: file, label: 错误明细, kinds: [xlsx]}
  total: {type: int, label: 总数}
  ok: {type: int, label: 成功}
  failed: {type: int, label: 失败}
  imported_by: {type: user, label: 导入人}
  imported_at: {type: datetime, label: 导入时间}
""",
    "permissions/shop/office.yaml": """
label: 局
kinds: [office]
rows: {member: all, agency: all, run: all, base.region: all}
may: {member: [read, add, import], agency: [read], run: [read], base.region: [pick]}
""",
    "permissions/shop/agency.yaml": """
label: 机构
kinds: [agency]
rows: {agency: id == user.org}
may: {agency: [read, edit]}
""",
}
HEAD = ("机构名称*", "统一社会信用代码", "机构类型*", "所属地区*", "登录账号*")


def bureau(build: Builder) -> Site:
    site = build(FILES)
    with site.acting() as system:
        region = site.world.manifest.entities["base.region"]
        system.writer.create(region, {"code": "10", "name": "甲县"}, {"portal": "shop"})
    return site
