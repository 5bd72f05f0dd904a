"""Two people who move one order at once: the first is the one, the second is told (A-120), on two databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.portals.asking import headers
from tests.portals.insurance import at, order_of
from tests.portals.moving import designate, do, log, policy, state
from tests.projects import Browser, Site

ON = ("sqlite", "postgresql")
CHANGED = "订单状态已变化,请刷新后重试"


def at_once(*works: Callable[[], tuple[int, Any]]) -> list[tuple[int, Any]]:
    start = Barrier(len(works))

    def run(work: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, works), key=lambda answer: answer[0])


def ready(site: Site, account: str) -> Browser:
    who = site.as_(account)
    headers(who)
    return who


@pytest.mark.req("A-120")
def test_of_two_people_who_accept_one_is_the_one(site: Site) -> None:
    order, people = order_of(site, "P-003"), [ready(site, name) for name in ("a_manager", "a_admin")]
    leader = site.id_of("a_staff1")

    def accepting(who: Browser) -> Callable[[], tuple[int, Any]]:
        return lambda: do(who, "service_order", order, "accept", accept_result="agree", leader_id=leader)

    first, second = at_once(*map(accepting, people))
    assert (first[0], second) == (200, (409, {"message": CHANGED}))
    assert log(site, order) == [("designate", None, "pending"), ("accept", "pending", "serving")]
    clerk = site.id_of("insb_clerk")
    accepted = [
        row
        for row in site.platform("base_message")
        if (row["event"], row["receiver"]) == ("order_accepted", clerk)
    ]
    assert len(accepted) == 1 and state(site, "policy", policy(site, "P-003")) == "serving"


@pytest.mark.req("A-120", "A-155")
def test_acceptance_and_withdrawal_of_a_real_order_exclude_each_other(site: Site) -> None:
    assert designate(site)[0] == 200
    manager, clerk = ready(site, "a_manager"), ready(site, "insa_clerk")
    order, contract, leader = order_of(site, "P-001"), policy(site, "P-001"), site.id_of("a_staff1")
    first, second = at_once(
        lambda: do(manager, "service_order", order, "accept", accept_result="agree", leader_id=leader),
        lambda: do(clerk, "policy", contract, "withdraw_designation", reason="撤回"),
    )
    both = state(site, "service_order", order), state(site, "policy", contract)
    assert (first[0], second[0]) == (200, 409) and "状态已变化,请刷新后重试" in second[1]["message"]
    assert both in (("serving", "serving"), ("withdrawn", "lettered"))
    assert log(site, order)[1:] in (
        [("accept", "pending", "serving")],
        [("withdraw", "pending", "withdrawn")],
    )


@pytest.mark.req("A-120")
def test_whoever_comes_second_is_told_on_the_page_too(fresh: Site) -> None:
    order, said = (
        order_of(fresh, "P-003"),
        {"accept_result": "agree", "leader_id": str(fresh.id_of("a_staff1"))},
    )
    manager, admin = fresh.as_("a_manager"), fresh.as_("a_admin")
    opened = manager.get(at("service_order", f"do/accept/{order}"))
    assert admin.submit(at("service_order", f"do/accept/{order}"), **said).status == 303
    late = manager.send(opened, **said)
    assert (late.status, CHANGED in late.html) == (409, True)
    assert fresh.row("service_order", order)["accept_by"] == fresh.id_of("a_admin")
