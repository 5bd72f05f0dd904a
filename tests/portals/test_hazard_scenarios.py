"""Stories of money from the report to the payout, told through the pages that people open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.pages import Page
from tests.portals.hazard import PHONE, at, phone, row, seeded
from tests.portals.hazard_money import balance, filled, ledger, messages, of, said
from tests.portals.hazard_reports import reported
from tests.projects import Browser, Site

FOUND = {"verify_result": "valid", "rectify_days": "7", "verify_note": "现场核查属实，七日内清理。"}
BANK = {"payout_method": "bank", "bank_name": "示例银行"}
FOUR = ("转送给其他机构发放奖金", "同意发放奖金", "需要重新填写领奖资料", "拒绝发放奖金")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("scenarios")) as made:
        yield made


def verified(site: Site, nickname: str, reward: str) -> int:
    """The claim of a report that AG-D1 starts and verifies at its desk."""
    desk = site.as_("ag_d1")
    report = int(reported(site, phone(site, nickname), "330106", "0201")["id"])
    for code, values in (("start", {}), ("verify", {**FOUND, "reward_amount": reward})):
        made(desk, "hr_report", code, report, **values)
    return int(row(site, "hr_claim", report=report)["id"])


def answered(who: Browser, path: str, **values: str) -> Page:
    """The answer to a dialog that is opened, filled in and sent."""
    page = who.get(path)
    assert page.status == 200, page.text
    (version,) = (one for one in page.root.all("input") if one.attrs.get("name") == "version")
    return who.post(path, {"version": version.attrs["value"], **values})


def made(who: Browser, entity: str, code: str, id_: int, **values: str) -> None:
    answer = answered(who, at(entity, f"do/{code}/{id_}"), **values)
    assert answer.status == 303, answer.text


@pytest.mark.req("H-408", "H-406", "H-136", "H-205", "H-206", "H-208")
def test_claim_refill_agreement_and_payout(site: Site) -> None:
    assert balance(site, "ag_d1") == Decimal("1000.00")
    reporter, payer, admin = phone(site, "U1"), site.as_("ag_d1"), site.as_("hr_admin")
    claim = verified(site, "U1", "300.00")
    assert (of(site, claim)["status"], of(site, claim)["amount"]) == ("awaiting", 300)
    assert filled(reporter, claim, **BANK, account_no="6222000011112222").status == 303
    listed = payer.get(at("hr_claim", "list/?tab=submitted"))
    buttons = [a.text for a in listed.row(claim).all("a") if "/do/" in a.attrs.get("href", "")]
    assert sorted(buttons) == sorted(FOUR)

    made(payer, "hr_claim", "send_back", claim, return_reason="卡号有误")
    assert of(site, claim)["status"] == "returned"
    assert said(site, "N19", "U1") == ["您的领奖资料需要重新填写：卡号有误。"]
    assert "卡号有误" in reporter.get(f"{PHONE}/hr_claim/do/submit/{claim}").text
    assert filled(reporter, claim, **BANK, account_no="6222000011113333").status == 303
    assert (of(site, claim)["status"], of(site, claim)["submit_round"]) == ("submitted", 2)

    shown = payer.get(at("hr_claim", f"do/approve/{claim}")).text
    assert "1,000.00" in shown and "700.00" in shown
    made(payer, "hr_claim", "approve", claim)
    entry = ledger(site, "ag_d1")[-1]
    assert (entry["amount"], entry["balance_after"], of(site, claim)["status"]) == (-300, 700, "approved")
    assert balance(site, "ag_d1") == 700

    made(admin, "hr_claim", "pay", claim, payout_reference="FK-0001")
    assert of(site, claim)["status"] == "paid" and balance(site, "ag_d1") == 700
    assert said(site, "N21", "U1") == ["奖金300.00元已发放，凭证号FK-0001。"]
    assert ledger(site, "ag_d1")[-1] == entry


@pytest.mark.req("H-409", "H-138", "H-142", "H-216", "H-233", "H-356")
def test_too_low_a_balance_is_recharged_and_then_pays(site: Site) -> None:
    reporter, payer, admin = phone(site, "U2"), site.as_("ag_d1"), site.as_("hr_admin")
    held = balance(site, "ag_d1")
    claim = verified(site, "U2", str(held + 200))
    assert filled(reporter, claim).status == 303
    entries = len(ledger(site, "ag_d1"))
    page = payer.get(at("hr_claim", f"do/approve/{claim}"))
    assert "账户余额不足，请及时充值" in page.text and "200.00" in page.text
    assert any("/hr_account/" in a.attrs.get("href", "") for a in page.root.all("a"))
    refused = answered(payer, at("hr_claim", f"do/approve/{claim}"))
    words = f"账户余额不足，请及时充值（当前余额{held:,.2f}元，本次奖金{held + 200:,.2f}元）"
    assert refused.status == 422 and words in refused.text
    assert of(site, claim)["status"] == "submitted" and len(ledger(site, "ag_d1")) == entries

    office = site.world.tables.settings.of("hazard_report")["admin_contact"]
    assert str(office) in payer.get(at("hr_recharge", "list/")).text
    assert payer.submit(at("hr_recharge", "add"), amount="500.00", remark="请充值").status == 303
    request = site.rows("hr_recharge")[-1]
    assert "示例西湖区安监机构申请充值500.00元。" in messages(site, "hr_admin")
    assert (request["status"], balance(site, "ag_d1")) == ("requested", held)
    made(admin, "hr_recharge", "credit", request["id"])
    assert balance(site, "ag_d1") == held + 500
    assert f"充值500.00元已到账，余额{held + 500:,.2f}元。" in messages(site, "ag_d1")

    made(payer, "hr_claim", "approve", claim)
    assert of(site, claim)["status"] == "approved" and balance(site, "ag_d1") == 300


@pytest.mark.req("H-236")
def test_a_reward_above_the_balance_is_hinted_at_and_not_refused(site: Site) -> None:
    desk, held = site.as_("ag_d1"), balance(site, "ag_d1")
    report = int(reported(site, phone(site, "U4"), "330106", "0201")["id"])
    made(desk, "hr_report", "start", report)
    page = desk.get(at("hr_report", f"do/verify/{report}"))
    hint = page.root.one("div", class_="k-caution")
    assert hint.text == "当前余额不足以支付该奖励" and "agency_balance" in hint.attrs["data-visible"]
    known = json.loads(page.root.one("form", **{"data-form": ""}).attrs["data-env"])
    assert Decimal(str(known["record"]["agency_balance"])) == held
    made(desk, "hr_report", "verify", report, **FOUND, reward_amount=str(held + 1))
    assert row(site, "hr_report", id=report)["status"] == "verified"


@pytest.mark.req("H-236", "H-229")
def test_the_balance_is_not_told_to_who_verifies_on_the_phone(site: Site) -> None:
    report = int(reported(site, phone(site, "U5"), "330106", "0201")["id"])
    responsible = phone(site, "U19")
    assert answered(responsible, f"{PHONE}/hr_report/do/start/{report}").status == 303
    page = responsible.get(f"{PHONE}/hr_report/do/verify/{report}")
    known = json.loads(page.root.one("form", **{"data-form": ""}).attrs["data-env"])
    assert page.status == 200 and "agency_balance" not in known["record"]
