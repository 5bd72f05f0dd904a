"""The seven kinds of record and their hazards: entered from an order, found again in every list (A-084…A-102)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.portals.insurance import PORTAL, RECORDS, at
from tests.projects import PDF, PNG, Browser, Page, Site

ON = ("sqlite", "postgresql")
KINDS = tuple(f"{kind}_record" for kind in RECORDS)
TYPED: dict[str, dict[str, Any]] = {
    "training_record": {
        "title": "全员培训",
        "train_type": "all_staff",
        "start_at": "{today} 09:00",
        "end_at": "{today} 11:30",
        "lecturer": "讲师",
        "trainee_count": "35",
        "sign_in_files": PDF,
        "photos": PNG,
    },
    "risk_record": {"title": "年度安全风险评估", "risk_level": "larger", "report_files": PDF},
    "inspection_record": {"title": "季度排查", "check_type": "full"},
    "standardization_record": {"title": "三级标准化", "stage": "self_review", "attachments": PDF},
    "drill_record": {"title": "坍塌预案", "work_type": "plan_new", "plan_type": "special", "plan_files": PDF},
    "tech_record": {"title": "智能监测", "category": "system", "attachments": PDF},
    "other_record": {"title": "警示教育", "attachments": PDF},
}
KEYS = {
    "training_record": ["train_type", "hours", "trainee_count"],
    "risk_record": ["risk_level"],
    "inspection_record": ["hazard_total", "hazard_done", "hazard_rate"],
    "standardization_record": ["stage"],
    "drill_record": ["work_type"],
    "tech_record": ["category"],
    "other_record": [],
}
"""A-091: the columns of the kind's own, beside number, title, date, staff, author and time."""


def enter(browser: Browser, kind: str, order: int, today: date, **changes: Any) -> Page:
    """Posts the form that the order's own list opens, with everything the kind asks for."""
    given = {"service_date": today.isoformat(), "content": "现场服务", **TYPED[kind], **changes}
    sent = {}
    for name, value in given.items():
        if isinstance(value, bytes):
            picture = value is PNG
            sent[name] = ["", str(browser.file(kind, name, value, "a.png" if picture else "a.pdf"))]
        else:
            sent[name] = value.format(today=today) if isinstance(value, str) else value
    return browser.submit(at(kind, f"add?of=order_id:{order}"), **sent)


@pytest.mark.req("A-046", "A-047", "A-049", "A-051", "A-052", "A-083", "A-084", "A-085", "A-086", "A-087")
@pytest.mark.req("A-088", "A-089", "A-090", "A-092", "A-182")
@pytest.mark.parametrize("kind", KINDS)
def test_record_entered_from_its_order_stands_in_its_own_overall_list_alone(
    site: Site, staff: Browser, order: int, today: date, kind: str
) -> None:
    before = {other: staff.get(at(other)).ids for other in KINDS}
    saved = enter(staff, kind, order, today)
    assert saved.location == at(kind, f"list/?of=order_id:{order}"), saved.errors
    new = [found for found in staff.get(at(kind)).ids if found not in before[kind]]
    assert len(new) == 1 and new[0] in staff.get(saved.location).ids
    assert {other: staff.get(at(other)).ids for other in KINDS if other != kind} == {
        other: ids for other, ids in before.items() if other != kind
    }


@pytest.mark.req("A-050", "A-182")
def test_a_drill_needs_its_participants_and_a_record_or_a_picture(
    site: Site, staff: Browser, order: int, today: date
) -> None:
    drill = {"work_type": "drill", "drill_form": "field", "plan_type": "", "plan_files": [""]}
    refused = enter(staff, "drill_record", order, today, **drill)
    assert (refused.status, refused.errors["participants"]) == (422, "请填写参演人数")
    assert site.rows("drill_record")[-1]["work_type"] != "drill"
    saved = enter(staff, "drill_record", order, today, **drill, participants="12", photos=PNG)
    assert saved.status in (302, 303), saved.errors


