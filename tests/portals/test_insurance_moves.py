"""Policies and orders from state to state (5.1 and 5.4 of the document of the portal), over the API."""

from __future__ import annotations

import re

import pytest

from tests.portals.asking import headers
from tests.portals.insurance import PORTAL, key, order_of
from tests.portals.moving import designate, do, log, policy, state, upload
from tests.projects import PDF, Site

CHANGED = "订单状态已变化,请刷新后重试"


@pytest.fixture
def site(fresh: Site) -> Site:
    return fresh


# --- policy --------------------------------------------------------------------------------------


@pytest.mark.req("A-108", "A-111", "A-056")
def test_letter_gives_number_date_and_state(site: Site) -> None:
    clerk, draft = site.as_("insa_clerk"), policy(site, "P-005")
    file = upload(clerk, "policy", "letter_file", PDF, "letter.pdf")
    status, body = do(clerk, "policy", draft, "issue_letter", letter_file=[file])
    row = site.row("policy", draft)
    assert (status, row["status"]) == (200, "lettered"), body
    assert re.fullmatch(r"AZX\d{4}\d{6}", row["letter_no"]) and row["letter_date"] is not None
    assert do(clerk, "policy", draft, "issue_letter")[0] == 409


@pytest.mark.req("A-111")
def test_letter_needs_the_policy_file(site: Site) -> None:
    clerk, draft = site.as_("insa_clerk"), policy(site, "P-005")
    with site.acting() as system:
        system.writer.change(site.entity("policy"), draft, {"policy_file": []})
    assert do(clerk, "policy", draft, "issue_letter") == (422, {"message": "请先上传保单文件"})
    assert site.row("policy", draft)["letter_no"] is None


@pytest.mark.req("A-108", "A-111")
def test_letter_is_set_as_a_pdf_where_none_was_given(site: Site) -> None:
    clerk, draft = site.as_("insa_clerk"), policy(site, "P-005")
    assert do(clerk, "policy", draft, "issue_letter")[0] == 200
    letter = clerk.json(f"/api/v1/{PORTAL}/policy/{draft}")["result"]["letter_file"][0]
    answer = clerk.get(letter["url"]).response
    row = site.row("policy", draft)
    assert letter["name"] == f"事故预防服务函 {row['policy_no']}.pdf"
    assert answer.data[:5] == b"%PDF-" and len(answer.data) > 5_000
    assert [entry["action"] for entry in site.audit("policy", draft)][-3:].count("print") == 1


@pytest.mark.req("A-001", "A-109", "A-112", "A-040", "A-041")
def test_designation_makes_the_order_that_the_agency_sees(site: Site) -> None:
    status, body = designate(site, requirement="请尽快")
    order = order_of(site, "P-001")
    row = site.row("service_order", order)
    assert status == 200 and body["result"]["status"] == "designated"
    assert re.fullmatch(r"FW\d{8}\d{4}", row["order_no"]) and row["requirement"] == "请尽快"
    assert row["assigned_by"] == site.id_of("insa_clerk") and row["assigned_at"] is not None
    assert sorted(site.many("service_order", "required_services", order)) == ["risk", "training"]
    assert (state(site, "service_order", order), log(site, order)) == (
        "pending",
        [("designate", None, "pending")],
    )
    seen = {
        who: site.as_(who).client.get(f"/api/v1/{PORTAL}/service_order/{order}").status_code
        for who in ("a_manager", "b_admin")
    }
    assert seen == {"a_manager": 200, "b_admin": 403}


@pytest.mark.req("A-168")
@pytest.mark.parametrize("agency", ["安服乙(示范)", "安服丙(示范)"])
def test_agency_without_the_kinds_or_disabled_is_not_designated(site: Site, agency: str) -> None:
    status, body = designate(site, agency)
    assert (status, body["errors"]) == (422, {"agency_id": ["该机构不具备所选服务项目"]})
    assert state(site, "policy", policy(site, "P-001")) == "lettered"


