"""A visit with the hazards that it found, entered on one page and saved as one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.live import PASSWORD, Desk
from tests.browser.steps import FILES, field, fill, submit, today

Login = Callable[..., Page]


@pytest.fixture
def form(login: Login) -> Page:
    page = login("zj_soc1")
    page.goto("/intermediary/im_visit/add")
    expect(field(page, "enterprise").locator(".ts-control")).to_be_visible()
    return page


def options(page: Page) -> Locator:
    return page.locator(".ts-dropdown:visible .option")


def choose(page: Page, name: str) -> None:
    box = field(page, name).locator(".ts-control input")
    box.click()
    options(page).first.click()
    page.keyboard.press("Escape")


@pytest.mark.req("I-141", "I-142")
def test_a_visit_is_saved_with_a_hazard_and_its_picture(form: Page) -> None:
    choose(form, "enterprise")
    choose(form, "visitors")
    field(form, "contents").get_by_label("隐患排查治理").check()
    fill(form, summary="现场检查了配电箱，已向企业说明问题。")
    field(form, "photos").locator("input[type=file]").set_input_files(FILES / "training_site.png")
    expect(field(form, "photos").locator("[data-file]")).to_have_count(1)
    field(form, "has_hazard").locator(".k-switch").click()
    form.locator("[data-row-add]").click()
    row = form.locator("[data-rows] [data-row='0']")
    row.locator("[name='hazards-0-category']").select_option("elec")
    row.locator("[name='hazards-0-position']").fill("配电室")
    row.locator("[name='hazards-0-description']").fill("配电箱缺少警示标志")
    row.locator("[name='hazards-0-measure']").fill("张贴警示标志")
    row.locator("input[type=file]").first.set_input_files(FILES / "training_site.png")
    expect(row.locator("[data-file]")).to_have_count(1)
    due = row.locator("[data-date]").first
    due.fill(today())
    due.press("Tab")
    submit(form)
    expect(form.locator("#list tbody tr").first).to_contain_text(today())


@pytest.mark.req("I-134", "I-044")
def test_an_enterprise_is_entered_beside_the_visit_and_a_known_code_takes_the_one_that_stands(
    form: Page,
) -> None:
    field(form, "enterprise").get_by_role("link", name="新增企业").click()
    dialog = form.locator("#k-dialog")
    expect(dialog.locator("[name='uscc']")).to_be_visible()
    dialog.locator("[name='name']").fill("随便一个名称")
    dialog.locator("[name='uscc']").fill("91999900DA9HDAFCJ5")
    dialog.locator("[name='address']").fill("示例路1号")
    dialog.locator("[name='industry']").select_option("food")
    region = dialog.locator("[data-field='region'] input[role=combobox]")
    region.click()
    expect(form.locator(".k-cascade li").first).to_be_visible()
    region.fill("柯城区")
    form.locator(".k-cascade-hits li", has_text="柯城区").first.click()
    dialog.locator("button[type='submit']").click()
    expect(field(form, "enterprise").locator(".ts-control .item")).to_have_text("示例商贸企业40")
    expect(dialog).to_be_hidden()


@pytest.mark.req("I-141")
def test_a_hazard_is_copied_and_begins_with_a_deadline_after_the_visit(form: Page) -> None:
    field(form, "has_hazard").locator(".k-switch").click()
    form.locator("[data-row-add]").click()
    row = form.locator("[data-rows] [data-row='0']")
    due = (date.fromisoformat(today()) + timedelta(15)).isoformat()
    expect(row.locator("[name='hazards-0-due_date']")).to_have_value(due)
    row.locator("[name='hazards-0-category']").select_option("fire")
    row.locator("[name='hazards-0-position']").fill("仓库")
    row.locator("input[type=file]").first.set_input_files(FILES / "training_site.png")
    expect(row.locator("[data-file]")).to_have_count(1)
    row.locator("[data-row-copy]").click()
    copy = form.locator("[data-rows] [data-row='1']")
    expect(copy.locator("[name='hazards-1-position']")).to_have_value("仓库")
    expect(copy.locator("[name='hazards-1-category']")).to_have_value("fire")
    expect(copy.locator("[data-file]")).to_have_count(0)
    expect(form.locator("[data-rows] [data-row]")).to_have_count(2)


def test_rows_of_many_fields_do_not_widen_the_page(form: Page) -> None:
    field(form, "has_hazard").locator(".k-switch").click()
    form.locator("[data-row-add]").click()
    expect(form.locator("[name='hazards-0-position']")).to_be_visible()
    assert form.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_who_passes_a_picker_by_key_chooses_nothing_and_who_types_does(form: Page) -> None:
    box = field(form, "enterprise")
    chosen = box.locator(".item[data-value]:not([data-value=''])")
    box.locator(".ts-control input").focus()
    name = options(form).first.inner_text().splitlines()[0]
    form.keyboard.press("Tab")
    expect(chosen).to_have_count(0)
    box.locator(".ts-control input").press_sequentially(name)
    expect(options(form).locator("xpath=self::*[contains(@class,'active')]").first).to_contain_text(name)
    form.keyboard.press("Tab")
    expect(chosen).to_have_count(1)


def test_a_hazard_not_fixed_on_the_spot_is_an_answer(form: Page) -> None:
    field(form, "has_hazard").locator(".k-switch").click()
    form.locator("[data-row-add]").click()
    submit(form)
    told = form.locator("[data-summary] li").all_inner_texts()
    assert told and not any("当场整改" in sentence for sentence in told)


@pytest.mark.req("I-369")
def test_a_visit_is_not_lost_where_the_login_ends_while_it_is_filled_in(desk: Desk) -> None:
    page = desk.login("zj_soc3")
    desk.allowed.append("401")
    page.goto("/intermediary/im_visit/add")
    choose(page, "enterprise")
    choose(page, "visitors")
    field(page, "contents").get_by_label("隐患排查治理").check()
    fill(page, summary="填写到一半的时候登录过期了")
    field(page, "photos").locator("input[type=file]").set_input_files(FILES / "training_site.png")
    expect(field(page, "photos").locator("[data-file]")).to_have_count(1)
    other = page.context.new_page()
    other.goto("/intermediary/password")
    other.evaluate(
        """() => fetch('/logout/', {method: 'POST', headers: {
            'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content}})"""
    )

    page.evaluate("performance.now = () => 11 * 60 * 1000")
    page.locator("#k-form .k-savebar [type=submit]").last.click()
    expect(page.locator("[data-ended]")).to_contain_text("登录已过期")
    expect(page.locator("[name='summary']")).to_have_value("填写到一半的时候登录过期了")

    other.goto("/login/")
    other.locator("[name=username]").fill("zj_soc3")
    other.locator("[name=password]").fill(PASSWORD)
    other.locator("[name=password]").press("Enter")
    expect(other.locator(".k-user")).to_be_visible()
    other.close()
    submit(page)
    expect(page.locator("#list tbody tr").first).to_contain_text(today())
