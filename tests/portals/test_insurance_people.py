"""Accounts and roles of an organisation (A-053…A-072), and the organisations themselves (A-057…A-061)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portals.insurance import PORTAL, at, key
from tests.projects import PASSWORD, Browser, Page, Site

TICKED = ["service_order.read", "training_record.read"]


@pytest.fixture(scope="module")
def admin(site: Site) -> Browser:
    return site.as_("a_admin")


def account(site: Site, browser: Browser, name: str, phone: str, **changes: Any) -> Page:
    staff = key(site, "role", code="agency_staff")
    typed = {
        "account": name,
        "name": "新人",
        "phone": phone,
        "password": "Neu2024xyz",
        "role_ids": [str(staff)],
    }
    return browser.submit(at("account", "add"), **{**typed, **changes})


def role(browser: Browser, name: str, rights: list[str]) -> Page:
    return browser.submit(at("role", "add"), name=name, permissions=rights, data_scope="org")


def logs_in(site: Site, name: str, password: str) -> bool:
    answer = site.as_().client.post(
        "/api/v1/security/login", json={"username": name, "password": password, "provider": "db"}
    )
    return answer.status_code in (200, 403)


@pytest.mark.req("A-031", "A-053", "A-062")
def test_account_list_has_the_columns_and_conditions_of_the_manual(admin: Browser) -> None:
    page = admin.get(at("account"))
    assert page.columns == ["account", "name", "phone", "role_ids", "status", "last_login_at", "created_at"]
    asked = {field.attrs.get("name") for field in page.root.all() if field.tag in ("input", "select")}
    assert {"account", "name", "phone", "role_ids", "status"} <= asked


@pytest.mark.req("A-053", "A-063")
def test_new_account_is_of_its_makers_organisation_and_logs_in_at_once(site: Site, admin: Browser) -> None:
    saved = account(site, admin, "a_fresh", "13000000101")
    assert saved.location == at("account") and "a_fresh" in admin.follow(saved).text
    row = site.rows("account")[-1]
    maker = site.row("account", site.id_of("a_admin"))
    assert (row["org"], row["kind"]) == (maker["org"], "agency")
    assert logs_in(site, "a_fresh", "Neu2024xyz")


@pytest.mark.req("A-053", "A-146", "A-147")
@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"account": "b_admin"}, "account", "账号已存在"),
        ({"account": "1abc"}, "account", None),
        ({"role_ids": [""]}, "role_ids", "请选择角色"),
        ({"phone": "12345"}, "phone", "手机号格式不正确"),
        ({"phone": "13000000005"}, "phone", None),
        ({"password": "123456"}, "password", "密码须为8-20位且同时包含字母和数字"),
    ],
)
def test_account_is_refused_at_its_field(
    site: Site, admin: Browser, changes: dict[str, Any], field: str, sentence: str | None
) -> None:
    if field == "phone" and sentence is None:
        changes = {"phone": site.row("account", site.id_of("a_staff1"))["phone"]}
    before = len(site.rows("account"))
    answer = account(site, admin, "a_wrong", **{"phone": "13000000102", **changes})
    assert answer.status == 422 and field in answer.errors
    assert sentence is None or answer.errors[field] == sentence
    assert len(site.rows("account")) == before


@pytest.mark.req("A-148")
def test_a_weak_password_is_refused_and_the_old_one_stays(site: Site, admin: Browser) -> None:
    account(site, admin, "a_keeps", "13000000103")
    id_ = key(site, "account", login="a_keeps")
    answer = admin.submit(at("account", f"edit/{id_}"), password="123")
    assert (answer.status, answer.errors["password"]) == (422, "密码须为8-20位且同时包含字母和数字")
    assert logs_in(site, "a_keeps", "Neu2024xyz")


@pytest.mark.req("A-066", "A-067", "A-149")
def test_nobody_deletes_himself_and_a_deleted_account_is_gone(site: Site, admin: Browser) -> None:
    own = site.id_of("a_admin")
    refused = admin.post(at("account", f"delete/{own}"))
    assert "不能删除当前登录账号" in refused.html
    account(site, admin, "a_leaves", "13000000104")
    id_ = key(site, "account", login="a_leaves")
    assert admin.post(at("account", f"delete/{id_}")).status == 303
    assert not logs_in(site, "a_leaves", "Neu2024xyz") and id_ not in admin.get(at("account")).ids


@pytest.mark.req("A-067")
def test_nobody_disables_himself(site: Site, admin: Browser) -> None:
    own = site.id_of("a_admin")
    answer = admin.submit(at("account", f"edit/{own}"), status="disabled")
    assert answer.status in (409, 422) and site.row("account", own)["status"] == "enabled"


@pytest.mark.req("A-143", "A-018")
def test_a_login_is_counted_and_dated(site: Site) -> None:
    id_ = site.id_of("a_staff2")
    before = site.row("account", id_)
    assert logs_in(site, "a_staff2", PASSWORD)
    after = site.row("account", id_)
    assert after["login_count"] == (before["login_count"] or 0) + 1 and after["last_login_at"] is not None


@pytest.mark.req("A-032", "A-054", "A-068")
def test_role_list_tells_how_many_accounts_hold_each(site: Site, admin: Browser) -> None:
    page = admin.get(at("role"))
    assert {"name", "remark", "account_count", "builtin", "created_at"} <= set(page.columns)
    staff = next(row for row in page.rows if row["name"].startswith("服务人员"))
    here = site.row("account", site.id_of("a_admin"))["org"]
    holders = [
        row
        for row in site.rows("account")
        if row["org"] == here
        and row["alive"] == 0
        and key(site, "role", code="agency_staff") in site.many("account", "role_ids", row["id"])
    ]
    assert staff["account_count"] == str(len(holders))


@pytest.mark.req("A-054", "A-130", "A-150", "A-151")
def test_a_role_name_is_one_within_its_organisation(site: Site, admin: Browser) -> None:
    assert role(admin, "资料员", TICKED).status in (302, 303)
    again = role(admin, "资料员", TICKED)
    assert (again.status, again.errors["name"]) == (422, "角色名称已存在")
    other = site.as_("b_admin")
    assert "资料员" not in other.get(at("role")).text
    assert role(other, "资料员", TICKED).status in (302, 303)
    assert role(admin, "空角色", [""]).errors["permissions"] == "请至少选择一项权限"


@pytest.mark.req("A-072", "A-152")
def test_a_role_in_use_is_not_deleted(site: Site, admin: Browser) -> None:
    role(admin, "安全员", TICKED)
    id_ = key(site, "role", name="安全员")
    for index in (5, 6):
        account(site, admin, f"a_holds{index}", f"1300000020{index}", role_ids=[str(id_)])
    assert "该角色已分配给2个账号,不能删除" in admin.post(at("role", f"delete/{id_}")).text
    role(admin, "无人角色", TICKED)
    free = key(site, "role", name="无人角色")
    assert admin.post(at("role", f"delete/{free}")).status == 303


@pytest.mark.req("A-008", "A-070", "A-130")
def test_changed_rights_hold_at_the_next_request(site: Site, admin: Browser) -> None:
    role(admin, "换权限", TICKED)
    id_ = key(site, "role", name="换权限")
    account(site, admin, "a_changes", "13000000301", role_ids=[str(id_)])
    site.set("account", key(site, "account", login="a_changes"), must_change=False)
    person = site.as_("a_changes")
    assert [person.get(at(name)).status for name in ("training_record", "risk_record")] == [200, 403]
    admin.submit(at("role", f"edit/{id_}"), permissions=["risk_record.read"])
    assert [person.get(at(name)).status for name in ("training_record", "risk_record")] == [403, 200]


@pytest.mark.req("A-013")
def test_the_kind_of_account_is_the_ceiling_of_what_it_can_be_given(site: Site, admin: Browser) -> None:
    insurer = key(site, "role", code="insurer_clerk")
    answer = account(site, admin, "a_climbs", "13000000401", role_ids=[str(insurer)])
    assert answer.status == 422 and "role_ids" in answer.errors
    beyond = role(admin, "越权", [*TICKED, "policy.read"])
    assert beyond.status in (403, 422)


@pytest.mark.req("A-057", "A-058", "A-061")
def test_master_data_are_named_once(site: Site) -> None:
    platform = site.as_("platform")
    taken = site.rows("service_agency")[0]
    for entity in ("service_agency", "insurer"):
        again = platform.submit(at(entity, "add"), name=taken["name"], uscc="91990101MA0DEM001L")
        assert again.status == 422
    answer = platform.get(at("region"))
    assert answer.status == 200 and len(answer.ids) == 4


@pytest.mark.req("A-007", "A-010", "A-011", "A-038")
@pytest.mark.parametrize(
    ("name", "wanted", "without"),
    [
        ("a_staff1", ["安责险服务"], ["系统账号", "保单管理", "统计分析"]),
        ("reg_city", ["安责险服务", "隐患台账"], ["系统账号", "保单管理", "基础数据"]),
        ("insa_clerk", ["安责险服务", "保单管理"], ["系统账号", "基础数据"]),
        ("a_admin", ["安责险服务", "系统账号"], ["保单管理", "基础数据"]),
    ],
)
def test_groups_of_the_menu_are_those_of_the_role(
    site: Site, name: str, wanted: list[str], without: list[str]
) -> None:
    menu = site.as_(name).get(f"/{PORTAL}/").root.one("nav", class_="k-nav").text
    assert [group for group in wanted if group not in menu] == []
    assert [group for group in without if group in menu] == []


@pytest.mark.req("A-011", "A-129")
def test_a_regulator_reads_and_writes_nothing(site: Site) -> None:
    officer = site.as_("reg_city")
    for entity in ("service_order", "training_record", "inspection_record", "hazard"):
        assert officer.get(at(entity)).status == 200
        assert officer.get(at(entity, "add")).status == 403