@pytest.mark.req("A-169", "A-170")
def test_designation_before_the_letter_or_twice_is_refused(site: Site) -> None:
    clerk = site.as_("insa_clerk")
    told = [do(clerk, "policy", policy(site, no), "designate")[1]["message"] for no in ("P-005", "P-002")]
    designate(site)
    again = designate(site)
    assert told == ["请先出函", "该保单已指定服务机构"]
    assert again == (409, {"message": "该保单已指定服务机构"})


@pytest.mark.req("A-113", "A-155", "A-110", "A-120")
def test_withdrawn_order_cannot_be_accepted_and_a_new_one_follows(site: Site) -> None:
    clerk, no = site.as_("insa_clerk"), policy(site, "P-001")
    designate(site)
    first = order_of(site, "P-001")
    assert do(clerk, "policy", no, "withdraw_designation")[0] == 422
    assert do(clerk, "policy", no, "withdraw_designation", reason="换机构")[0] == 200
    assert (state(site, "policy", no), state(site, "service_order", first)) == ("lettered", "withdrawn")
    late = do(site.as_("a_manager"), "service_order", first, "accept", accept_result="agree")
    assert late == (409, {"message": CHANGED})
    assert log(site, first)[-1] == ("withdraw", "pending", "withdrawn")
    assert designate(site)[0] == 200
    orders = [row["status"] for row in site.rows("service_order") if row["policy_id"] == no]
    assert orders == ["withdrawn", "pending"]


@pytest.mark.req("A-110")
def test_agency_that_declined_is_marked_where_it_would_be_designated_again(site: Site) -> None:
    order, no, clerk = order_of(site, "P-003"), policy(site, "P-003"), site.as_("insb_clerk")
    path = f"/{PORTAL}/policy/options/agency_id?for=form&move=designate&id={no}&required_services=training"
    refusal = {"accept_result": "disagree", "accept_opinion": "人手不足无法服务"}
    assert do(site.as_("a_manager"), "service_order", order, "accept", **refusal)[0] == 200
    notes = {one["label"]: one.get("note") for one in clerk.json(path)["result"]}
    other = clerk.json(path.replace(f"id={no}", f"id={policy(site, 'P-004')}"))["result"]
    assert notes == {"安服甲(示范)": "已拒绝过", "安服乙(示范)": None}
    assert {one.get("note") for one in other} == {None}
    agency = key(site, "service_agency", name="安服乙(示范)")
    again = do(clerk, "policy", no, "designate", agency_id=agency, required_services=["training"])
    orders = sorted(
        (row["id"], row["status"]) for row in site.rows("service_order") if row["policy_id"] == no
    )
    assert again[0] == 200 and [status for _, status in orders] == ["declined", "pending"]


@pytest.mark.req("A-118")
def test_cancelled_policy_terminates_its_open_order(site: Site) -> None:
    order, no = order_of(site, "P-002"), policy(site, "P-002")
    assert do(site.as_("insa_clerk"), "policy", no, "cancel", reason="退保")[0] == 200
    assert (state(site, "policy", no), state(site, "service_order", order)) == ("cancelled", "terminated")
    assert log(site, order)[-1] == ("terminate", "serving", "terminated")


# --- acceptance ----------------------------------------------------------------------------------


@pytest.mark.req("A-002", "A-078", "A-114", "A-178")
def test_agreement_starts_the_service(site: Site) -> None:
    order, manager = order_of(site, "P-003"), site.as_("a_manager")
    leader = site.id_of("a_staff1")
    members = [site.id_of("a_staff2")]
    status, body = do(
        manager, "service_order", order, "accept", accept_result="agree", leader_id=leader, member_ids=members
    )
    row = site.row("service_order", order)
    assert status == 200, body
    assert (row["status"], row["leader_id"], row["accept_by"]) == ("serving", leader, site.id_of("a_manager"))
    assert site.many("service_order", "member_ids", order) == members and row["accept_at"] is not None
    assert state(site, "policy", policy(site, "P-003")) == "serving"
    assert log(site, order) == [("designate", None, "pending"), ("accept", "pending", "serving")]


