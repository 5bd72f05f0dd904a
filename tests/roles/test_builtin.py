"""Roles from files stand among the others: shown with what they allow and where it is written, never changed."""

from __future__ import annotations

import re

import pytest

from tests.projects import Browser, Builder, Site
from tests.roles.home import peopled, role

FIXED = "内置角色不能修改或删除"


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    return peopled(build)


def builtin(site: Site, code: str) -> int:
    return next(
        row["id"]
        for row in site.rows("role")
        if row["builtin"] and (row["portal"], row["code"]) == ("police", code)
    )


def tokened(browser: Browser) -> dict[str, str]:
    return {"X-CSRFToken": browser.get("/base/role/list/").token}


@pytest.mark.parametrize(("account", "portal"), [("prov_chief", "police"), ("admin", "base")])
def test_its_page_tells_what_it_allows_and_in_which_line(site: Site, account: str, portal: str) -> None:
    page = site.as_(account).get(f"/{portal}/role/show/{builtin(site, 'chief')}")
    table = page.root.one(id="rp-rights")
    assert re.search(r"查看.*第 \d+ 行", table.text)
    assert "由 permissions/police/chief.yaml 定义，只能在该文件中修改" in table.text


def test_a_role_made_on_screen_tells_what_it_allows(site: Site) -> None:
    made = role(site, "jia_admin", "看保安", ["guard.read"], "org", "甲东")
    table = site.as_("jia_admin").get(f"/police/role/show/{made}").root.one(id="rp-rights")
    assert ("查看" in table.text, "第" in table.text) == (True, False)


@pytest.mark.parametrize("values", [{"name": "改名"}, {"code": "other"}, {"remark": "说明"}])
def test_nobody_changes_it_by_a_form(site: Site, values: dict[str, str]) -> None:
    key = builtin(site, "chief")
    before = [row for row in site.rows("role") if row["id"] == key]
    page = site.as_("admin").post(f"/base/role/edit/{key}", values)
    assert page.status in (409, 422)
    assert FIXED in page.text
    assert [row for row in site.rows("role") if row["id"] == key] == before


def test_nobody_changes_or_deletes_it_over_the_api(site: Site) -> None:
    key, admin = builtin(site, "chief"), site.as_("admin")
    before = [row for row in site.rows("role") if row["id"] == key]
    address, headers = f"/api/v1/base/role/{key}", tokened(admin)
    answers = [
        admin._open("PUT", address, json={"code": "other"}, headers=headers),
        admin._open("DELETE", address, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert [row for row in site.rows("role") if row["id"] == key] == before


def test_nobody_deletes_it_by_its_button(site: Site) -> None:
    key = builtin(site, "chief")
    assert FIXED in site.as_("admin").post(f"/base/role/delete/{key}").text
    assert any(row["id"] == key and not row["alive"] for row in site.rows("role"))


def test_its_holders_keep_what_it_allows(site: Site) -> None:
    assert site.as_("prov_chief").get("/police/guard/list/").status == 200
