"""Doors, menu, roles and the policy of logins of insurance_service are those of its document."""

from __future__ import annotations

from typing import Any

import pytest

from fab_app.spec.manifest import Manifest
from fab_app.spec.portal import MenuItem
from tests.portals.definitions import PORTAL, RECORDS, entity


def test_the_portal_and_its_doors(home: Manifest) -> None:
    """A-014 … A-018, A-126, A-172."""
    portal = home.portals[PORTAL].spec
    assert portal.title.zh == "安全生产技术服务机构管理系统"
    assert portal.out_of_scope == 403
    assert portal.entry is not None
    assert (portal.entry.title.zh, portal.entry.tile.zh) == ("办事服务", "安全生产责任保险监管平台")
    assert portal.entry.platform.zh == "安全生产责任保险监管平台综合页面"
    doors = {code: (door.label.zh, door.kinds) for code, door in portal.doors.items()}
    assert doors == {
        "agency": ("安全生产技术服务机构", ("agency",)),
        "insurer": ("保险机构", ("insurer",)),
        "regulator": ("监管部门", ("regulator",)),
        "platform": ("平台管理", ("platform",)),
    }
    said = {key: getattr(portal.messages, key).zh for key in portal.messages.model_fields_set}
    assert said == {
        "out_of_scope": "无权访问该数据",
        "forbidden": "无操作权限",
        "saved": "操作成功",
        "too_many": "数据量过大,请缩小查询范围",
        "wrong_password": "账号或密码错误",
        "locked": "账号已锁定,请15分钟后再试",
        "disabled": "账号已停用,请联系管理员",
        "wrong_door": "该账号不属于本登录入口",
        "org_disabled": "所属机构已停用",
    }


def test_the_menu(home: Manifest) -> None:
    """A-003, A-022 … A-036, A-038: eight modules in the manual's order, 隐患台账 beside them."""

    def shown(item: MenuItem) -> Any:
        label = item.label.zh if item.label else ""
        opens = item.entity or item.board
        return (label, [shown(below) for below in item.items]) if item.items else (label, opens)

    assert [shown(item) for item in home.menus[PORTAL].spec.items] == [
        ("安责险服务", [
            ("服务订单", "service_order"),
            ("安全培训", "training_record"),
            ("隐患排查", "inspection_record"),
            ("风险识别", "risk_record"),
            ("标准化建设", "standardization_record"),
            ("应急预案编制和演练", "drill_record"),
            ("安全生产科技推广应用", "tech_record"),
            ("其他有关事故预防工作", "other_record"),
        ]),
        ("隐患台账", "hazard"),
        ("统计分析", [
            ("服务统计", "service_stats"), ("隐患统计", "hazard_stats"), ("订单统计", "order_stats"),
        ]),
        ("系统账号", [("账号管理", "account"), ("角色管理", "role")]),
        ("保单管理", [("保单/出函", "policy"), ("服务机构库", "service_agency")]),
        ("基础数据", [
            ("服务机构管理", "service_agency"),
            ("保险机构管理", "insurer"),
            ("投保企业", "enterprise"),
            ("行政区划", "region"),
            ("字典", "dict_item"),
        ]),
        ("系统管理", [("操作日志", "operation_log"), ("短信日志", "sms_log")]),
    ]  # fmt: skip


ROLES = {
    "agency_admin": "服务机构管理员",
    "agency_manager": "业务负责人",
    "agency_staff": "服务人员",
    "insurer_clerk": "保险机构经办",
    "insurer_admin": "保险机构管理员",
    "regulator": "应急管理部门监管人员",
    "platform_admin": "平台管理员",
}


def test_built_in_roles(home: Manifest) -> None:
    """A-005 … A-012, A-055: who may what; rows for everything that somebody may."""
    roles = {role.name: role.spec for role in home.roles.values() if role.portal == PORTAL}
    assert {name: spec.label.zh for name, spec in roles.items()} == ROLES
    everything, seeing = {"read", "add", "edit", "delete", "export"}, {"read", "export"}
    for name, spec in roles.items():
        assert set(spec.rows) == set(spec.may) - {"statistics"}, name
        for record in (*RECORDS, "hazard"):
            allowed = (
                everything if name.startswith("agency") else seeing if name != "platform_admin" else set()
            )
            printing = {"print"} if record == "hazard" and name.startswith("agency") else set()
            assert set(spec.may.get(record, ())) == allowed | printing, f"{name}: {record}"
        policies = everything | {"import"} if name.startswith("insurer") else set()
        assert set(spec.may.get("policy", ())) == policies
        assert ("role" in spec.may) == name.endswith("_admin")
    assert set(roles["agency_staff"].may["service_order"]) == {"read", "print"}
    assert set(roles["agency_manager"].may["service_order"]) == seeing | {"print"}
    assert "service_order" not in roles["platform_admin"].may


def test_row_rules_run_over_kept_columns(home: Manifest) -> None:
    """A-126, A-128, A-129: the longer paths of the rules are those that ``belongs`` keeps."""
    for name in ("service_order", *RECORDS, "hazard"):
        kept = set(entity(home, name).spec.belongs.values())
        for role in ("agency_admin", "insurer_clerk", "regulator"):
            rule = home.roles[f"{PORTAL}.{role}"].spec.rows[name]
            paths = {".".join(path) for path in rule.paths}
            assert paths <= kept, f"{role}: {name}"


@pytest.mark.req("A-018", "A-019", "A-020")
def test_captcha_lockout_password_rule_and_sessions(home: Manifest) -> None:
    login = home.portals[PORTAL].spec.login
    lockout, rule = login.lockout, login.password
    assert (lockout.failures, lockout.within, lockout.minutes, login.sessions.idle) == (5, 15, 15, 30)
    assert (rule.min, rule.max, rule.letters_and_digits, rule.last, rule.never) == (
        8,
        20,
        True,
        1,
        ("123456",),
    )
    assert login.forced_change == ("add", "edit", "reset")
    assert home.entities[f"{PORTAL}.account"].fields["password"].policy is rule  # type: ignore[attr-defined]