@pytest.mark.req("A-079", "A-115", "A-154")
def test_refusal_needs_an_opinion_and_returns_the_policy(site: Site) -> None:
    order, manager = order_of(site, "P-003"), site.as_("a_manager")
    said = [
        do(manager, "service_order", order, "accept", accept_result="disagree", accept_opinion=o)
        for o in (None, "忙")
    ]
    assert [(status, body["errors"]) for status, body in said] == [
        (422, {"accept_opinion": ["请填写受理意见"]}),
        (422, {"accept_opinion": ["受理意见至少5个字"]}),
    ]
    assert state(site, "service_order", order) == "pending"
    done = do(
        manager, "service_order", order, "accept", accept_result="disagree", accept_opinion="人手不足无法服务"
    )
    assert done[0] == 200 and site.row("service_order", order)["leader_id"] is None
    assert (state(site, "service_order", order), state(site, "policy", policy(site, "P-003"))) == (
        "declined",
        "lettered",
    )
    assert log(site, order)[-1] == ("decline", "pending", "declined")


@pytest.mark.req("A-114")
def test_leader_is_one_of_the_agency(site: Site) -> None:
    order, manager = order_of(site, "P-003"), site.as_("a_manager")
    status, body = do(
        manager, "service_order", order, "accept", accept_result="agree", leader_id=site.id_of("b_admin")
    )
    assert status == 422 and "leader_id" in body["errors"]


@pytest.mark.req("A-006", "A-007", "A-055", "A-172")
def test_who_may_not_move_is_told_so(site: Site) -> None:
    order, hazard = order_of(site, "P-002"), key(site, "hazard", level="major")
    assert do(site.as_("a_staff1"), "service_order", order, "close") == (403, {"message": "无操作权限"})
    assert do(site.as_("reg_city"), "hazard", hazard, "rectify") == (403, {"message": "无操作权限"})
    assert do(site.as_("a_staff1"), "hazard", hazard, "send_back")[0] == 403
    assert do(site.as_("a_manager"), "service_order", order, "reopen")[0] == 403
    assert do(site.as_("admin"), "service_order", order, "terminate", reason="x")[0] == 403


@pytest.mark.req("A-153")
def test_record_of_an_order_that_was_not_accepted_is_refused(site: Site) -> None:
    with site.acting() as system:
        system.writer.change(
            site.entity("service_order"), order_of(site, "P-003"), {"leader_id": site.id_of("a_staff1")}
        )
    staff = site.as_("a_staff1")
    before = len(site.rows("training_record"))
    answer = staff.client.post(
        f"/api/v1/{PORTAL}/training_record/",
        json={"order_id": order_of(site, "P-003")},
        headers=headers(staff),
    )
    assert (answer.status_code, answer.get_json()["message"]) == (409, "请先受理该订单")
    assert len(site.rows("training_record")) == before


# --- closing -------------------------------------------------------------------------------------


