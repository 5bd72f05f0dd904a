"""A shop whose clerks have accounts with buttons, and what one does with these."""

from __future__ import annotations

from typing import Any

from tests.projects import Browser, Site

FILES = {
    "schema/shop/portal.yaml": """
title: 商店
login: {initial: zj202401, password: {min: 8, max: 20, classes: 2}, lockout: {failures: 2, minutes: 15}}
notices:
  renewed:
    about: account
    on: password_reset
    title: 密码已重置
    text: "新密码{password}"
    extra: [password]
    sensitive: [password]
    channels: [sms]
    to: [{user: id}]
""",
    "schema/shop/order.yaml": "label: 订单\nfields: {buyer: {type: ref, to: account, label: 买方}}\n"
    "workflows: {buying: {start: open, moves: {renew: {label: 重置, from: open, to: done, by: [boss], effects: "
    "[{type: reset_password, of: buyer, random: true}]}}}}\n",
    "schema/shop/account.yaml": """
label: 账号
view_of: base.user
form: [{section: 账号, fields: [account, name, phone, email, password, roles]}]
workflows:
  access:
    field: status
    start: enabled
    moves:
      unlock:
        label: 解锁
        by: [boss, helper]
        when: locked_until is not none and locked_until > now()
        effects: [{type: unlock}]
      renew: {label: 重置, by: [boss, helper], batch: true, effects: [{type: reset_password}]}
      retype:
        label: 改密
        by: [boss, helper]
        dialog:
          password: {required: true}
          password_confirm:
            type: password
            label: 确认
            required: true
            policy: {min: 1, classes: 1}
            check: password_confirm == dialog.password
            message: 两次不一致
      disable: {label: 停用, from: enabled, to: disabled, by: [boss, helper]}
      enable: {label: 启用, from: disabled, to: enabled, by: [boss, helper]}
""",
    "permissions/shop/boss.yaml": """
label: 店长
rows: {account: 'true', role: 'true', order: 'true'}
may: {account: [read, add, edit], role: [read], order: [read, add, edit]}
""",
    "permissions/shop/helper.yaml": "label: 助手\nrows: {account: 'true', role: 'true'}\n"
    "may: {account: [read, edit], role: [pick]}\n",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {account: id == user}\nmay: {account: [read]}\n",
}
NEW = {"password": "Neues2026x", "password_confirm": "Neues2026x"}


def logs_in(site: Site, account: str, password: str) -> bool:
    """Also where the password must be changed first."""
    answer = site.as_().post("/login/", {"username": account, "password": password, "captcha": "0000"})
    return answer.status == 303


def do(site: Site, browser: Browser, move: str, account: str, **typed: str) -> Any:
    return browser.post(f"/shop/account/do/{move}/{site.id_of(account)}", typed)


def row(site: Site, account: str) -> dict[str, Any]:
    return site.row("account", site.id_of(account))
