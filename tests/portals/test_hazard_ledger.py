"""The ledger of an agency: its period with opening and closing balance, as a workbook and on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.pages import Page
from tests.portals.hazard import BOTH, at, seeded
from tests.portals.hazard_money import balance, ledger
from tests.projects import Site

LIST = at("hr_ledger")


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("ledger"), request.param) as made:
        yield made


def footer(page: Page) -> dict[str, str]:
    assert page.status == 200, page.text
    return {
        row.one("dt").text: row.one("dd").text for row in page.root.one("dl", class_="k-totals").all("div")
    }


def summed(entries: list[dict[str, Any]]) -> dict[str, str]:
    """What must stand below a list of these entries of one agency."""
    amounts = [Decimal(one["amount"]) for one in entries]
    found = {
        "期初余额": Decimal(entries[0]["balance_after"]) - amounts[0],
        "收入合计": sum((one for one in amounts if one > 0), Decimal(0)),
        "支出合计": -sum((one for one in amounts if one < 0), Decimal(0)),
        "期末余额": Decimal(entries[-1]["balance_after"]),
    }
    return {name: f"{value:,.2f}" for name, value in found.items()}


def local(moment: datetime) -> str:
    return (moment + timedelta(hours=8)).date().isoformat()


@pytest.mark.req("H-143")
def test_below_the_ledger_stand_both_balances_and_what_came_and_went(site: Site) -> None:
    entries = ledger(site, "ag_c1")
    found = footer(site.as_("ag_c1").get(LIST))
    assert found == summed(entries) and found["期末余额"] == f"{balance(site, 'ag_c1'):,.2f}"


@pytest.mark.req("H-143")
def test_they_are_those_of_the_period_that_is_asked_for(site: Site) -> None:
    entries = ledger(site, "ag_c1")
    first, last = local(entries[4]["occurred_at"]), local(entries[-4]["occurred_at"])
    within = [one for one in entries if first <= local(one["occurred_at"]) <= last]
    assert within and len(within) < len(entries)
    page = site.as_("ag_c1").get(f"{LIST}?occurred_at_from={first}&occurred_at_to={last}")
    assert footer(page) == summed(within)


@pytest.mark.req("H-143", "H-175")
def test_the_administrator_sees_the_balances_of_all_agencies_added_up(site: Site) -> None:
    found = footer(site.as_("hr_admin").get(LIST))
    total = sum((Decimal(one["balance"]) for one in site.rows("hr_account")), Decimal(0))
    assert found["期初余额"] == "0.00" and found["期末余额"] == f"{total:,.2f}"


@pytest.mark.req("H-143")
def test_the_ledger_is_taken_as_a_workbook_of_the_same_period(site: Site) -> None:
    who, entries = site.as_("ag_c1"), ledger(site, "ag_c1")
    first = local(entries[-4]["occurred_at"])
    within = [one["entry_no"] for one in entries if first <= local(one["occurred_at"])]
    page = who.get(f"{LIST}?occurred_at_from={first}")
    answer = who.client.get(next(way for way in page.addresses if "export.xlsx" in way))
    rows = list(load_workbook(io.BytesIO(answer.get_data())).active.iter_rows(values_only=True))
    assert rows[0][0] == "流水号" and sorted(row[0] for row in rows[1:]) == sorted(within)


@pytest.mark.req("H-143", "H-305")
def test_the_ledger_is_printed_with_its_balances_and_that_is_logged(site: Site) -> None:
    who = site.as_("ag_c1")
    page = who.get(LIST)
    button = next(a for a in page.root.all("a") if a.attrs.get("href") == "#print")
    before = [row for row in site.platform("base_audit") if row["action"] == "print"]
    assert who.post(f"{button.attrs['data-told']}?entry_type=recharge").status == 204
    after = [row for row in site.platform("base_audit") if row["action"] == "print"]
    assert len(after) == len(before) + 1 and after[-1]["entity"] == site.entity("hr_ledger").key
