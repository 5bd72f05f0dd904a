"""The people of the demonstration come in by their own doors, and what the portal says of them is what is promised."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import PASSWORD, Desk
from tests.browser.steps import PORTAL, row

PEOPLE = {
    "platform": ("platform", "平台管理员", "平台管理员", ""),
    "reg_city": ("regulator", "市级监管人员", "监管人员", "示范市"),
    "reg_east": ("regulator", "东城区监管人员", "监管人员", "东城区"),
    "insa_clerk": ("insurer", "甲财险经办", "保险机构经办", "甲财险(示范)"),
    "insb_clerk": ("insurer", "乙财险经办", "保险机构经办", "乙财险(示范)"),
    "a_admin": ("agency", "甲机构管理员", "服务机构管理员", "安服甲(示范)"),
    "a_manager": ("agency", "甲机构业务负责人", "业务负责人", "安服甲(示范)"),
    "a_staff1": ("agency", "甲机构服务人员一", "服务人员", "安服甲(示范)"),
    "a_staff2": ("agency", "甲机构服务人员二", "服务人员", "安服甲(示范)"),
    "b_admin": ("agency", "乙机构管理员", "服务机构管理员", "安服乙(示范)"),
}
"""Login name: door, name, role, and the organisation or region on which his account hangs."""


def entered(desk: Desk, account: str) -> Page:
    page = desk.window()
    page.goto(f"{PORTAL}/entry/{PEOPLE[account][0]}/")
    page.get_by_label("账号", exact=True).fill(account)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    return page


@pytest.mark.req("A-175")
def test_each_comes_in_with_the_one_password_and_need_not_change_it(desk: Desk) -> None:
    for account, (_, name, _, _) in PEOPLE.items():
        page = entered(desk, account)
        page.wait_for_url(f"**{PORTAL}/")
        expect(page.locator(".k-user")).to_contain_text(name)
        page.close()


@pytest.mark.req("A-175")
def test_each_has_his_role_place_and_telephone(desk: Desk) -> None:
    page = desk.login("platform")
    page.goto(f"{PORTAL}/account/list/?size=100")
    for index, (account, (_, name, role, place)) in enumerate(PEOPLE.items(), 1):
        line = row(page, f"{13000000000 + index}")
        expect(line).to_have_count(1)
        for told in (account, name, role):
            expect(line).to_contain_text(told)
        page_of = line.get_by_role("link", name="查看").first
        assert place == "" or place in _shown(desk, page_of.get_attribute("href"))


def _shown(desk: Desk, address: str | None) -> str:
    page = desk.window("platform")
    page.goto(str(address))
    text = page.locator("main").inner_text()
    page.close()
    return text
