"""A small portal in which agencies register themselves: what ``register:`` is tried on."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import sqlalchemy as sa

from tests.pages import Page
from tests.projects import PDF, Browser, Builder, Site

PORTAL = """
title: 举报平台
kinds:
  agency: {label: 机构, org: agency}
  office: {label: 平台}
settings:
  registration: {type: bool, label: 开放注册, default: true}
login:
  captcha: {seconds: 300}
  password:
    min: 6
    classes: 1
    told: 请牢记密码，最少6位，登录时需要
    say: {length: 密码长度不能少于6位, repeat: 两次输入的密码不一致}
messages: {captcha: 验证码错误, captcha_expired: 验证码已过期}
doors:
  agency: {label: 机构登录, kinds: [agency], path: login}
  office: {label: 平台登录, kinds: [office], path: office}
guards:
  approved:
    needs: "user.kind != 'agency' or user.org.state == 'approved'"
    message: 机构尚未通过审核
    closes: {report: [read], agency: [add]}
    send_to: agency
register:
  entity: agency
  label: 立即注册
  title: 机构注册
  text: 安监机构注册后，凭用户名和密码登录平台。
  submit: 提交
  fields: [name, phone, mail, letter]
  account:
    role: agency
    username:
      type: text
      label: 用户名
      max: 32
      pattern: "[A-Za-z][A-Za-z0-9_]{3,31}"
      message: 用户名必须以字母开头
      help: 以字母开头，4–32位字母、数字或下划线
      taken: 用户名已被注册
    free: 用户名可用
    name: name
    phone: phone
    email: mail
  downloads:
    template: {label: 下载授权书模板, of: template, file: document, at: letter, where: current}
  switch: registration
  closed: 注册暂未开放
"""

FILES = {
    "schema/bureau/portal.yaml": PORTAL,
    "schema/bureau/agency.yaml": """
label: 机构
title: "{name}"
view_of: base.org
is: {kind: agency}
names: {name: {field: name, label: 机构名称}}
fields:
  phone: {type: phone, label: 负责人手机号码, required: true, message: 请输入正确的手机号码, help: 十分重要}
  mail: {type: email, label: 邮箱, required: true, message: 请输入正确的邮箱}
  letter:
    type: file
    label: 机构授权书
    required: true
    kinds: [pdf, jpg, png]
    max_size: 10MB
    empty: 请上传机构授权书
    help: 下载模板填写后加盖公章，扫描后上传
  address: {type: text, label: 地址, required: "state != 'draft'"}
  grade: {type: text, label: 等级}
single: {where: id == user.org}
form:
  - {section: 基本信息, fields: [name, phone, mail, letter, address]}
workflows:
  admission:
    field: state
    start: draft
    states: {draft: {label: 待完善}, approved: {label: 已通过, final: true}}
    moves: {approve: {label: 通过, from: draft, to: approved, by: [office]}}
""",
    "schema/bureau/report.yaml": "label: 举报\nfields:\n  name: {type: text, label: 名, required: true}\n",
    "schema/bureau/template.yaml": """
label: 模板
fields:
  document: {type: file, label: 文件, kinds: [pdf, docx], required: true}
  current: {type: bool, label: 使用中, default: true}
""",
    "permissions/bureau/agency.yaml": """
label: 机构
kinds: [agency]
rows: {agency: id == user.org, report: all}
may: {agency: [read, edit], report: [read, add]}
""",
    "permissions/bureau/office.yaml": """
label: 平台
kinds: [office]
rows: {agency: all, report: all, template: all}
may: {agency: [read, edit], report: [read], template: [read, add, edit]}
""",
}
FORM = "/bureau/register/"
GOOD = {
    "_account": "Demo_Reg1",
    "_password": "123456",
    "_repeat": "123456",
    "name": "示范机构",
    "phone": "13000000001",
    "mail": "a@example.com",
    "captcha": "0000",
}


def bureau(build: Builder, database: str = "sqlite", **more: Any) -> Site:
    return build(FILES, database, **more)


def letter(browser: Browser, content: bytes = PDF, name: str = "letter.pdf", field: str = "letter") -> Page:
    return browser.post(f"{FORM}upload/{field}", {"file": (BytesIO(content), name)})


def registers(site: Site, browser: Browser | None = None, /, **changes: str) -> Page:
    """Uploads a letter and posts the form with these changes of what is right."""
    browser = browser or site.as_()
    browser.get(FORM)
    data: dict[str, Any] = {"letter": str(letter(browser).response.get_json()["id"]), **GOOD, **changes}
    return browser.post(FORM, {name: value for name, value in data.items() if value})


def accounts(site: Site) -> list[dict[str, Any]]:
    user = site.world.tables.of("base.user").table
    with site.engine.connect() as connection:
        found = sa.select(user).where(user.c.portal == "bureau", user.c.kind == "agency").order_by(user.c.id)
        return [dict(row) for row in connection.execute(found).mappings()]


def agencies(site: Site) -> list[dict[str, Any]]:
    """By field: what the table keeps of each agency."""
    entity = site.entity("agency")
    kept = {name: column for name, column in entity.columns.items() if name in entity.in_row}
    return [
        {**row, **{name: row[column] for name, column in kept.items()}}
        for row in site.rows("agency")
        if row["kind"] == "agency"
    ]
