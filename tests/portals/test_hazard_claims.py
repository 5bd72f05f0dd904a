"""Claims of rewards: filled in by the reporter, decided by the agency that pays, charged once, paid by the platform."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.portals.asking import send, told
from tests.portals.hazard import BOTH, PHONE, agency, api, at, do, phone, seeded
from tests.portals.hazard_money import balance, claimed, filled, ledger, mended, messages, of, said
from tests.projects import Site


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("claims"), request.param) as made:
        yield made


@pytest.mark.req(
    "H-408", "H-201", "H-203", "H-205", "H-206", "H-208", "H-233", "H-232", "H-337", "H-336", "H-339"
)
def test_a_claim_is_sent_back_filled_in_again_agreed_to_and_paid(site: Site) -> None:
    reporter, payer, admin = phone(site, "U1"), site.as_("ag_d1"), site.as_("hr_admin")
    before = balance(site, "ag_d1")
    id_ = claimed(site, "ag_d1", "300.00", "U1")
    assert (
        filled(
            reporter, id_, payout_method="bank", bank_name="示例银行", account_no="6222000011112222"
        ).status
        == 303
    )
    assert (of(site, id_)["status"], of(site, id_)["submit_round"]) == ("submitted", 1)
    number = of(site, id_)["claim_no"]
    assert f"领奖单{number}待审核，金额300.00元。" in messages(site, "ag_d1")
    assert do(payer, "hr_claim", id_, "send_back", return_reason="卡号有误")[0] == 200
    assert of(site, id_)["status"] == "returned" and "您的领奖资料需要重新填写：卡号有误。" in said(
        site, "N19", "U1"
    )
    assert "卡号有误" in reporter.get(f"{PHONE}/hr_claim/do/submit/{id_}").text
    again = filled(reporter, id_, payout_method="bank", bank_name="示例银行", account_no="6222000011113333")
    assert again.status == 303 and of(site, id_)["submit_round"] == 2

    assert do(payer, "hr_claim", id_, "approve")[0] == 200
    entry = ledger(site, "ag_d1")[-1]
    assert (entry["entry_type"], entry["amount"], entry["balance_after"]) == (
        "reward_payout",
        Decimal(-300),
        before - 300,
    )
    assert entry["idempotency_key"] == f"claim:{id_}:payout:2" and entry["related_claim"] == id_
    assert balance(site, "ag_d1") == before - 300 and of(site, id_)["status"] == "approved"
    assert f"领奖单{number}已同意，请发放300.00元。" in messages(site, "hr_admin")
    assert f"您的领奖申请{number}已同意，奖金将由平台发放。" in said(site, "N18", "U1")

    status, answer = do(admin, "hr_claim", id_, "pay")
    assert status == 422 and of(site, id_)["status"] == "approved", answer
    assert do(admin, "hr_claim", id_, "pay", payout_reference="FK-0001")[0] == 200
    row = of(site, id_)
    assert (row["status"], row["paid_by"], row["payout_reference"]) == (
        "paid",
        site.id_of("hr_admin"),
        "FK-0001",
    )
    assert row["paid_at"] is not None and row["approved_by"] == site.id_of("ag_d1")
    assert balance(site, "ag_d1") == before - 300 and ledger(site, "ag_d1")[-1] == entry
    words = "奖金300.00元已发放，凭证号FK-0001。"
    assert words in said(site, "N21", "U1") and words in messages(site, "ag_d1")


@pytest.mark.req("H-365", "H-173")
def test_a_payout_needs_its_reference_and_a_claim_that_waits_for_it(site: Site) -> None:
    id_ = claimed(site, "ag_c1", "10.00", "U2", filled_in=True)
    admin = site.as_("hr_admin")
    assert do(admin, "hr_claim", id_, "pay", payout_reference="FK")[0] == 409
    assert do(site.as_("ag_c1"), "hr_claim", id_, "approve")[0] == 200
    status, answer = do(admin, "hr_claim", id_, "pay", payout_reference=" ")
    assert status == 422 and "请填写发放凭证号" in told(answer)
    assert do(site.as_("ag_c1"), "hr_claim", id_, "pay", payout_reference="FK")[0] == 403


@pytest.mark.req("H-411", "H-207", "H-140", "H-338")
def test_a_refusal_needs_a_reason_and_is_the_end(site: Site) -> None:
    entries = len(site.rows("hr_ledger"))
    id_ = claimed(site, "ag_c1", "50.00", "U5", filled_in=True)
    who = site.as_("ag_c1")
    status, answer = do(who, "hr_claim", id_, "reject")
    assert status == 422 and list(answer["errors"]) == ["reject_reason"]
    assert do(who, "hr_claim", id_, "reject", reject_reason="证据不足")[0] == 200
    assert of(site, id_)["status"] == "rejected" and len(site.rows("hr_ledger")) == entries
    assert f"您的领奖申请{of(site, id_)['claim_no']}未获同意：证据不足。" in said(site, "N20", "U5")
    assert not any(
        "/do/" in a.attrs.get("href", "") for a in who.get(at("hr_claim", f"show/{id_}")).root.all("a")
    )
    for code in ("approve", "send_back", "reject", "transfer"):
        assert do(who, "hr_claim", id_, code)[0] == 409


@pytest.mark.req("H-356", "H-138", "H-234", "H-233")
def test_too_little_money_refuses_in_words_and_the_last_coin_is_enough(site: Site) -> None:
    mended(site, "ag_c2", "80.00")
    who = site.as_("ag_c2")
    id_ = claimed(site, "ag_c2", "80.01", "U6", filled_in=True)
    dialog = who.get(at("hr_claim", f"do/approve/{id_}")).text
    assert "80.00" in dialog and "0.01" in dialog and "账户余额不足，请及时充值" in dialog
    entries = len(ledger(site, "ag_c2"))
    status, answer = do(who, "hr_claim", id_, "approve")
    assert (status, answer["message"]) == (
        422,
        "账户余额不足，请及时充值（当前余额80.00元，本次奖金80.01元）",
    )
    assert of(site, id_)["status"] == "submitted" and len(ledger(site, "ag_c2")) == entries
    last = claimed(site, "ag_c2", "80.00", "U6", filled_in=True)
    assert do(who, "hr_claim", last, "approve")[0] == 200 and balance(site, "ag_c2") == Decimal("0.00")


@pytest.mark.req("H-209", "H-238", "H-173")
def test_a_failed_payout_gives_back_once_and_is_charged_anew_in_the_next_round(site: Site) -> None:
    mended(site, "ag_c1", "900.00")
    id_ = claimed(site, "ag_c1", "600.00", "U7", filled_in=True)
    who, admin = site.as_("ag_c1"), site.as_("hr_admin")
    assert do(who, "hr_claim", id_, "approve")[0] == 200
    payout = ledger(site, "ag_c1")[-1]
    assert do(admin, "hr_claim", id_, "fail", return_reason="账号不存在")[0] == 200
    assert do(admin, "hr_claim", id_, "fail", return_reason="账号不存在")[0] == 409
    back = ledger(site, "ag_c1")[-1]
    assert (back["entry_type"], back["amount"]) == ("payout_reversal", Decimal(600))
    assert back["idempotency_key"] == f"reversal:{payout['id']}" and balance(site, "ag_c1") == Decimal(900)
    assert of(site, id_)["status"] == "returned" and "您的领奖资料需要重新填写：账号不存在。" in said(
        site, "N19", "U7"
    )
    assert filled(phone(site, "U7"), id_).status == 303 and do(who, "hr_claim", id_, "approve")[0] == 200
    mine = [row["entry_type"] for row in ledger(site, "ag_c1") if row["related_claim"] == id_]
    assert mine == ["reward_payout", "payout_reversal", "reward_payout"] and balance(
        site, "ag_c1"
    ) == Decimal(300)


@pytest.mark.req("H-360", "H-051", "H-162")
def test_wrong_claimant_data_is_refused_in_words_and_nothing_is_changed_under_review(site: Site) -> None:
    reporter = phone(site, "U8")
    id_ = claimed(site, "ag_c1", "20.00", "U8")
    for more, words in (
        ({"claimant_id_card": "110101199001010000"}, "身份证号不正确"),
        (
            {"payout_method": "bank", "bank_name": "示例银行", "account_no": "62220000abcd1111"},
            "银行卡号不正确",
        ),
        ({"payout_method": "bank", "bank_name": "示例银行", "account_no": "13000000001"}, "银行卡号不正确"),
        ({"payout_method": "alipay", "account_no": "nobody"}, "支付宝账号不正确"),
        ({"payout_method": "bank", "bank_name": "", "account_no": "6222000011112222"}, "请填写开户行"),
        ({"claimant_phone": "12000000000"}, "请输入正确的手机号码"),
        ({"claimant_name": ""}, "请填写领奖人姓名"),
    ):
        answer = filled(reporter, id_, **more)
        assert answer.status == 422 and words in answer.text, (more, answer.text)
        assert of(site, id_)["status"] == "awaiting"
    assert filled(reporter, id_, payout_method="alipay", account_no="who@example.com").status == 303
    late = reporter.post(f"{PHONE}/hr_claim/do/submit/{id_}", {"claimant_name": "另一个人"})
    assert late.status == 409 and "领奖资料审核中，不能修改" in late.text
    assert of(site, id_)["claimant_name"] != "另一个人"
    assert reporter.get(f"{PHONE}/hr_claim/edit/{id_}").status in (403, 404)


@pytest.mark.req("H-136", "H-134", "H-135", "H-139", "H-357", "H-241")
def test_a_claim_under_review_has_four_keys_and_is_agreed_to_once(site: Site) -> None:
    mended(site, "ag_c1", "900.00")
    id_ = claimed(site, "ag_c1", "30.00", "U9", filled_in=True)
    who = site.as_("ag_c1")
    page = who.get(at("hr_claim", "list/"))
    labels = {a.text for a in page.root.all("a") if a.attrs.get("href", "").split("?")[0].endswith(f"/{id_}")}
    four = {"转送给其他机构发放奖金", "同意发放奖金", "需要重新填写领奖资料", "拒绝发放奖金"}
    assert four <= labels, labels
    for name in ("待审核", "需重新填写", "待发放", "已发放", "已拒绝", "已转出", "待填写", "全部"):
        assert name in page.text
    assert do(who, "hr_claim", id_, "approve")[0] == 200
    status, answer = do(who, "hr_claim", id_, "approve")
    assert (status, told(answer)[0]) == (409, "该领奖单已处理")
    assert len([row for row in ledger(site, "ag_c1") if row["related_claim"] == id_]) == 1


@pytest.mark.req("H-416", "H-225", "H-226", "H-227", "H-352")
def test_a_claim_is_nothing_to_those_it_does_not_concern(site: Site) -> None:
    id_ = claimed(site, "ag_d1", "15.00", "U10", filled_in=True)
    other, reporter = site.as_("ag_d2"), phone(site, "U11")
    assert other.get(at("hr_claim", f"show/{id_}")).status == 404
    assert send(other, "GET", api("hr_claim", str(id_)))[0] == 404
    for code, more in (
        ("approve", {}),
        ("reject", {"reject_reason": "理由"}),
        ("send_back", {"return_reason": "理由"}),
        ("transfer", {"to_agency": agency(site, "ag_d2"), "reason": "理由"}),
    ):
        assert do(other, "hr_claim", id_, code, **more)[0] == 404
        assert other.get(at("hr_claim", f"do/{code}/{id_}")).status == 404
    number = of(site, id_)["claim_no"]
    exported = other.client.get(api("hr_claim", "export.csv"))
    assert exported.status_code == 200 and number not in exported.get_data(as_text=True)
    assert reporter.get(f"{PHONE}/hr_claim/show/{id_}").status == 404
    assert reporter.post(f"{PHONE}/hr_claim/do/submit/{id_}", {"claimant_name": "别人"}).status == 404
    assert phone(site, "U10").get(f"{PHONE}/hr_claim/show/{id_}").status == 200
    bound = phone(site, "U19")
    assert bound.get(f"{PHONE}/hr_claim/show/{id_}").status == 200
    assert bound.post(f"{PHONE}/hr_claim/do/approve/{id_}", {}).status in (403, 404)


@pytest.mark.req("H-304", "H-051", "H-004")
def test_id_cards_and_accounts_are_masked_and_told_whole_to_who_pays_for_a_reason(site: Site) -> None:
    id_ = claimed(site, "ag_d1", "16.00", "U12", filled_in=True)
    row, who = of(site, id_), site.as_("ag_d1")
    seen = [
        who.get(at("hr_claim", f"show/{id_}")).response.get_data(as_text=True),
        str(send(who, "GET", api("hr_claim", str(id_)))[1]),
        who.client.get(api("hr_claim", "export.csv")).get_data(as_text=True),
        site.as_("hr_admin").get(at("hr_claim", f"show/{id_}")).response.get_data(as_text=True),
        str([entry["changes"] for entry in site.audit("hr_claim", id_)]),
    ]
    for text in seen:
        assert row["claimant_id_card"] not in text and row["account_no"] not in text
    status, answer = send(who, "POST", api("hr_claim", f"{id_}/unmask/claimant_id_card"), reason="核对身份")
    assert status == 200 and row["claimant_id_card"] in str(answer)
    assert (
        send(site.as_("ag_d2"), "POST", api("hr_claim", f"{id_}/unmask/account_no"), reason="好奇")[0] == 404
    )
