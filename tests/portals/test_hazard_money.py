"""Accounts of agencies: opened with the approval, filled, adjusted and charged by entries alone, told of in time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from tests.portals.asking import send, told
from tests.portals.hazard import BOTH, agency, api, at, do, seeded
from tests.portals.hazard_money import balance, ledger, messages
from tests.projects import Site


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("money"), request.param) as made:
        yield made


def account(site: Site, name: str) -> dict[str, Any]:
    return next(row for row in site.rows("hr_account") if row["agency"] == agency(site, name))


def asked(site: Site, name: str, amount: str = "10.00") -> int:
    """A request for a recharge."""
    status, answer = send(site.as_(name), "POST", api("hr_recharge"), amount=amount)
    assert status == 201, answer
    return int(answer["id"])


def chained(site: Site, name: str) -> bool:
    """Whether each entry of the account says what was left after it, and the last one its balance (H-240)."""
    left = Decimal(0)
    for row in ledger(site, name):
        left += row["amount"]
        if row["balance_after"] != left or left < 0:
            return False
    return left == balance(site, name)


@pytest.mark.req("H-183", "H-053")
def test_approval_opens_an_account_of_nothing_once(site: Site) -> None:
    admin, id_ = site.as_("hr_admin"), agency(site, "ag_pending")
    assert [row for row in site.rows("hr_account") if row["agency"] == id_] == []
    assert do(admin, "hr_agency", id_, "approve")[0] == 200
    assert do(admin, "hr_agency", id_, "disable", reason="核查")[0] == 200
    assert do(admin, "hr_agency", id_, "enable", reason="恢复")[0] == 200
    assert [Decimal(row["balance"]) for row in site.rows("hr_account") if row["agency"] == id_] == [
        Decimal("0.00")
    ]


@pytest.mark.req("H-216", "H-237", "H-142", "H-055", "H-363", "H-339")
def test_a_request_is_told_to_the_administrator_who_credits_it_once(site: Site) -> None:
    before, entries = balance(site, "ag_c1"), len(ledger(site, "ag_c1"))
    page = site.as_("ag_c1").get(at("hr_recharge"))
    assert "运营办公室" in page.response.get_data(as_text=True)
    id_ = asked(site, "ag_c1", "250.50")
    assert "示例杭州市安监机构申请充值250.50元。" in messages(site, "hr_admin")
    assert balance(site, "ag_c1") == before
    admin = site.as_("hr_admin")
    assert do(admin, "hr_recharge", id_, "credit")[0] == 200
    status, answer = do(admin, "hr_recharge", id_, "credit")
    assert (status, told(answer)[0]) == (409, "该充值单已处理")
    assert balance(site, "ag_c1") == before + Decimal("250.50") and len(ledger(site, "ag_c1")) == entries + 1
    entry = ledger(site, "ag_c1")[-1]
    assert (entry["entry_type"], entry["idempotency_key"]) == ("recharge", f"recharge:{id_}")
    assert entry["related_recharge"] == id_ and entry["operator"] == site.id_of("hr_admin")
    row = site.row("hr_recharge", id_)
    assert row["credited_by"] == site.id_of("hr_admin") and row["applied_by"] == site.id_of("ag_c1")
    words = f"充值250.50元已到账，余额{before + Decimal('250.50'):,}元。"
    assert words in messages(site, "ag_c1")
    delivery = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        mails = connection.execute(delivery.select().where(delivery.c.event == "N23")).all()
    assert [mail.address for mail in mails if mail.channel == "email" and mail.text == words] == [
        "ag_c1@example.com"
    ]
    assert chained(site, "ag_c1")


@pytest.mark.req("H-174", "H-216")
def test_what_the_administrator_enters_himself_is_credited_at_once(site: Site) -> None:
    before = balance(site, "ag_p")
    admin = site.as_("hr_admin")
    answer = admin.submit(at("hr_recharge", "add"), agency=str(agency(site, "ag_p")), amount="1000")
    assert answer.status == 303, answer.errors
    row = site.rows("hr_recharge")[-1]
    assert (row["status"], row["applied_by"]) == ("credited", None)
    assert balance(site, "ag_p") == before + 1000 and chained(site, "ag_p")
    assert send(admin, "PUT", api("hr_recharge", str(row["id"])), amount="1")[0] == 409


@pytest.mark.req("H-216", "H-019")
def test_a_request_is_cancelled_by_its_agency_or_the_administrator_with_a_reason(site: Site) -> None:
    own, theirs = asked(site, "ag_c2"), asked(site, "ag_c2")
    status, answer = do(site.as_("ag_c2"), "hr_recharge", own, "cancel")
    assert status == 422 and site.row("hr_recharge", own)["status"] == "requested", answer
    assert do(site.as_("ag_c2"), "hr_recharge", own, "cancel", cancel_reason="填写错误")[0] == 200
    assert do(site.as_("ag_d1"), "hr_recharge", theirs, "cancel", cancel_reason="与我无关")[0] == 404
    assert do(site.as_("ag_c2"), "hr_recharge", theirs, "credit")[0] == 403
    assert do(site.as_("hr_admin"), "hr_recharge", theirs, "cancel", cancel_reason="未收到款项")[0] == 200
    assert "充值申请已取消：未收到款项。" in messages(site, "ag_c2")
    assert do(site.as_("hr_admin"), "hr_recharge", theirs, "credit")[0] == 409
    assert balance(site, "ag_c2") == Decimal("80.00")


@pytest.mark.req("H-363", "H-055")
@pytest.mark.parametrize("amount", ["0", "-1", "1.234", "10000000.01", "abc"])
def test_a_wrong_amount_is_refused_at_the_field(site: Site, amount: str) -> None:
    before = len(site.rows("hr_recharge"))
    status, answer = send(site.as_("ag_d1"), "POST", api("hr_recharge"), amount=amount)
    assert status == 422 and list(answer["errors"]) == ["amount"], answer
    assert len(site.rows("hr_recharge")) == before


@pytest.mark.req("H-239", "H-364", "H-175", "H-231")
def test_an_adjustment_needs_a_reason_and_never_makes_the_balance_negative(site: Site) -> None:
    admin, row = site.as_("hr_admin"), account(site, "ag_c2")
    before, entries = balance(site, "ag_c2"), len(ledger(site, "ag_c2"))
    for said, words in (
        ({"amount": "1"}, "请填写调整原因"),
        ({"amount": "0", "reason": "更正"}, "请输入正确的金额"),
        ({"amount": str(-before - Decimal("0.01")), "reason": "更正"}, "调整后余额不能为负"),
    ):
        status, answer = do(admin, "hr_account", row["id"], "adjust", **said)
        assert status == 422 and words in told(answer), answer
    assert (balance(site, "ag_c2"), len(ledger(site, "ag_c2"))) == (before, entries)
    for amount in ("20.25", "-20.25"):
        assert do(admin, "hr_account", row["id"], "adjust", amount=amount, reason="更正尾差")[0] == 200
    assert [entry["amount"] for entry in ledger(site, "ag_c2")[-2:]] == [Decimal("20.25"), Decimal("-20.25")]
    assert ledger(site, "ag_c2")[-1]["remark"] == "更正尾差" and balance(site, "ag_c2") == before
    assert chained(site, "ag_c2")
    assert do(site.as_("ag_c2"), "hr_account", row["id"], "adjust", amount="5", reason="自己加钱")[0] == 403


@pytest.mark.req("H-230", "H-005", "H-436", "H-240")
@pytest.mark.parametrize("name", ["ag_d1", "hr_admin", "admin"])
def test_nobody_writes_a_balance_or_an_entry(site: Site, name: str) -> None:
    who, row, entry = site.as_(name), account(site, "ag_d1"), ledger(site, "ag_d1")[0]
    found = [
        send(who, "PUT", api("hr_account", str(row["id"])), balance="999999")[0],
        send(who, "DELETE", api("hr_account", str(row["id"])))[0],
        send(who, "POST", api("hr_account"), agency=agency(site, "ag_d2"), balance="5")[0],
        send(who, "PUT", api("hr_ledger", str(entry["id"])), amount="5")[0],
        send(who, "DELETE", api("hr_ledger", str(entry["id"])))[0],
        send(who, "POST", api("hr_account", f"{row['id']}/do/credit"), recharge=1)[0],
    ]
    assert not {200, 201} & set(found), found
    assert balance(site, "ag_d1") == Decimal("1000.00") and ledger(site, "ag_d1")[0] == entry


@pytest.mark.req("H-223", "H-339", "H-053")
def test_the_agency_is_told_when_the_balance_falls_below_its_limit_and_not_again_while_it_is_below(
    site: Site,
) -> None:
    row, who = account(site, "ag_p"), site.as_("ag_p")
    limit = balance(site, "ag_p") - 10
    assert send(who, "PUT", api("hr_account", str(row["id"])), low_balance_threshold=str(limit))[0] == 200
    admin = site.as_("hr_admin")
    for amount in ("-5", "-6", "-1"):
        assert do(admin, "hr_account", row["id"], "adjust", amount=amount, reason="核减")[0] == 200
    delivery = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        rows = connection.execute(delivery.select().where(delivery.c.event == "N29")).all()
    words = f"账户余额{limit - 1:,}元，低于{limit:,}元，请及时充值。"
    assert [one.text for one in rows if one.address == "ag_p@example.com"] == [words]


@pytest.mark.req("H-143", "H-141", "H-226", "H-352")
def test_an_agency_sees_its_own_money_alone(site: Site) -> None:
    who = site.as_("ag_d1")
    mine = who.get(at("hr_account", "mine")).response.get_data(as_text=True)
    assert "1,000.00" in mine or "1000.00" in mine
    page = who.get(at("hr_ledger"))
    heads = [th.text for th in page.root.one("table").all("th")]
    for head in ("流水号", "时间", "类型", "收入", "支出", "余额", "摘要"):
        assert head in heads
    theirs, other = ledger(site, "ag_c1")[0], account(site, "ag_c1")
    assert theirs["entry_no"] not in page.text
    assert who.get(at("hr_ledger", f"show/{theirs['id']}")).status == 404
    assert send(who, "GET", api("hr_account", str(other["id"])))[0] == 404
    listed = send(who, "GET", api("hr_ledger"))[1]["result"]
    assert {row["agency"]["id"] for row in listed} == {agency(site, "ag_d1")}
    overview = site.as_("hr_admin").get(at("hr_account")).text
    assert "示例省安监机构" in overview and "示例西湖区安监机构" in overview


@pytest.mark.req("H-237", "H-242", "H-230")
def test_of_two_who_credit_at_once_one_does_and_many_adjustments_keep_the_chain(site: Site) -> None:
    before = balance(site, "ag_d2")
    id_, row = asked(site, "ag_d2", "100.00"), account(site, "ag_d2")
    people = [site.as_("hr_admin") for _ in range(4)]
    for who in people:
        who.token = who.get("/login/").token
    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(lambda who: do(who, "hr_recharge", id_, "credit")[0], people[:2]))
    assert found == [200, 409] and balance(site, "ag_d2") == before + 100
    said = [("-60", "甲"), ("-60", "乙"), ("-60", "丙"), ("10", "丁")]
    with ThreadPoolExecutor(4) as pool:
        fates = list(
            pool.map(
                lambda one: do(
                    one[0], "hr_account", row["id"], "adjust", amount=one[1][0], reason=one[1][1] * 2
                )[0],
                zip(people, said, strict=True),
            )
        )
    assert set(fates) <= {200, 409, 422} and fates[:3].count(200) <= 1
    assert balance(site, "ag_d2") >= 0 and chained(site, "ag_d2")


@pytest.mark.req("H-017")
def test_who_has_not_the_duty_of_recharges_credits_and_adjusts_nothing(site: Site) -> None:
    admin, id_ = site.as_("hr_admin"), asked(site, "ag_d1")
    given = {
        "username": "hr_review",
        "real_name": "审核员",
        "role": "hr_platform_admin",
        "duties": ["agency_review"],
        "password": "Demo@2024x",
    }
    status, answer = send(admin, "POST", api("hr_user"), **given)
    assert status == 201, answer
    who = site.as_("hr_review")
    assert do(who, "hr_recharge", id_, "credit")[0] == 403
    row = account(site, "ag_d1")
    assert do(who, "hr_account", row["id"], "adjust", amount="1", reason="无权")[0] == 403
    assert send(who, "GET", api("hr_recharge", str(id_)))[0] == 200
