"""Claims at the same moment, claims by the clock, and the books that must agree afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from tests.moves.clocks import later
from tests.portals.asking import send, told
from tests.portals.hazard import BOTH, agency, api, at, do, seeded
from tests.portals.hazard_money import balance, claimed, ledger, mended, of, said
from tests.projects import Site

SEEDED = {"awaiting": 4, "submitted": 5, "returned": 4, "approved": 4, "paid": 9, "rejected": 4, "expired": 4}
BALANCES = {"ag_p": "50000.00", "ag_c1": "20000.00", "ag_d1": "1000.00", "ag_c2": "80.00", "ag_d2": "0.00"}


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("apart"), request.param) as made:
        yield made


def at_once(site: Site, account: str, *works: tuple[int, str, dict[str, Any]]) -> list[tuple[int, str]]:
    """What two browsers of an agency are answered who make these moves at the same moment."""
    people = [site.as_(account) for _ in works]
    for who in people:
        who.token = who.get("/login/").token
    start = Barrier(len(works))

    def run(index: int) -> tuple[int, str]:
        id_, code, more = works[index]
        start.wait()
        status, answer = do(people[index], "hr_claim", id_, code, **more)
        return status, told(answer)[0]

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, range(len(works))))


def checked(site: Site) -> dict[str, str]:
    """The result of a reconciliation by its button."""
    answer = site.as_("hr_admin").submit(at("hr_reconciliation", "add"), note="测试")
    assert answer.status == 303, answer.errors
    row = site.rows("hr_reconciliation")[-1]
    return {"result": row["result"], **dict(line.split("：") for line in row["findings"].splitlines())}


@pytest.mark.req("H-374")
def test_the_seeds_hold_claims_of_each_state_and_exact_balances(site: Site) -> None:
    found = [row["status"] for row in site.rows("hr_claim")]
    assert all(found.count(state) >= number for state, number in SEEDED.items())
    assert {name: str(balance(site, name)) for name in BALANCES} == BALANCES
    assert len(site.rows("hr_claim_transfer")) == 3
    assert [row["entry_type"] for row in site.rows("hr_ledger")].count("payout_reversal") == 1
    exact = [
        row
        for row in site.rows("hr_claim")
        if Decimal(row["amount"]) == 1000 and row["status"] == "submitted"
    ]
    assert [row["paying_agency"] for row in exact] == [agency(site, "ag_d1")]


@pytest.mark.req("H-240", "H-175", "H-374")
def test_the_button_of_reconciliation_finds_the_seeds_even_and_a_wrong_entry_not(site: Site) -> None:
    found = checked(site)
    assert found.pop("result") == "even" and set(found.values()) == {"通过"} and len(found) == 8
    row = next(row for row in site.rows("hr_account") if row["agency"] == agency(site, "ag_p"))
    site.set("hr_account", row["id"], balance=Decimal("50000.01"))
    found = checked(site)
    assert found["result"] == "broken" and found["I2 余额等于流水合计"] == "1处不符"
    site.set("hr_account", row["id"], balance=Decimal("50000.00"))
    claim = next(row for row in site.rows("hr_claim") if row["status"] == "paid")
    site.set("hr_claim", claim["id"], status="rejected", amount=Decimal(claim["amount"]) + 1)
    found = checked(site)
    assert found["I4 扣款与退回相抵"] == found["I7 奖金等于核实的奖励"] == "1处不符"
    site.set("hr_claim", claim["id"], status="paid", amount=claim["amount"])
    assert checked(site)["result"] == "even"
    assert send(site.as_("ag_p"), "POST", api("hr_reconciliation"))[0] == 403


@pytest.mark.req("H-242", "H-233")
def test_of_two_claims_at_once_the_balance_pays_the_one_it_can(site: Site) -> None:
    for _ in range(2):
        mended(site, "ag_d1", "1000.00")
        one, two = (claimed(site, "ag_d1", "600.00", "U13", filled_in=True) for _ in range(2))
        found = at_once(site, "ag_d1", (one, "approve", {}), (two, "approve", {}))
        assert [status for status, _ in found] == [200, 422], found
        assert found[1][1] == "账户余额不足，请及时充值（当前余额400.00元，本次奖金600.00元）"
        assert balance(site, "ag_d1") == Decimal("400.00")
    assert checked(site)["result"] == "even"


@pytest.mark.req("H-241", "H-357")
def test_a_double_click_books_once(site: Site) -> None:
    mended(site, "ag_c1", "1000.00")
    id_ = claimed(site, "ag_c1", "100.00", "U14", filled_in=True)
    found = at_once(site, "ag_c1", (id_, "approve", {}), (id_, "approve", {}))
    assert [status for status, _ in found] == [200, 409] and found[1][1] == "该领奖单已处理"
    assert len([row for row in ledger(site, "ag_c1") if row["related_claim"] == id_]) == 1
    assert balance(site, "ag_c1") == Decimal("900.00")


@pytest.mark.req("H-242", "H-235")
def test_of_agreement_and_transfer_at_once_exactly_one_wins(site: Site) -> None:
    for _ in range(2):
        mended(site, "ag_c1", "1000.00")
        theirs = balance(site, "ag_p")
        id_ = claimed(site, "ag_c1", "250.00", "U15", filled_in=True)
        passing = {"to_agency": agency(site, "ag_p"), "reason": "转送处理"}
        found = at_once(site, "ag_c1", (id_, "approve", {}), (id_, "transfer", passing))
        assert [status for status, _ in found] == [200, 409], found
        row = of(site, id_)
        agreed = (row["status"], row["paying_agency"], balance(site, "ag_c1"))
        assert agreed in (
            ("approved", agency(site, "ag_c1"), Decimal("750.00")),
            ("submitted", agency(site, "ag_p"), Decimal("1000.00")),
        )
        assert balance(site, "ag_p") == theirs
    assert checked(site)["result"] == "even"


@pytest.mark.req("H-243")
def test_the_claims_of_a_closed_agency_are_passed_on_by_the_administrator(site: Site) -> None:
    id_ = claimed(site, "ag_d2", "40.00", "U16", filled_in=True)
    admin = site.as_("hr_admin")
    passing = {"to_agency": agency(site, "ag_p"), "reason": "机构停用"}
    assert do(admin, "hr_claim", id_, "transfer", **passing)[0] == 403
    assert do(admin, "hr_agency", agency(site, "ag_d2"), "disable", reason="停用核查")[0] == 200
    other = claimed(site, "ag_c1", "41.00", "U16", filled_in=True)
    status, answer = do(
        site.as_("ag_c1"),
        "hr_claim",
        other,
        "transfer",
        to_agency=agency(site, "ag_d2"),
        reason="转给停用机构",
    )
    assert status == 422 and "接收机构不可用" in told(answer)
    assert do(admin, "hr_claim", id_, "transfer", **passing)[0] == 200
    assert of(site, id_)["paying_agency"] == agency(site, "ag_p")
    assert site.rows("hr_claim_transfer")[-1]["operator"] == site.id_of("hr_admin")
    assert send(admin, "GET", api("hr_ledger"))[1]["count"] > 0
    assert do(admin, "hr_agency", agency(site, "ag_d2"), "enable", reason="恢复使用")[0] == 200


@pytest.mark.req("H-220", "H-418", "H-339")
def test_a_claim_that_nobody_fills_in_is_warned_of_and_expires_once(site: Site) -> None:
    site.here.jobs.drain()
    id_ = claimed(site, "ag_c1", "60.00", "U17")
    number = of(site, id_)["claim_no"]

    def heard(event: str) -> int:
        return sum(number in text for text in said(site, event, "U17"))

    later(site, days=53)
    later(site, days=1)
    assert (heard("N27_soon"), heard("N27"), of(site, id_)["status"]) == (1, 0, "awaiting")
    later(site, days=7)
    assert (heard("N27_soon"), heard("N27"), of(site, id_)["status"]) == (1, 1, "expired")
    later(site, days=1)
    assert (heard("N27_soon"), heard("N27")) == (1, 1)
    assert do(site.as_("ag_c1"), "hr_claim", id_, "approve")[0] == 409
