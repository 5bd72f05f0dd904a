"""The administrator keeps a dictionary on screen; the next form of a clerk, in a window that stood open, offers it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from fab_app.fields.uscc import check_character
from tests.browser.live import Desk
from tests.browser.steps import field, fill, row, submit

Login = Callable[..., Page]
CODE = "91330800X00000911"


def enter_industry(page: Page, code: str, label: str, english: str = "") -> None:
    page.goto("/intermediary/im_dictionary/list/")
    page.get_by_role("link", name="新增字典项").click()
    field(page, "dictionary").get_by_label("行业", exact=True).check()
    fill(page, code=code, label=label, label_en=english)
    submit(page)


@pytest.mark.req("I-162")
def test_an_industry_is_added_and_a_clerk_chooses_it(login: Login) -> None:
    clerk = login("zj_both1")
    clerk.goto("/intermediary/im_enterprise/add")
    expect(field(clerk, "industry").locator("option", has_text="造纸")).to_have_count(0)

    keeper = login("im_admin")
    enter_industry(keeper, "paper", "造纸", "Paper")
    expect(row(keeper, "造纸")).to_contain_text("使用中")

    clerk.goto("/intermediary/im_enterprise/add")
    fill(clerk, name="示例造纸企业", uscc=CODE + check_character(CODE), address="示例路9号")
    field(clerk, "industry").locator("select").select_option(label="造纸")
    region = field(clerk, "region").locator("input[role=combobox]")
    region.click()
    expect(clerk.locator(".k-cascade li").first).to_be_visible()
    region.fill("柯城区")
    clerk.locator(".k-cascade-hits li", has_text="柯城区").first.click()
    submit(clerk)
    expect(row(clerk, "示例造纸企业")).to_contain_text("造纸")


@pytest.mark.req("I-162")
def test_wrong_items_are_told_beside_the_field(login: Login, desk: Desk) -> None:
    desk.allowed.append("422")
    page = login("im_admin")
    enter_industry(page, "chem", "化工")
    expect(field(page, "label")).to_contain_text("此字典已有同名的项")
    fill(page, code="a b", label="某行业")
    submit(page)
    expect(field(page, "code")).to_contain_text("代码不能有空格")
    fill(page, code="chem")
    submit(page)
    expect(field(page, "code")).to_contain_text("此字典已有这个代码")


@pytest.mark.req("I-162")
def test_an_item_in_use_is_withdrawn_and_not_deleted(login: Login, desk: Desk) -> None:
    desk.allowed.append("422")
    page = login("im_admin")
    page.goto("/intermediary/im_dictionary/list/?tab=industry")
    row(page, "木材加工").get_by_text("删除").click()
    page.locator("#k-confirm, dialog[open]").get_by_role("button", name="删除", exact=True).click()
    expect(page.locator("main")).to_contain_text("该项已被使用，只能停用")
    page.goto("/intermediary/im_dictionary/list/?tab=industry")
    row(page, "木材加工").get_by_role("link", name="编辑").click()
    field(page, "enabled").locator(".k-switch").click()
    submit(page)
    expect(row(page, "木材加工")).to_contain_text("已停用")

    page.goto("/intermediary/im_enterprise/list/?industry=wood")
    expect(page.locator("#q-industry option[value=wood]")).to_have_text("木材加工（已停用）")
    row(page, "木材加工").first.get_by_role("link", name="编辑").click()
    expect(field(page, "industry").locator("option[value=wood]")).to_have_text("木材加工（已停用）")
    fill(page, address="示例路10号")
    submit(page)
    expect(row(page, "木材加工").first).to_be_visible()
