"""How orders end otherwise than by being closed: withdrawn, cancelled, expired (5.1)."""

from __future__ import annotations

import pytest

from tests.moves.clocks import later
from tests.portals.asking import headers
from tests.portals.insurance import PORTAL, RECORDS, at, key, order_of
from tests.portals.moving import designate, do, policy, state
from tests.portals.test_insurance_notices import told
from tests.projects import Site

KINDS = tuple(f"{kind}_record" for kind in RECORDS)


@pytest.fixture
def site(fresh: Site) -> Site:
    return fresh


# --- withdrawn and cancelled ---------------------------------------------------------------------


@pytest.mark.req("A-113")
def test_withdrawn_order_leaves_the_pending_ones_and_the_agency_reads_why(site: Site) -> None:
    designate(site)
    order, manager = order_of(site, "P-001"), site.as_("a_manager")
    pending = at("service_order", "list/?tab=pending")
    assert order in manager.get(pending).ids and manager.get(pending).tabs["pending"] == "2"
    said = {"reason": "企业已另行委托"}
    assert do(manager, "policy", policy(site, "P-001"), "withdraw_designation", **said)[0] == 403
    assert (
        do(site.as_("insa_clerk"), "policy", policy(site, "P-001"), "withdraw_designation", **said)[0] == 200
    )
    page = manager.get(pending)
    assert order not in page.ids and page.tabs["pending"] == "1"
    row = site.as_("insa_clerk").json(f"/api/v1/{PORTAL}/policy/{policy(site, 'P-001')}")["result"]
    assert (row["status"], row["order_id"], row["agency_id"]) == ("lettered", None, None)
    assert told(site, "order_withdrawn") == {"a_admin", "a_manager"}
    message = manager.json(f"/api/v1/{PORTAL}/message/")["result"][0]["text"]
    assert "企业已另行委托" in message and site.row("service_order", order)["order_no"] in message


@pytest.mark.req("A-118")
@pytest.mark.parametrize(
    ("no", "order_before", "order_after"),
    [("P-001", None, None), ("P-003", "pending", "terminated"), ("P-002", "finished", "finished")],
)
def test_policy_is_cancelled_from_every_state_after_its_letter(
    site: Site, no: str, order_before: str | None, order_after: str | None
) -> None:
    clerk = site.as_("insb_clerk" if no == "P-003" else "insa_clerk")
    if order_before == "finished":
        site.set("service_order", order_of(site, no), status="finished")
        site.set("policy", policy(site, no), status="finished")
    assert do(clerk, "policy", policy(site, no), "cancel")[0] == 422
    assert do(clerk, "policy", policy(site, no), "cancel", reason="投保人退保")[0] == 200
    assert state(site, "policy", policy(site, no)) == "cancelled"
    if order_before is not None:
        assert state(site, "service_order", order_of(site, no)) == order_after
    assert do(clerk, "policy", policy(site, no), "cancel", reason="再退")[0] == 409


@pytest.mark.req("A-118")
def test_draft_is_not_cancelled_and_an_agency_cancels_nothing(site: Site) -> None:
    answer = do(site.as_("insa_clerk"), "policy", policy(site, "P-005"), "cancel", reason="退")
    assert (answer[0], state(site, "policy", policy(site, "P-005"))) == (409, "draft")
    assert do(site.as_("a_admin"), "policy", policy(site, "P-002"), "cancel", reason="退")[0] == 403


@pytest.mark.req("A-118", "A-076")
def test_records_of_a_terminated_order_are_read_only(site: Site) -> None:
    order, staff = order_of(site, "P-002"), site.as_("a_staff1")
    records = {kind: key(site, kind, order_id=order) for kind in KINDS} | {
        "hazard": key(site, "hazard", level="major")
    }
    assert do(site.as_("insa_clerk"), "policy", policy(site, "P-002"), "cancel", reason="退保")[0] == 200
    for entity, record in records.items():
        path = f"/api/v1/{PORTAL}/{entity}/{record}"
        answers = [
            staff.client.put(
                path, json={"description" if entity == "hazard" else "remark": "改"}, headers=headers(staff)
            ).status_code,
            staff.client.delete(path, headers=headers(staff)).status_code,
            staff.post(at(entity, f"edit/{record}"), {"title": "改"}).status,
        ]
        assert (answers, staff.get(at(entity, f"show/{record}")).status) == ([409] * 3, 200), entity
    for kind in KINDS:
        assert staff.post(at(kind, f"add?of=order_id:{order}"), {"title": "新"}).status == 409


@pytest.mark.req("A-119")
def test_cancelled_policy_stays_and_a_draft_expires_the_night_after_its_last_day(site: Site) -> None:
    today = site.world.clock.today("Asia/Shanghai")
    site.here.jobs.drain()
    assert do(site.as_("insb_clerk"), "policy", policy(site, "P-004"), "cancel", reason="退保")[0] == 200
    for no in ("P-004", "P-005"):
        site.set("policy", policy(site, no), end_date=today)
    later(site, days=1)
    assert [state(site, "policy", policy(site, no)) for no in ("P-004", "P-005")] == ["cancelled", "expired"]
    assert do(site.as_("insa_clerk"), "policy", policy(site, "P-005"), "issue_letter")[0] == 409
    assert state(site, "service_order", order_of(site, "P-004")) == "terminated"