@pytest.mark.req("A-023", "A-024", "A-025", "A-026", "A-027", "A-028", "A-029")
@pytest.mark.req("A-091", "A-093", "A-094", "A-095", "A-096", "A-097", "A-098", "A-099", "A-100")
@pytest.mark.parametrize("kind", KINDS)
def test_overall_list_tells_the_order_and_has_no_add(
    site: Site, staff: Browser, order: int, kind: str
) -> None:
    whole, within = staff.get(at(kind)), staff.get(at(kind, f"list/?of=order_id:{order}"))
    assert whole.columns[:3] == ["order_id", "policy_no", "enterprise_id"]
    assert within.columns[0] == "record_no" and "order_id" not in within.columns
    for page in (whole, within):
        assert set(KEYS[kind]) | {"service_date", "staff_ids", "created_by", "created_at"} <= set(
            page.columns
        )
    add = at(kind, f"add?of=order_id%3A{order}")
    links = [[link.attrs.get("href") for link in page.main.all("a")] for page in (whole, within)]
    assert add not in links[0] and add in links[1]


@pytest.mark.req("A-100")
@pytest.mark.parametrize("kind", KINDS)
def test_overall_list_is_searched_by_order_policy_enterprise_title_day_and_staff(
    staff: Browser, kind: str
) -> None:
    asked = {
        field.attrs["name"]
        for field in staff.get(at(kind)).root.all()
        if field.tag in ("input", "select") and "name" in field.attrs
    }
    wanted = ("order", "policy", "enterprise", "title", "service_date", "staff")
    assert {word: any(word in name for name in asked) for word in wanted} == dict.fromkeys(wanted, True)


@pytest.mark.req("A-060")
def test_codes_are_the_names_in_the_api(site: Site, staff: Browser) -> None:
    risk = staff.json(f"/api/v1/{PORTAL}/risk_record/")["result"][0]
    assert risk["risk_level"] in ("major", "larger", "general", "low")
    hazards = staff.json(f"/api/v1/{PORTAL}/hazard/")["result"]
    assert {hazard["level"] for hazard in hazards} == {"general", "major"}
    assert staff.get(f"/api/v1/{PORTAL}/service_record/").status == 404


@pytest.mark.req("A-048", "A-101", "A-102", "A-121", "A-183")
def test_a_hazard_is_found_and_stands_open_in_the_list_of_its_inspection(
    site: Site, staff: Browser, order: int, today: date
) -> None:
    enter(staff, "inspection_record", order, today, title="隐患复查")
    inspection = site.rows("inspection_record")[-1]["id"]
    add = at("hazard", f"add?of=inspection_id:{inspection}")
    typed = {"description": "配电箱无门", "category": "electrical", "location": "二号楼"}
    refused = staff.submit(add, **typed)
    assert (refused.status, refused.errors["photos"]) == (422, "请上传隐患图片")
    pictures = ["", *(str(staff.file("hazard", "photos")) for _ in range(2))]
    saved = staff.submit(add, **typed, photos=pictures)
    assert saved.status in (302, 303), saved.errors
    row = site.rows("hazard")[-1]
    assert (row["status"], row["level"], row["deadline"]) == (
        "open",
        "general",
        row["found_date"] + timedelta(days=15),
    )
    shown = staff.get(at("inspection_record")).row(inspection).text
    assert "0%" in shown
    columns = staff.get(at("hazard", f"list/?of=inspection_id:{inspection}")).columns
    assert [name for name in columns if name != "overdue"] == [
        *("hazard_no", "description", "category", "level", "location", "found_date", "deadline"),
        *("photos", "status", "after_photos"),
    ]


@pytest.mark.req("A-048")
def test_a_major_hazard_is_due_after_seven_days(site: Site, staff: Browser, order: int, today: date) -> None:
    enter(staff, "inspection_record", order, today, title="重大隐患排查")
    inspection = site.rows("inspection_record")[-1]["id"]
    picture = staff.file("hazard", "photos")
    with site.acting("a_staff1") as person:
        id_ = person.writer.create(
            site.entity("hazard"),
            {
                "inspection_id": inspection,
                "description": "塔吊限位失效",
                "category": "equipment",
                "location": "塔吊",
                "level": "major",
                "photos": [picture],
            },
        )
    row = site.row("hazard", id_)
    assert row["deadline"] == row["found_date"] + timedelta(days=7)


@pytest.mark.req("A-030", "A-106")
def test_the_ledger_has_all_hazards_of_the_scope_and_its_conditions(site: Site, today: date) -> None:
    manager = site.as_("a_manager")
    rows = site.rows("hazard")
    late = {row["id"] for row in rows if row["status"] == "open" and row["deadline"] < today}
    assert set(manager.get(at("hazard")).ids) == {row["id"] for row in rows}
    assert set(manager.get(at("hazard", "list/?overdue=true")).ids) == late
    assert set(manager.get(at("hazard", "list/?level=major")).ids) == {
        row["id"] for row in rows if row["level"] == "major"
    }
