"""The middle of insurance_service on every kind of database: one site each, and each claim on records of its own."""

from __future__ import annotations

import pytest

from tests.imports.books import book, read, reasons, send
from tests.portals.insurance import PORTAL, at, key, order_of
from tests.portals.moving import designate, do, log, policy, state, upload
from tests.portals.test_insurance_imports import POLICY, uscc
from tests.portals.test_insurance_imports import policy as line
from tests.portals.test_insurance_statistics import chart, listed, tile
from tests.projects import Site

ON = ("sqlite", "postgresql", "mariadb")


@pytest.mark.req("A-001", "A-112", "A-114")
def test_policy_becomes_an_order_that_is_told_of_and_accepted(site: Site) -> None:
    assert designate(site)[0] == 200
    site.here.jobs.drain()
    order, leader = order_of(site, "P-001"), site.id_of("a_staff1")
    number = site.row("service_order", order)["order_no"]
    told = [row["text"].count(number) for row in site.as_("platform").get(at("sms_log")).rows]
    again = designate(site)
    said = {"accept_result": "agree", "leader_id": leader, "member_ids": [site.id_of("a_staff2")]}
    assert do(site.as_("a_manager"), "service_order", order, "accept", **said)[0] == 200
    assert (told, again[0]) == ([1], 409)
    assert (state(site, "service_order", order), state(site, "policy", policy(site, "P-001"))) == (
        "serving",
        "serving",
    )
    assert log(site, order) == [("designate", None, "pending"), ("accept", "pending", "serving")]


@pytest.mark.req("A-115", "A-154")
def test_refused_order_returns_its_policy(site: Site) -> None:
    order = order_of(site, "P-003")
    said = {"accept_result": "disagree", "accept_opinion": "人手不足无法服务"}
    assert do(site.as_("a_manager"), "service_order", order, "accept", **said)[0] == 200
    assert (state(site, "service_order", order), state(site, "policy", policy(site, "P-003"))) == (
        "declined",
        "lettered",
    )


@pytest.mark.req("A-122", "A-123", "A-163")
def test_hazard_is_rectified_once_counted_and_sent_back(site: Site) -> None:
    staff, hazard = site.as_("a_staff1"), key(site, "hazard", status="open", level="general")
    photo = upload(staff, "hazard", "after_photos")
    assert do(staff, "hazard", hazard, "rectify", after_photos=[photo])[0] == 200
    again = do(staff, "hazard", hazard, "rectify", after_photos=[photo])
    inspection = site.row("hazard", hazard)["inspection_id"]
    counted = staff.json(f"/api/v1/{PORTAL}/inspection_record/{inspection}")["result"]
    back = do(site.as_("reg_city"), "hazard", hazard, "send_back", return_reason="防护栏高度不足")
    assert (again, counted["hazard_total"], counted["hazard_done"]) == (
        (409, {"message": "该隐患已整改"}),
        3,
        2,
    )
    assert (back[0], state(site, "hazard", hazard)) == (200, "open")


@pytest.mark.req("A-138", "A-191")
def test_policies_are_imported_and_wrong_ones_told(site: Site) -> None:
    today, code, before = site.world.clock.today("Asia/Shanghai"), uscc(site), len(site.rows("enterprise"))
    wrong = line("P-903", today, code, to=today)
    rows = [line("P-901", today, code), line("P-902", today, code), line("P-901", today, code), wrong]
    status, body = send(site.as_("insa_clerk"), "policy", book(POLICY, *rows), PORTAL)
    made = {row["policy_no"] for row in site.rows("policy") if row["policy_no"].startswith("P-90")}
    assert (status, body["message"], reasons(body)) == (
        200,
        "成功2条,失败2条",
        [(4, "policy_no", "保单号重复"), (5, "end_date", "保险止期必须晚于保险起期")],
    )
    assert (made, len(site.rows("enterprise"))) == ({"P-901", "P-902"}, before + 1)


@pytest.mark.req("A-131", "A-133")
def test_figures_are_the_rows_behind_them(site: Site) -> None:
    states = chart(site, "order_stats", "a_admin")["charts"]["orders_by_state"]["series"][0]
    kinds = chart(site, "service_stats", "reg_city")["charts"]
    months = kinds["records_by_month"]
    assert sum(states["data"]) == listed(site, "a_admin", at("service_order"))
    assert [listed(site, "a_admin", link) for link in states["links"] if link] == [
        n for n in states["data"] if n
    ]
    assert tile(site, "orders_pending", "a_manager") == listed(
        site, "a_manager", at("service_order", "list/?tab=pending")
    )
    assert len(months["x"]) == 12
    by_region, by_kind = (
        sum(sum(one["data"]) for one in kinds[code]["series"])
        for code in ("records_by_region", "records_by_kind")
    )
    assert by_region == by_kind > 0


@pytest.mark.req("A-136")
def test_service_file_is_printed_and_logged(site: Site) -> None:
    order = order_of(site, "P-002")
    answer = site.as_("a_admin").post(at("service_order", f"print/service_file/{order}")).response
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
    assert site.audit("service_order", order)[-1]["action"] == "print"
    assert site.as_("b_admin").post(at("service_order", f"print/service_file/{order}")).status == 403


@pytest.mark.req("A-140")
def test_list_is_exported_as_it_stands(site: Site) -> None:
    page = site.as_("a_admin").get(at("hazard"))
    heading, *rows = read(site.as_("a_admin").get(at("hazard", "export.xlsx")).response.get_data())
    assert (len(rows), len(heading) > 3) == (len(page.ids), True)
