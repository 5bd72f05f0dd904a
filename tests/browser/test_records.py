"""Records: made, refused, changed and deleted through their forms."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.live import Desk
from tests.browser.steps import (
    PORTAL,
    ask,
    asked,
    field,
    fill,
    fill_service,
    fill_training,
    new_record,
    open_records,
    row,
    saved,
    submit,
    today,
    upload,
)

Login = Callable[..., Page]


@pytest.mark.req("A-043", "A-083", "A-084", "A-092", "A-180")
def test_a_training_is_recorded_from_the_row_of_its_order_and_stands_in_both_lists(login: Login) -> None:
    page = login("a_staff1")
    new_record(page, "安全培训")
    expect(page.locator("h1")).to_have_text("创建培训记录页面")
    fill_training(page, "全员培训")
    submit(page)
    saved(page)
    expect(row(page, "全员培训")).to_contain_text("2.5")
    expect(page.locator(".k-page-head p")).to_contain_text("P-002")
    page.goto(f"{PORTAL}/training_record/list/")
    expect(row(page, "全员培训")).to_contain_text("P-002")
    page.goto(f"{PORTAL}/service_order/list/")
    count = re.search(r"安全培训\((\d+)\)", row(page, "P-002").inner_text())
    assert count is not None and int(count[1]) >= 2


@pytest.mark.req("A-157", "A-180")
def test_an_end_before_the_start_is_refused_beside_the_field_and_nothing_typed_is_lost(desk: Desk) -> None:
    desk.allowed.append("422")
    page = desk.login("a_staff1")
    new_record(page, "安全培训")
    fill_training(page, "倒着的培训", end="08:00")
    submit(page)
    expect(field(page, "end_at").locator(".k-error")).to_have_text("结束时间必须晚于开始时间")
    expect(page.locator("[data-summary]")).to_be_focused()
    expect(field(page, "title").locator("input")).to_have_value("倒着的培训")
    expect(field(page, "sign_in_files").locator("[data-file]")).to_have_count(1)
    assert page.title().startswith("错误")
    page.locator("[data-summary] a").first.click()
    expect(field(page, "end_at").locator("input")).to_be_focused()


def test_a_date_is_chosen_by_keys_and_told_to_the_form(login: Login) -> None:
    page = login("a_staff1")
    new_record(page, "安全培训")
    date = field(page, "service_date").locator("input")
    date.focus()
    expect(page.locator(".flatpickr-calendar.open")).to_be_visible()
    date.press_sequentially(today().replace("-", ""))
    date.press("Tab")
    expect(date).to_have_value(today())
    expect(page.locator(".flatpickr-calendar.open")).to_have_count(0)


def test_what_is_missing_is_told_before_anything_is_sent(login: Login) -> None:
    page = login("a_staff1")
    new_record(page, "安全培训")
    submit(page)
    told = page.locator("[data-summary] li").all_inner_texts()
    assert {"请填写培训主题", "请上传签到表", "请选择服务日期"} <= set(told)
    page.get_by_role("link", name="请填写培训主题").click()
    expect(field(page, "title").locator("input")).to_be_focused()


def test_unsaved_input_is_not_left_without_a_question(login: Login) -> None:
    page = login("a_staff1")
    new_record(page, "安全培训")
    asked_: list[str] = []
    page.on("dialog", lambda dialog: (asked_.append(dialog.type), dialog.accept()))
    field(page, "title").locator("input").press_sequentially("半条")
    expect(page.locator("[data-dirty]")).to_have_text("有未保存的修改")
    page.goto(f"{PORTAL}/")
    assert asked_ == ["beforeunload"]


def test_a_record_is_changed_and_deleted_only_when_the_question_is_answered(login: Login) -> None:
    page = login("a_manager")
    new_record(page, "安全培训")
    fill_training(page, "将被删除的培训")
    submit(page)
    saved(page)
    row(page, "将被删除的培训").get_by_role("link", name="编辑").click()
    fill(page, title="改过的培训", trainee_count="36")
    submit(page)
    saved(page)
    expect(row(page, "改过的培训")).to_contain_text("36")
    row(page, "改过的培训").locator("summary").click()
    row(page, "改过的培训").get_by_role("button", name="删除").click()
    expect(asked(page).get_by_role("button", name="不删除")).to_be_focused()
    page.keyboard.press("Escape")
    expect(row(page, "改过的培训")).to_have_count(1)
    row(page, "改过的培训").locator("summary").click()
    row(page, "改过的培训").get_by_role("button", name="删除").click()
    asked(page).get_by_role("button", name="删除", exact=True).click()
    expect(row(page, "改过的培训")).to_have_count(0)


@pytest.mark.req("A-085", "A-156", "A-181")
def test_a_risk_record_needs_its_report(login: Login) -> None:
    page = login("a_staff1")
    new_record(page, "风险识别")
    fill_service(page, "辨识临边作业风险")
    fill(page, title="临边作业评估")
    field(page, "risk_level").locator("select, input").first.focus()
    level = field(page, "risk_level")
    if level.locator("select").count():
        level.locator("select").select_option(label="一般风险")
    else:
        level.get_by_label("一般风险").check()
    submit(page)
    expect(field(page, "report_files").locator(".k-error")).to_have_text("请上传评估报告")
    upload(page, "report_files", "risk_report.pdf")
    submit(page)
    saved(page)
    page.goto(f"{PORTAL}/risk_record/list/")
    for shown in ("FW", "P-002", "西城建筑公司(示范)"):
        expect(row(page, "临边作业评估")).to_contain_text(shown)


@pytest.mark.req("A-050")
def test_the_fields_of_a_drill_come_and_go_with_the_kind_of_work_and_the_server_holds_to_it(
    desk: Desk,
) -> None:
    desk.allowed.append("422")
    page = desk.login("a_staff1")
    new_record(page, "应急预案编制和演练")
    work = field(page, "work_type")
    for label, shown, hidden in (
        ("预案编制", "plan_type", "participants"),
        ("应急演练", "participants", "plan_type"),
    ):
        work.get_by_label(label).check()
        expect(field(page, shown)).to_be_visible()
        expect(field(page, hidden)).to_be_hidden()
    fill_service(page, "组织一次疏散演练")
    fill(page, title="疏散演练")
    field(page, "drill_form").get_by_label("桌面推演").check()
    submit(page)
    expect(field(page, "participants").locator(".k-error")).to_have_text("请填写参演人数")
    fill(page, participants="28")
    submit(page)
    expect(page.locator("[data-summary]")).to_contain_text("请上传演练记录或演练照片")
    expect(field(page, "plan_type")).to_be_hidden()
    upload(page, "drill_files", "drill_record.pdf")
    submit(page)
    saved(page)
    expect(row(page, "疏散演练")).to_contain_text("应急演练")


def test_a_document_is_no_picture_and_says_so_at_its_place(desk: Desk) -> None:
    desk.allowed.append("415")
    page = desk.login("a_staff1")
    new_record(page, "安全培训")
    field(page, "photos").locator("input[type=file]").set_input_files(
        {"name": "现场.png", "mimeType": "image/png", "buffer": b"%PDF-1.4 no picture"}
    )
    expect(field(page, "photos").locator(".is-bad")).to_contain_text("图片格式或大小不符合要求")
    expect(field(page, "photos").locator("[data-file]")).to_have_count(0)


def test_a_region_is_chosen_level_by_level_with_the_keys(login: Login) -> None:
    page = login("platform")
    page.goto(f"{PORTAL}/enterprise/add")
    box = field(page, "region_id").locator("input[role=combobox]")
    box.focus()
    box.press("ArrowDown")
    for _ in range(2):
        expect(page.locator(".k-cascade li:focus")).to_be_visible()
        before = page.locator(".k-cascade ul").count()
        page.keyboard.press("ArrowRight")
        expect(page.locator(".k-cascade ul")).to_have_count(before + 1)
    expect(page.locator(".k-cascade ul:last-child li:focus")).to_be_visible()
    page.keyboard.press("Enter")
    expect(box).to_have_value("示范省 / 示范市 / 东城区")
    box.fill("西城")
    page.locator(".k-cascade-hits li", has_text="西城区").click()
    expect(box).to_have_value("示范省 / 示范市 / 西城区")


def test_hits_stand_though_the_first_level_comes_late(login: Login) -> None:
    page, held = login("platform"), list[Route]()
    page.goto(f"{PORTAL}/enterprise/add")
    page.route("**/options/region_id*", lambda r: r.continue_() if "q=%" in r.request.url else held.append(r))
    field(page, "region_id").locator("input[role=combobox]").fill("西城")
    hit = page.locator(".k-cascade-hits li", has_text="西城区")
    expect(hit).to_be_visible()
    assert held
    with page.expect_response("**/options/region_id*"):
        held.pop().continue_()
    page.wait_for_timeout(100)
    expect(hit).to_be_visible()


def test_what_one_may_not_change_has_no_such_button(login: Login) -> None:
    page = login("insa_clerk")
    page.goto(f"{PORTAL}/training_record/list/")
    ask(page, "title", "三级安全教育")
    assert row(page, "三级安全教育").locator(".k-acts").inner_text() == "查看"


@pytest.mark.req("A-083")
def test_cancel_goes_back_to_the_list_of_the_order(login: Login) -> None:
    page = login("a_staff1")
    open_records(page, "安全培训")
    page.locator(".k-toolbar .btn-primary").click()
    page.locator(".k-savebar a.btn").click()
    expect(page.locator(".k-page-head p")).to_contain_text("P-002")


@pytest.mark.req("A-078")
def test_nothing_is_chosen_for_who_accepts(login: Login) -> None:
    page = login("a_manager")
    page.goto(f"{PORTAL}/service_order/list/?tab=pending")
    row(page, "P-003").get_by_text("受理", exact=True).click()
    answers = page.locator("[data-field=accept_result] input[type=radio]")
    expect(answers).to_have_count(2)
    shown = answers.evaluate_all("all => all.map(one => getComputedStyle(one).backgroundColor)")
    answers.first.check()
    assert answers.first.evaluate("one => getComputedStyle(one).backgroundColor") not in shown
