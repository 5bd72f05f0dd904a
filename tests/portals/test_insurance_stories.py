"""Scenarios of section 13 as the people walk them, page by page (A-178 after A-177, A-184 after A-183, A-186)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.pages import Node
from tests.portals.asking import headers
from tests.portals.insurance import PORTAL, RECORDS, at, key, order_of
from tests.portals.moving import designate, do, log, policy, state, upload
from tests.portals.test_insurance_notices import told
from tests.portals.test_insurance_records import enter
from tests.projects import Browser, Site

KINDS = tuple(f"{kind}_record" for kind in RECORDS)
BUTTONS = (
    *("安全培训", "风险识别", "事故排查", "标准化建设", "应急预案编制和演练"),
    *("安全生产科技推广应用", "其他有关事故预防工作"),
)


@pytest.fixture
def site(fresh: Site) -> Site:
    return fresh


@pytest.fixture
def today(site: Site) -> date:
    return site.world.clock.today("Asia/Shanghai")


def buttons(who: Browser, order: int) -> list[Node]:
    """The seven buttons in the row of an order, in their order."""
    row = who.get(at("service_order")).row(order)
    nodes = [*row.all("a"), *row.all("button")]
    return [next(node for node in nodes if node.text.startswith(word)) for word in BUTTONS]


@pytest.mark.req("A-075", "A-076", "A-114", "A-125", "A-177", "A-178")
def test_order_is_designated_accepted_on_its_page_and_served(site: Site) -> None:
    manager, clerk = site.as_("a_manager"), site.as_("insa_clerk")
    assert designate(site)[0] == 200
    order = order_of(site, "P-001")
    grey = buttons(manager, order)
    assert {(node.tag, node.attrs["title"]) for node in grey} == {("button", "请先受理该订单")}
    assert all("disabled" in node.attrs or node.attrs.get("aria-disabled") == "true" for node in grey)
    said = {"accept_result": "agree", "leader_id": str(site.id_of("a_staff1"))}
    assert manager.submit(at("service_order", f"do/accept/{order}"), **said).status == 303
    row = site.row("service_order", order)
    assert (row["status"], row["accept_result"], row["accept_by"], row["leader_id"]) == (
        "serving",
        "agree",
        site.id_of("a_manager"),
        site.id_of("a_staff1"),
    )
    assert row["accept_at"] is not None and state(site, "policy", policy(site, "P-001")) == "serving"
    for who in (manager, site.as_("a_staff1")):
        assert {node.tag for node in buttons(who, order)} == {"a"}
        assert {who.get(node.attrs["href"]).status for node in buttons(who, order)} == {200}
    assert log(site, order) == [("designate", None, "pending"), ("accept", "pending", "serving")]
    message = clerk.json(f"/api/v1/{PORTAL}/message/")["result"][0]
    assert row["order_no"] in message["text"] and "P-001" in message["text"]
    assert told(site, "order_accepted") == {"insa_clerk"}
    shown = manager.get(at("service_order", f"show/{order}"))
    assert "甲机构业务负责人" in shown.text and "甲机构服务人员一" in shown.text


@pytest.mark.req("A-078")
def test_page_of_acceptance_shows_all_of_policy_and_enterprise_and_asks_five_things(site: Site) -> None:
    order, manager = order_of(site, "P-003"), site.as_("a_manager")
    page = manager.get(at("service_order", f"do/accept/{order}"))
    contract, insured = (
        site.row("policy", policy(site, "P-003")),
        key(site, "enterprise", name="东城机械厂(示范)"),
    )
    enterprise = site.row("enterprise", insured)
    assert page.status == 200
    shown = (
        *("P-003", "乙财险(示范)", "东城机械厂(示范)", "安全培训", "请重点排查机械设备防护"),
        *(str(contract["start_date"]), str(contract["end_date"])),
        *(enterprise["address"], enterprise["contact_name"], enterprise["contact_phone"]),
    )
    assert [text for text in shown if text not in page.text] == []
    asked = ("accept_result", "leader_id", "member_ids", "plan_file", "accept_opinion")
    assert [name for name in asked if not page.asks(name)] == []
    assert not page.asks("required_services") and not page.asks("policy_no")


@pytest.mark.req("A-101", "A-103", "A-183", "A-184")
def test_hazard_is_found_rectified_and_shown_side_by_side(site: Site, today: date) -> None:
    staff, order = site.as_("a_staff1"), order_of(site, "P-002")
    assert enter(staff, "inspection_record", order, today, title="从头排查").status == 303
    inspection = site.rows("inspection_record")[-1]["id"]
    pictures = ["", *(str(staff.file("hazard", "photos")) for _ in range(2))]
    typed = {"description": "临边无护栏", "category": "site", "location": "一号楼", "photos": pictures}
    assert staff.submit(at("hazard", f"add?of=inspection_id:{inspection}"), **typed).status == 303
    hazard = site.rows("hazard")[-1]["id"]
    listed = at("hazard", f"list/?of=inspection_id:{inspection}")
    rectify = at("hazard", f"do/rectify/{hazard}")
    page = staff.get(listed)
    row = page.row(hazard)
    assert "待整改" in row.text and rectify in page.html and len(row.all("img")) == 2
    assert (staff.post(rectify).status, state(site, "hazard", hazard)) == (422, "open")
    photo = str(staff.file("hazard", "after_photos"))
    assert staff.post(rectify, {"after_photos": ["", photo], "rectify_date": today.isoformat()}).status == 303
    after = staff.get(listed)
    assert "已整改" in after.row(hazard).text and rectify not in after.html
    assert len(after.row(hazard).all("img")) == 3
    shown = next(r for r in staff.get(at("inspection_record")).rows if r["title"] == "从头排查")
    assert (shown["hazard_total"], shown["hazard_done"], shown["hazard_rate"]) == ("1", "1", "100%")
    both = staff.get(at("hazard", f"show/{hazard}"))
    section = both.text[both.text.index("整改前后对比") :]
    assert "隐患图片" in section and "整改后图片" in section and rectify not in both.html


@pytest.mark.req("A-101")
def test_hazards_of_an_inspection_are_reached_from_both_lists_with_all_their_buttons(site: Site) -> None:
    staff, order = site.as_("a_staff1"), order_of(site, "P-002")
    inspection = key(site, "inspection_record", order_id=order)
    way = at("hazard", f"list/?of=inspection_id:{inspection}")
    for start in (at("inspection_record"), at("inspection_record", f"list/?of=order_id:{order}")):
        links = [link.attrs.get("href", "") for link in staff.get(start).row(inspection).all("a")]
        assert [link for link in links if link.replace("%3A", ":").startswith(way)]
    page, open_one = staff.get(way), key(site, "hazard", level="major")
    words = [node.text for node in (*page.row(open_one).all("a"), *page.row(open_one).all("button"))]
    assert [word for word in ("整改", "查看", "编辑", "删除") if word not in words] == []
    done = key(site, "hazard", status="rectified")
    assert "整改" not in [node.text for node in (*page.row(done).all("a"), *page.row(done).all("button"))]
    assert any("add?of=inspection_id" in link for link in page.addresses)


@pytest.mark.req("A-116", "A-125", "A-186")
def test_closed_order_locks_records_and_hazards_of_every_kind_and_tells_the_insurer(site: Site) -> None:
    order, manager, staff = order_of(site, "P-002"), site.as_("a_manager"), site.as_("a_staff1")
    records = {kind: key(site, kind, order_id=order) for kind in KINDS}
    major = key(site, "hazard", level="major")
    close = at("service_order", f"do/close/{order}")
    refused = manager.post(close, {"finish_summary": "完成约定服务"})
    assert refused.status == 422 and "存在未整改的重大隐患,不能办结" in refused.text
    assert (
        do(staff, "hazard", major, "rectify", after_photos=[upload(staff, "hazard", "after_photos")])[0]
        == 200
    )
    warned = manager.post(close, {"finish_summary": "完成约定服务"})
    assert warned.status == 422 and "仍有1条隐患未整改,确定办结?" in warned.text
    assert manager.post(close, {"finish_summary": "完成约定服务", "confirm_open": "true"}).status == 303
    assert state(site, "service_order", order) == "finished"
    assert told(site, "order_closed") == {"insa_clerk"}
    message = site.as_("insa_clerk").json(f"/api/v1/{PORTAL}/message/")["result"][0]
    assert site.row("service_order", order)["order_no"] in message["text"] and "办结" in message["text"]
    for entity, record in (*records.items(), ("hazard", major)):
        before = site.rows(entity)
        parent = (
            f"inspection_id:{records['inspection_record']}" if entity == "hazard" else f"order_id:{order}"
        )
        for who in (manager, staff, site.as_("a_admin")):
            page = who.get(at(entity, f"list/?of={parent}"))
            assert record in page.ids
            assert [
                way for way in ("add?", "edit/", "delete/", "import?") if f"/{entity}/{way}" in page.html
            ] == []
            path, said = f"/api/v1/{PORTAL}/{entity}/", headers(who)
            answers = [
                who.post(at(entity, f"edit/{record}"), {"title": "改"}).status,
                who.post(at(entity, f"delete/{record}")).status,
                who.post(at(entity, f"add?of={parent}"), {"title": "新"}).status,
                who.client.put(
                    f"{path}{record}",
                    json={"description" if entity == "hazard" else "remark": "改"},
                    headers=said,
                ).status_code,
                who.client.delete(f"{path}{record}", headers=said).status_code,
            ]
            assert answers == [409] * 5, entity
        assert site.rows(entity) == before
    assert do(site.as_("a_manager"), "hazard", major, "send_back", return_reason="退")[0] == 409
    assert {node.tag for node in buttons(manager, order)} == {"a"}  # they open the lists, read-only
