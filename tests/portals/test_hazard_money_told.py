"""What waits, what a month moved, and what an agency saves of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from tests.moves.clocks import later
from tests.portals.asking import send
from tests.portals.hazard import agency, api, seeded
from tests.portals.hazard_money import balance, ledger, messages
from tests.projects import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("told")) as made:
        yield made


def sheet(site: Site, account: str, entity: str, query: str = "") -> list[tuple[Any, ...]]:
    answer = site.as_(account).client.get(api(entity, f"export.xlsx{query}"))
    assert answer.status_code == 200
    return list(
        openpyxl.load_workbook(io.BytesIO(answer.get_data())).worksheets[0].iter_rows(values_only=True)
    )


@pytest.mark.req("H-415", "H-145", "H-302", "H-226")
def test_the_ledger_is_saved_as_a_workbook_of_the_agency_alone_that_ends_with_the_balance(site: Site) -> None:
    page = site.as_("ag_d1").get("/hazard_report/charts/backup")
    assert page.status == 200
    for name in ("机构基本信息", "安监通报", "奖励标准", "举报单", "领奖信息", "账单流水"):
        assert name in page.text
    rows = sheet(site, "ag_d1", "hr_ledger")
    own = ledger(site, "ag_d1")
    assert len(rows) - 1 == len(own)
    left = [head for head in rows[0] if head is not None].index("余额")
    assert Decimal(str(rows[1][left])) == balance(site, "ag_d1")
    assert "示例省安监机构" not in str(rows)
    reports = sheet(site, "ag_d1", "hr_report")
    listed = send(site.as_("ag_d1"), "GET", api("hr_report"))[1]["count"]
    assert len(reports) - 1 == listed


@pytest.mark.req("H-304", "H-303")
def test_a_saved_claim_shows_no_number_of_a_person_whole(site: Site) -> None:
    text = str(sheet(site, "ag_d1", "hr_claim"))
    held = [row for row in site.rows("hr_claim") if row["paying_agency"] == agency(site, "ag_d1")]
    numbers = [row[name] for row in held for name in ("claimant_id_card", "account_no") if row[name]]
    assert numbers and not any(number in text for number in numbers)
    assert any(row["action"] == "export" for row in site.platform("base_audit"))


@pytest.mark.req("H-252", "H-257")
def test_the_months_of_an_account_add_up_to_its_entries(site: Site) -> None:
    answer = site.as_("ag_d1").json("/api/v1/hazard_report/charts/account_monthly")
    text = str(answer)
    own = ledger(site, "ag_d1")
    paid = -sum(row["amount"] for row in own if row["entry_type"] == "reward_payout")
    assert answer and (str(float(paid)) in text or str(paid) in text or str(int(paid)) in text), text[:600]
    assert site.as_("hr_admin").get("/api/v1/hazard_report/charts/rewards").status == 200
    assert site.as_("hr_admin").get("/hazard_report/charts/reward_statistics").status == 200


@pytest.mark.req("H-252")
def test_a_month_ends_with_the_balance_that_the_ledger_has_then(site: Site) -> None:
    own = ledger(site, "ag_d1")
    for query in ("", "?date_from=2026-01-01&date_to=2026-12-31"):
        found = site.as_("ag_d1").json(f"/api/v1/hazard_report/charts/account_monthly{query}")["result"]
        closing = next(one for one in found["series"] if one["label"] == "期末余额")["data"]
        for month, told in zip(found["x"], closing, strict=True):
            until = [
                one
                for one in own
                if (one["occurred_at"] + timedelta(hours=8)).strftime("%Y-%m") <= month["key"]
            ]
            assert Decimal(str(told)) == (until[-1]["balance_after"] if until else 0), month
        assert Decimal(str(closing[-1])) == balance(site, "ag_d1")
    whole = site.as_("hr_admin").json("/api/v1/hazard_report/charts/account_monthly")["result"]
    total = next(one for one in whole["series"] if one["label"] == "期末余额")["data"][-1]
    assert Decimal(str(total)) == sum(row["balance"] for row in site.rows("hr_account"))


@pytest.mark.req("H-221", "H-222", "H-418")
def test_administrators_are_told_each_morning_how_much_has_waited_too_long(site: Site) -> None:
    site.here.jobs.drain()
    waiting = [row for row in site.rows("hr_claim") if row["status"] == "approved"]
    later(site, days=7)
    told = [text for text in messages(site, "hr_admin") if "待发放超过5天" in text]
    assert told == [f"有{len(waiting)}项待发放超过5天。"]
    assert [text for text in messages(site, "hr_admin") if "待审核超过3天" in text] == [
        "有1项待审核超过3天。"
    ]
    later(site, minutes=1)
    assert len([text for text in messages(site, "hr_admin") if "待发放超过5天" in text]) == 1
