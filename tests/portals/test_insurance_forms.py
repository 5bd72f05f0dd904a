"""The sentences of section 11 through the forms, and a day of work in an agency."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.portals.insurance import PORTAL, RECORDS, at, key, order_of
from tests.projects import PDF, PNG, Browser, Page, Site


def files(browser: Browser, entity: str, **wanted: bytes) -> dict[str, list[str]]:
    return {
        name: ["", str(browser.file(entity, name, content, "a.png" if content is PNG else "a.pdf"))]
        for name, content in wanted.items()
    }


def training(browser: Browser, order: int, today: date, **changes: Any) -> Page:
    values = {
        "service_date": today.isoformat(),
        "content": "全员培训内容",
        "title": "全员培训",
        "train_type": "all_staff",
        "start_at": f"{today} 09:00",
        "end_at": f"{today} 11:30",
        "lecturer": "讲师",
        "trainee_count": "35",
        **files(browser, "training_record", sign_in_files=PDF, photos=PNG),
    }
    return browser.submit(at("training_record", f"add?of=order_id:{order}"), **{**values, **changes})


@pytest.mark.req("A-042", "A-043", "A-045", "A-083", "A-084", "A-092", "A-180")
def test_training_is_entered_from_its_order(site: Site, staff: Browser, order: int, today: date) -> None:
    saved = training(staff, order, today)
    assert saved.location == at("training_record", f"list/?of=order_id:{order}"), saved.errors
    within = staff.follow(saved)
    whole = staff.get(at("training_record"))
    assert "操作成功" in within.html and within.ids[0] == whole.ids[0]
    assert (whole.rows[0]["hours"], whole.rows[0]["policy_no"], whole.rows[0]["trainee_count"]) == (
        "2.5",
        "P-002",
        "35",
    )
    button = next(
        link
        for link in staff.get(at("service_order")).row(order).all("a")
        if link.text.startswith("安全培训")
    )
    assert button.text in (f"安全培训({len(within.ids)})", f"安全培训{len(within.ids)}")


@pytest.mark.req("A-042", "A-045")
def test_blank_record_has_the_defaults_of_the_document(site: Site, staff: Browser, order: int) -> None:
    page = staff.get(at("training_record", f"add?of=order_id:{order}"))
    assert (page.value("method"), page.values("staff_ids"), page.value("place")) == (
        "onsite",
        [str(site.id_of("a_staff1"))],
        "示范市西城区建设路16号",
    )
    assert not page.asks("order_id") and site.row("service_order", order)["order_no"] in page.text


@pytest.mark.req("A-042", "A-091")
def test_record_gets_its_number_and_author(site: Site, staff: Browser, order: int, today: date) -> None:
    training(staff, order, today)
    row = site.rows("training_record")[-1]
    assert row["record_no"].startswith(f"PX{today:%Y%m%d}") and len(row["record_no"]) == 14
    assert (row["created_by"], row["order_id"]) == (site.id_of("a_staff1"), order)


@pytest.mark.req("A-157", "A-158", "A-159")
@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"end_at": "{today} 08:00"}, "end_at", "结束时间必须晚于开始时间"),
        ({"end_at": "{today} 09:00"}, "end_at", "结束时间必须晚于开始时间"),
        ({"service_date": "{tomorrow}"}, "service_date", "服务日期不能晚于今天"),
        ({"trainee_count": "0"}, "trainee_count", "参训人数须为1-99999的整数"),
        ({"trainee_count": "viele"}, "trainee_count", "参训人数须为1-99999的整数"),
        ({"trainee_count": "100000"}, "trainee_count", "参训人数须为1-99999的整数"),
        ({"title": ""}, "title", "请填写培训主题"),
        ({"sign_in_files": [""]}, "sign_in_files", "请上传签到表"),
        ({"photos": [""]}, "photos", "请上传培训照片"),
    ],
)
def test_training_is_refused_with_its_sentence(
    site: Site, staff: Browser, order: int, today: date, changes: dict[str, Any], field: str, sentence: str
) -> None:
    before = site.rows("training_record")
    days = {"today": today, "tomorrow": today + timedelta(days=1)}
    asked = {
        name: value.format(**days) if isinstance(value, str) else value for name, value in changes.items()
    }
    answer = training(staff, order, today, **asked)
    assert (answer.status, answer.errors[field], site.rows("training_record") == before) == (
        422,
        sentence,
        True,
    )


@pytest.mark.req("A-085", "A-156", "A-181")
def test_risk_record_needs_its_report(site: Site, staff: Browser, order: int, today: date) -> None:
    before = len(site.rows("risk_record"))
    values = {
        "service_date": today.isoformat(),
        "content": "辨识",
        "title": "风险评估",
        "risk_level": "larger",
    }
    path = at("risk_record", f"add?of=order_id:{order}")
    refused = staff.submit(path, **values)
    assert (refused.status, refused.errors["report_files"], len(site.rows("risk_record"))) == (
        422,
        "请上传评估报告",
        before,
    )
    assert staff.submit(path, **values, **files(staff, "risk_record", report_files=PDF)).status == 303
    row = staff.get(at("risk_record")).rows[0]
    assert (row["policy_no"], row["enterprise_id"]) == ("P-002", "西城建筑公司(示范)")


@pytest.mark.req("A-002", "A-076", "A-153")
@pytest.mark.parametrize("kind", RECORDS)
def test_record_of_an_order_not_yet_accepted_is_refused(site: Site, kind: str) -> None:
    entity, pending = f"{kind}_record", order_of(site, "P-003")
    before, manager = len(site.rows(entity)), site.as_("a_manager")
    path = at(entity, f"add?of=order_id:{pending}")
    answers = [
        manager.get(path),
        manager.post(path, {"title": "偷跑"}),
        manager.post(at(entity, "add"), {"title": "偷跑", "order_id": str(pending)}),
    ]
    assert [(page.status, "请先受理该订单" in page.text) for page in answers] == [(409, True)] * 3
    assert len(site.rows(entity)) == before


@pytest.mark.req("A-042", "A-126")
def test_record_cannot_be_hung_on_a_foreign_order(site: Site, staff: Browser, today: date) -> None:
    foreign, before = order_of(site, "P-004"), len(site.rows("training_record"))
    answer = staff.post(at("training_record", f"add?of=order_id:{foreign}"), {"title": "别家"})
    assert answer.status in (403, 404, 422) and len(site.rows("training_record")) == before


@pytest.fixture(scope="module")
def inspection(site: Site, staff: Browser, order: int, today: date) -> int:
    values = {"service_date": today.isoformat(), "content": "排查", "title": "新排查", "check_type": "full"}
    assert staff.submit(at("inspection_record", f"add?of=order_id:{order}"), **values).status == 303
    return int(site.rows("inspection_record")[-1]["id"])


HAZARD = {"description": "临边防护缺失", "category": "site", "location": "一号楼"}


@pytest.mark.req("A-048", "A-160", "A-161", "A-164", "A-183")
def test_hazard_needs_a_picture_and_a_deadline_in_order(
    site: Site, staff: Browser, inspection: int, today: date
) -> None:
    path, picture = at("hazard", f"add?of=inspection_id:{inspection}"), files(staff, "hazard", photos=PNG)
    blank = staff.get(path)
    assert (blank.value("found_date"), blank.value("level"), blank.value("deadline")) == (
        today.isoformat(),
        "general",
        (today + timedelta(days=15)).isoformat(),
    )
    assert staff.submit(path, **HAZARD).errors["photos"] == "请上传隐患图片"
    early = staff.submit(path, **HAZARD, **picture, deadline=(today - timedelta(days=1)).isoformat())
    assert early.errors["deadline"] == "整改期限不能早于发现日期"
    renamed = staff.upload("hazard", "photos", b"MZ\x90\x00" * 20, "a.png").response
    assert (renamed.status_code, renamed.get_json()["message"]) == (415, "图片格式或大小不符合要求")
    assert staff.submit(path, **HAZARD, **picture).status == 303
    row = next(row for row in staff.get(at("inspection_record")).rows if row["title"] == "新排查")
    assert (row["hazard_total"], row["hazard_done"], row["hazard_rate"]) == ("1", "0", "0%")


@pytest.mark.req("A-173")
def test_inspection_with_hazards_is_not_deleted(site: Site) -> None:
    seeded = next(
        row["id"] for row in site.rows("inspection_record") if row["title"] == "施工现场隐患全面排查"
    )
    answer = site.as_("a_manager").post(at("inspection_record", f"delete/{seeded}"))
    assert (answer.status, "该排查记录下有3条隐患,不能删除" in answer.text) == (422, True)
    assert site.row("inspection_record", seeded)["alive"] == 0


@pytest.mark.req("A-006", "A-044", "A-055")
def test_manager_searches_opens_adds_edits_and_deletes_a_training(
    site: Site, order: int, today: date
) -> None:
    manager = site.as_("a_manager")
    training(manager, order, today, title="经理的培训")
    found = manager.get(at("training_record", "list/?title=经理的&enterprise_id.name=西城"))
    id_ = found.ids[0]
    assert (
        len(found.ids) == 1
        and manager.get(at("training_record", f"show/{id_}")).details["培训主题"] == "经理的培训"
    )
    assert (
        manager.follow(manager.submit(at("training_record", f"edit/{id_}"), title="改过的培训"))
        .column("title")
        .count("改过的培训")
        == 1
    )
    assert manager.post(at("training_record", f"delete/{id_}")).status == 303
    assert manager.get(at("training_record", f"show/{id_}")).status in (403, 404)
    assert [entry["action"] for entry in site.audit("training_record", id_)] == ["add", "edit", "delete"]


@pytest.mark.req("A-044", "A-116", "A-186")
def test_records_of_a_finished_order_are_locked(site: Site, today: date) -> None:
    order, staff = order_of(site, "P-004"), site.as_("b_admin")
    assert training(staff, order, today, title="丙培训").status == 303
    record = site.rows("training_record")[-1]["id"]
    site.set("service_order", order, status="finished")
    page = staff.get(at("training_record", f"list/?of=order_id:{order}"))
    assert page.links("新增安全培训记录") == [] and page.links("编辑") == []
    answers = [
        staff.post(at("training_record", f"edit/{record}"), {"title": "改"}),
        staff.post(at("training_record", f"delete/{record}")),
        staff.post(at("training_record", f"add?of=order_id:{order}"), {"title": "新"}),
    ]
    assert [answer.status for answer in answers] == [409, 409, 409]
    assert site.row("training_record", record)["title"] == "丙培训"


@pytest.mark.req("A-040", "A-056")
def test_policy_is_entered_by_its_insurer_alone(site: Site, today: date) -> None:
    clerk = site.as_("insa_clerk")
    values = {
        "policy_no": "P-900",
        "enterprise_id": str(key(site, "enterprise", name="东城化工厂(示范)")),
        "amount": "1000000",
        "premium": "5000",
        "start_date": today.isoformat(),
        "end_date": (today + timedelta(days=365)).isoformat(),
    }
    assert clerk.submit(at("policy", "add"), **values).status == 303
    row = site.rows("policy")[-1]
    assert (row["insurer_id"], row["status"]) == (key(site, "insurer", name="甲财险(示范)"), "draft")
    again = clerk.submit(at("policy", "add"), **values)
    assert (again.status, again.errors["policy_no"]) == (422, "保单号已存在")
    assert site.as_("insb_clerk").get(at("policy", f"show/{row['id']}")).status == 403


@pytest.mark.req("A-107")
def test_only_a_draft_policy_is_changed(site: Site) -> None:
    clerk, lettered = site.as_("insa_clerk"), key(site, "policy", policy_no="P-001")
    assert [
        clerk.post(at("policy", f"{path}/{lettered}"), {"premium": "1"}).status for path in ("edit", "delete")
    ] == [409, 409]


@pytest.mark.req("A-036", "A-059")
def test_enterprise_has_a_judged_credit_code_and_phone(site: Site) -> None:
    platform = site.as_("platform")
    answer = platform.submit(
        at("enterprise", "add"), name="新企业", uscc="91990101MA0DEM0065", contact_phone="12345"
    )
    assert (answer.errors["uscc"], answer.errors["contact_phone"]) == (
        "统一社会信用代码格式不正确",
        "手机号格式不正确",
    )


@pytest.mark.req("A-036", "A-012")
def test_dictionaries_are_kept_on_screen(site: Site) -> None:
    platform = site.as_("platform")
    given = {"dictionary": "insured_industry", "code": "railway", "label": "铁路运输"}
    assert platform.submit(at("dict_item", "add"), **given).status == 303
    page = platform.get(at("enterprise", "add"))
    offered = [o.text for o in page.root.one("select", name="industry").all("option")]
    assert offered[-1] == "铁路运输"
    assert site.as_("a_admin").get(at("dict_item")).status == 403


@pytest.mark.req("A-059", "A-152")
def test_enterprise_with_policies_is_not_deleted(site: Site) -> None:
    answer = site.as_("platform").post(
        at("enterprise", f"delete/{key(site, 'enterprise', name='东城机械厂(示范)')}")
    )
    assert (answer.status, "该单位有1张保单,不能删除" in answer.text) == (422, True)


def test_the_portal_knows_its_own_words(site: Site, staff: Browser, order: int) -> None:
    page = staff.get(at("training_record", f"add?of=order_id:{order}"))
    assert "创建培训记录页面" in page.text and f"/{PORTAL}/" in page.addresses
    assert [button.text for button in page.root.all("button", class_="btn-primary")] == ["确认"]
