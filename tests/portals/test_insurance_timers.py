"""What the portal does by itself at night: policies end, orders follow, deadlines are told of (5.1, 5.2, 5.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.moves.clocks import later
from tests.portals.insurance import key, order_of
from tests.portals.moving import do, log, policy, state
from tests.projects import Site


@pytest.fixture
def site(fresh: Site) -> Site:
    fresh.here.jobs.drain()
    return fresh


def ending(site: Site, no: str, days: int) -> int:
    """The policy, which ends in so many days."""
    id_, today = policy(site, no), site.world.clock.today("Asia/Shanghai")
    site.set("policy", id_, end_date=today + timedelta(days=days))
    return id_


def told(site: Site, event: str) -> list[tuple[str, str]]:
    """Who was told by which channel, in their order."""
    accounts = {key: name for name, key in site.users.items()}
    delivery = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        rows = connection.execute(delivery.select().where(delivery.c.event == event).order_by(delivery.c.id))
        return [(accounts.get(row.receiver, row.address), row.channel) for row in rows]


@pytest.mark.req("A-119")
def test_policy_ends_the_night_after_its_last_day_and_its_order_30_days_later(site: Site) -> None:
    days = {"P-001": 1, "P-002": 0, "P-003": 0, "P-004": 0}
    policies = [ending(site, no, left) for no, left in days.items()]
    site.set("policy", policies[3], status="finished")
    later(site, days=1)
    assert [state(site, "policy", id_) for id_ in policies] == ["lettered", "expired", "expired", "finished"]
    course = [row for row in site.platform("base_move") if row["record_id"] == policies[1]]
    assert [(row["move"], row["to_state"]) for row in course] == [("expire", "expired")]
    served, waiting = order_of(site, "P-002"), order_of(site, "P-003")
    assert [state(site, "service_order", id_) for id_ in (served, waiting)] == ["serving", "terminated"]
    later(site, days=29)
    assert state(site, "service_order", served) == "serving"
    later(site, days=1)
    assert log(site, served)[-1] == ("terminate", "serving", "terminated")


@pytest.mark.req("A-119", "A-116")
def test_order_of_an_ended_policy_can_still_be_closed(site: Site) -> None:
    over, order = ending(site, "P-002", 0), order_of(site, "P-002")
    later(site, days=1)
    table = site.table("hazard")
    with site.engine.begin() as connection:
        connection.execute(table.update().values(status="rectified"))
    side = site.world.stored(site.entity("service_order")).side["required_services"]
    with site.engine.begin() as connection:
        connection.execute(side.delete().where(side.c.value.not_in(["training", "inspection"])))
    status, body = do(site.as_("a_manager"), "service_order", order, "close", finish_summary="已完成")
    assert (status, state(site, "service_order", order), state(site, "policy", over)) == (
        200,
        "finished",
        "expired",
    ), body


@pytest.mark.req("A-124", "A-125")
def test_leader_is_told_three_days_before_a_deadline_and_when_it_is_over(site: Site) -> None:
    today = site.world.clock.today("Asia/Shanghai")
    site.id_of("a_staff1")
    major, general = (key(site, "hazard", status="open", level=level) for level in ("major", "general"))
    done = key(site, "hazard", status="rectified")
    for id_, days in ((major, 4), (general, 40), (done, 0)):
        site.set("hazard", id_, deadline=today + timedelta(days=days))
    steps = []
    for days in (1, 1, 3, 1):
        later(site, days=days)
        steps.append(len(told(site, "hazard_deadline")))
    account = next(
        a
        for a, id_ in site.users.items()
        if id_ == site.row("service_order", order_of(site, "P-002"))["leader_id"]
    )
    assert steps == [2, 2, 4, 4]  # a message and an SMS each
    assert {who for who, channel in told(site, "hazard_deadline") if channel == "inapp"} == {account}
    site.set("hazard", major, level="general", deadline=today + timedelta(days=7))
    later(site, days=1)
    assert [channel for _, channel in told(site, "hazard_deadline")[4:]] == ["inapp"]


@pytest.mark.req("A-125")
def test_order_that_is_not_accepted_in_time_is_told_daily_and_by_sms_on_the_first_day(site: Site) -> None:
    order, now = order_of(site, "P-003"), site.world.clock.now()
    site.set("service_order", order, accept_due=now + timedelta(minutes=5))
    site.id_of("a_staff1")
    steps = []
    for _ in range(3):
        later(site, days=1)
        found = told(site, "acceptance_overdue")
        steps.append((sum(c == "inapp" for _, c in found), sum(c == "sms" for _, c in found)))
    people = steps[0][0]
    assert people > 0 and steps == [(people, 1), (2 * people, 1), (3 * people, 1)]
    said = {"accept_result": "disagree", "accept_opinion": "无法承接该订单"}
    assert do(site.as_("a_manager"), "service_order", order, "accept", **said)[0] == 200
    later(site, days=1)
    assert len(told(site, "acceptance_overdue")) == 3 * people + 1


@pytest.mark.req("A-040")
def test_order_is_to_be_accepted_within_three_working_days(site: Site) -> None:
    with site.acting() as system:
        values = {
            "policy_id": policy(site, "P-001"),
            "agency_id": site.rows("service_agency")[0]["id"],
            "assigned_by": site.id_of("insa_clerk"),
        }
        days = {}
        for assigned in ("2026-09-30T02:00:00Z", "2026-11-23T02:00:00Z"):
            id_ = system.writer.create(site.entity("service_order"), {**values, "assigned_at": assigned})
            days[assigned] = id_
    due = [f"{site.row('service_order', id_)['accept_due']:%Y-%m-%d %H:%M}" for id_ in days.values()]
    assert due == ["2026-10-10 02:00", "2026-11-26 02:00"]  # past the National Day; within a week
