"""What moves tell: messages and text messages written with the move, and none with a refused one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portals.insurance import key, order_of
from tests.portals.moving import designate, do, policy
from tests.portals.test_insurance_notices import sms, told
from tests.projects import Site


@pytest.fixture
def site(fresh: Site) -> Site:
    return fresh


def accept(site: Site, **said: Any) -> int:
    order = order_of(site, "P-003")
    return do(site.as_("a_manager"), "service_order", order, "accept", **said)[0]


@pytest.mark.req("A-112", "A-125")
def test_designation_tells_who_may_accept_and_one_telephone(site: Site) -> None:
    assert designate(site)[0] == 200
    assert told(site, "order_assigned") == {"a_admin", "a_manager"}
    ((phone, event, text),) = sms(site)
    assert (phone, event) == ("13000000103", "order_assigned")
    order = site.row("service_order", order_of(site, "P-001"))["order_no"]
    assert text == f"【安责险监管平台】您有新的服务订单{order},投保单位东城化工厂(示范),请及时受理。"


@pytest.mark.req("A-113", "A-125")
def test_withdrawal_tells_the_agency_why(site: Site) -> None:
    designate(site)
    do(site.as_("insa_clerk"), "policy", policy(site, "P-001"), "withdraw_designation", reason="另选")
    assert told(site, "order_withdrawn") == {"a_admin", "a_manager"}


@pytest.mark.req("A-114", "A-125")
def test_acceptance_tells_the_insurer_alone(site: Site) -> None:
    leader = site.id_of("a_staff1")
    assert accept(site, accept_result="agree", leader_id=leader) == 200
    assert (told(site, "order_accepted"), told(site, "order_declined")) == ({"insb_clerk"}, set())


@pytest.mark.req("A-115", "A-125")
def test_refusal_tells_the_insurer_the_opinion(site: Site) -> None:
    assert accept(site, accept_result="disagree", accept_opinion="人手不足,无法服务") == 200
    clerk = site.as_("insb_clerk")
    assert "人手不足,无法服务" in clerk.json("/api/v1/insurance_service/message/")["result"][0]["text"]


@pytest.mark.req("A-120")
def test_a_refused_move_tells_nobody(site: Site) -> None:
    assert accept(site, accept_result="disagree") == 422
    assert told(site, "order_declined") == set()


@pytest.mark.req("A-123")
def test_a_hazard_sent_back_is_told_to_the_inspection_s_creator(site: Site) -> None:
    done = key(site, "hazard", status="rectified")
    inspection = site.row("hazard", done)["inspection_id"]
    site.set("inspection_record", inspection, created_by=site.id_of("a_staff1"))
    status, body = do(site.as_("a_manager"), "hazard", done, "send_back", return_reason="整改不到位")
    assert status == 200, body
    assert told(site, "hazard_returned") == {"a_staff1"}