@pytest.mark.req("A-081", "A-116", "A-165", "A-166", "A-117", "A-186")
def test_order_is_closed_once_nothing_stands_against_it_and_reopened(site: Site) -> None:
    order, manager = order_of(site, "P-002"), site.as_("a_manager")
    close = {"finish_summary": "完成约定服务"}
    assert (
        do(manager, "service_order", order, "close", **close)[1]["message"] == "存在未整改的重大隐患,不能办结"
    )
    staff, major = site.as_("a_staff1"), key(site, "hazard", level="major")
    photo = upload(staff, "hazard", "after_photos")
    assert do(staff, "hazard", major, "rectify", after_photos=[photo])[0] == 200
    warned = do(manager, "service_order", order, "close", **close)
    assert (warned[0], warned[1]["errors"]) == (422, {"confirm_open": ["仍有1条隐患未整改,确定办结?"]})
    status, body = do(manager, "service_order", order, "close", **close, confirm_open=True)
    assert status == 200 and site.row("service_order", order)["finish_at"] is not None, body
    assert (state(site, "service_order", order), state(site, "policy", policy(site, "P-002"))) == (
        "finished",
        "finished",
    )
    open_one = key(site, "hazard", status="open")
    assert do(staff, "hazard", open_one, "rectify", after_photos=[1])[0] == 409
    assert do(site.as_("a_admin"), "service_order", order, "reopen", reason="补充记录")[0] == 200
    assert [action for action, _, _ in log(site, order)][-2:] == ["close", "reopen"]
    assert state(site, "policy", policy(site, "P-002")) == "serving"


@pytest.mark.req("A-165")
def test_kinds_without_a_record_are_named(site: Site) -> None:
    order, admin = order_of(site, "P-004"), site.as_("b_admin")
    status, body = do(admin, "service_order", order, "close", finish_summary="完成")
    assert (status, body["message"]) == (422, "以下服务项目尚无记录:安全培训、隐患排查")


# --- custom roles and screens --------------------------------------------------------------------


@pytest.mark.req("A-008", "A-055")
def test_moves_are_ticked_into_custom_roles_by_their_codes(site: Site) -> None:
    admin = site.as_("a_admin")
    page = admin.get(f"/{PORTAL}/role/add")
    ticked = {box.attrs.get("value") for box in page.root.all("input")}
    assert {"service_order.accept", "service_order.close", "hazard.rectify", "hazard.send_back"} <= ticked


@pytest.mark.req("A-075", "A-076", "A-078")
def test_acceptance_is_a_page_of_its_own(site: Site) -> None:
    order, manager = order_of(site, "P-003"), site.as_("a_manager")
    text = manager.get(f"/{PORTAL}/service_order/do/accept/{order}").text
    assert all(
        words in text
        for words in ("是否同意服务", "服务负责人", "P-003", "东城机械厂(示范)", "请重点排查机械设备防护")
    )
    listed = manager.client.get(f"/{PORTAL}/service_order/list/").get_data(as_text=True)
    assert f"do/accept/{order}" in listed and f"do/accept/{order_of(site, 'P-002')}" not in listed
    said = {"accept_result": "agree", "leader_id": str(site.id_of("a_staff1"))}
    assert manager.post(f"/{PORTAL}/service_order/do/accept/{order}", said).status == 303
    assert state(site, "service_order", order) == "serving"
    assert "受理" in manager.get(f"/{PORTAL}/service_order/show/{order}").text


@pytest.mark.req("A-078")
def test_acceptance_shows_the_files_of_the_policy_and_the_letter(site: Site) -> None:
    designate(site)
    order, manager = order_of(site, "P-001"), site.as_("a_manager")
    page = manager.get(f"/{PORTAL}/service_order/do/accept/{order}")
    links = [
        a.attrs["href"]
        for a in page.root.all("a")
        if f"/service_order/file/{order}/" in a.attrs.get("href", "")
    ]
    assert len(set(links)) == 2 and "policy.pdf" in page.text and "letter.pdf" in page.text
    assert [manager.get(link).response.data[:5] for link in links] == [b"%PDF-"] * len(links)
    assert {site.as_("b_admin").get(link).status for link in links} == {403}


@pytest.mark.req("A-162")
def test_dialog_stays_with_what_was_typed(site: Site) -> None:
    staff, hazard = site.as_("a_staff1"), key(site, "hazard", status="open", level="general")
    page = staff.post(f"/{PORTAL}/hazard/do/rectify/{hazard}", {"rectify_desc": "已加装"})
    assert page.status == 422 and "请上传整改后图片" in page.text and "已加装" in page.text
