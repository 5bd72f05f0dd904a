"""A login, failed or not, is noted with the way it came, in the log of the portal whose door or account it was."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.projects import PASSWORD, Builder, Site

SHOP = """
title: 商店
kinds: {staff: {label: 员工}}
doors: {staff: {label: 员工, kinds: [staff]}}
"""
ROLE = "label: 管理员\nrows: {log: 'true'}\nmay: {log: [read]}\n"
FILES = {
    "schema/shop/portal.yaml": SHOP,
    "schema/shop/log.yaml": "label: 日志\nview_of: base.audit\n",
    "permissions/shop/boss.yaml": ROLE,
    "schema/mill/portal.yaml": "title: 磨坊\n",
    "schema/mill/log.yaml": "label: 日志\nview_of: base.audit\n",
    "permissions/mill/miller.yaml": ROLE,
}
DOOR = "/shop/entry/staff/"


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return build(FILES)


@pytest.fixture
def account(shop: Site) -> str:
    name = "p" + uuid4().hex[:10]
    shop.person(name, "boss", kind="staff")
    return name


def knock(shop: Site, way: str, name: str, password: str = "falsch") -> None:
    given = {"username": name, "password": password}
    if way.startswith("/api/"):
        shop.as_().client.post(way, json=given)
    else:
        shop.as_().post(way, given)


def noted(shop: Site, name: str) -> list[tuple[Any, ...]]:
    columns = ("action", "channel", "portal", "door")
    mine = [row for row in shop.platform("base_audit") if row["account"] == name]
    return [tuple(row[column] for column in columns) for row in mine]


@pytest.mark.parametrize(
    ("way", "channel", "door"),
    [("/api/v1/security/login", "api", None), ("/login/", "web", None), (DOOR, "web", "staff")],
)
def test_a_login_is_noted_with_its_way(
    shop: Site, account: str, way: str, channel: str, door: str | None
) -> None:
    for password in ("falsch", PASSWORD):
        knock(shop, way, account, password)
    assert noted(shop, account) == [(act, channel, "shop", door) for act in ("login_failed", "login")]


@pytest.mark.parametrize(
    ("way", "portal"), [("/api/v1/security/login", None), ("/login/", None), (DOOR, "shop")]
)
def test_an_unknown_name_is_noted_in_the_portal_of_the_door(shop: Site, way: str, portal: str | None) -> None:
    name = "n" + uuid4().hex[:10]
    knock(shop, way, name)
    assert [row[2] for row in noted(shop, name)] == [portal]


def test_administrators_of_a_portal_find_its_failed_logins_and_no_others(shop: Site, account: str) -> None:
    name = "n" + uuid4().hex[:10]
    knock(shop, DOOR, name)
    knock(shop, "/api/v1/security/login", account)
    logs = [shop.as_("boss").get("/shop/log/list/").text, shop.as_("miller").get("/mill/log/list/").text]
    assert [(name in log, account in log) for log in logs] == [(True, True), (False, False)]


def test_no_name_is_noted_nowhere(shop: Site) -> None:
    before = shop.platform("base_audit")
    knock(shop, "/login/", "")
    assert shop.platform("base_audit") == before
