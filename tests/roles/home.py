"""A small police portal: posts in a tree of organisations, registers below them, and roles that are made on screen."""

from __future__ import annotations

from tests.projects import Builder, Site

FILES = {
    "menus/police.yaml": """
items:
  - {entity: guard}
  - {entity: company}
  - {entity: note}
  - {label: 系统管理, items: [{entity: role}, {entity: officer}]}
""",
    "schema/police/portal.yaml": """
title: 保安监管
kinds: {officer: {label: 民警, org: post}}
custom_roles:
  officer:
    ceiling: manager
    scopes:
      org: {label: 所在机构数据, rows: org, chosen: true}
      org_tree: {label: 所在机构及下级机构数据, rows: org_tree, chosen: true}
      region_tree: {label: 所在区域数据, rows: region_tree}
      self: {label: 本人数据, rows: own}
      all: {label: 全部数据, rows: all}
""",
    "schema/police/post.yaml": """
label: 机构
title: "{name}"
view_of: base.org
is: {kind: post}
""",
    "schema/police/officer.yaml": """
label: 用户
title: "{name}"
view_of: base.user
is: {kind: officer}
form: [{section: 用户, fields: [account, name, password, org, roles]}]
listing: {columns: [account, name, roles]}
""",
    "schema/police/role.yaml": """
label: 角色
title: "{name}"
view_of: base.role
fields:
  name: {type: text, label: 角色名称, max: 30, required: true, help: 即职位名称}
  org: {type: org, label: 所属机构, default: user.org, readonly: true}
  kind: {type: text, label: 用户类型, default: user.kind, readonly: true}
  builtin: {type: bool, label: 内置, default: false, readonly: true}
  rights: {type: rights, label: 操作权限, required: not builtin, span: 12}
  scope:
    type: choice
    label: 数据范围
    required: not builtin
    span: 12
    options:
      org: 所在机构数据
      org_tree: 所在机构及下级机构数据
      region_tree: 所在区域数据
      self: 本人数据
      all: 全部数据
  orgs:
    type: tree_refs
    to: post
    label: 机构
    ticks: true
    span: 12
    visible: "scope in ['org', 'org_tree']"
    required: "scope in ['org', 'org_tree']"
unique: [[name, org]]
locks: [{when: builtin, message: 内置角色不能修改或删除}]
words: {add: 新增角色信息}
listing: {columns: [name, org, scope, orgs, builtin]}
steps: true
form:
  - {section: 角色概况, fields: [name, remark]}
  - {section: 操作权限, fields: [rights]}
  - {section: 数据范围, fields: [scope, orgs]}
""",
    "schema/police/guard.yaml": """
label: 保安员
title: "{name}"
belongs: {org: post, region: region}
fields:
  name: {type: text, label: 姓名, required: true, search: true}
  post: {type: ref, to: post, label: 管辖机构, default: user.org}
  region: {type: region, label: 区域}
  state: {type: choice, label: 状态, options: {active: 在职, left: 离职}, default: active}
  secret: {type: text, label: 线索}
""",
    "schema/police/company.yaml": """
label: 保安公司
title: "{name}"
belongs: {org: post}
fields:
  name: {type: text, label: 名称, required: true, search: true}
  post: {type: ref, to: post, label: 管辖机构, default: user.org}
""",
    "schema/police/note.yaml": """
label: 备注
title: "{text}"
belongs: {owner: created_by}
fields: {text: {type: text, label: 内容, required: true}}
""",
    "permissions/police/manager.yaml": """
label: 系统管理员
kinds: [officer]
rows:
  post: org_tree
  officer: org_tree
  role: org_tree
  guard: {read: org_tree, delete: state == 'left'}
  company: org_tree
  note: own
may:
  post: [read]
  officer: [read, add, edit]
  role: [read, add, edit, delete]
  guard: [read, add, edit, delete, export]
  company: [read, add, export]
  note: [read, add]
fields: {guard: {hidden: [secret]}}
""",
    "permissions/police/chief.yaml": """
label: 厅领导
kinds: [officer]
rows: {post: all, officer: all, role: all, guard: all, company: all, note: all}
may:
  post: [read]
  officer: [read, add, edit]
  role: [read, add, edit, delete]
  guard: [read, add, edit, delete, export]
  company: [read, add, export]
  note: [read, add]
""",
}
TREE = {"厅": "", "甲市": "厅", "甲东": "甲市", "甲东一所": "甲东", "甲西": "甲市", "乙市": "厅"}


def peopled(build: Builder, database: str = "sqlite") -> Site:
    """The tree of posts, a guard, a company and a note at each, a manager of 甲市 and a chief of all."""
    site = build(FILES, database, portal="police")
    posts: dict[str, int] = {}
    for name, above in TREE.items():
        posts[name] = site.make("post", name=name, parent=posts.get(above))
    for name, id_ in posts.items():
        site.make("guard", name=f"{name}保安", post=id_, secret=f"{name}线索")
        site.make("company", name=f"{name}公司", post=id_)
    site.person("jia_admin", "manager", kind="officer", org=posts["甲市"])
    site.person("prov_chief", "chief", kind="officer", org=posts["厅"])
    site.person("yi_admin", "manager", kind="officer", org=posts["乙市"])
    return site


def post(site: Site, name: str) -> int:
    return next(row["id"] for row in site.rows("post") if row["name"] == name)


def role(site: Site, account: str, name: str, rights: list[str], scope: str, *orgs: str) -> int:
    """A role that this person makes, through the one door."""
    with site.acting(account) as person:
        values = {"name": name, "rights": rights, "scope": scope, "orgs": [post(site, org) for org in orgs]}
        return person.writer.create(site.entity("role"), values)


def holder(site: Site, account: str, role_: int, org: str) -> None:
    """An account that holds this role alone."""
    site.person(account, kind="officer", org=post(site, org), roles=[role_])
