"""Rewards paid from one of many accounts: one of two at once, never below zero, booked once, given back once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from fab_app.runtime.moves import fire
from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/agency.yaml": """
label: 机构
title: "{name}"
fields:
  name: {type: text, label: 名称}
  open: {type: bool, label: 启用, default: true}
  account: {type: rollup, label: 账户, of: account, by: agency, measure: max, field: id, as: {type: ref, to: account}}
""",
    "schema/shop/account.yaml": """
label: 机构账户
fields:
  agency: {type: ref, to: agency, label: 机构, required: true, unique: true}
  balance: {type: money, label: 账户余额, default: 0, readonly: true, check: balance >= 0}
  warned_at: {type: money, label: 余额预警值, default: 100}
  booked: {type: rollup, label: 流水合计, of: ledger, by: account, measure: sum, field: amount}
  even: {type: computed, label: 对账, as: bool, value: "balance == coalesce(booked, 0)"}
workflows:
  account:
    start: open
    changed: 余额已变化，请重试
    states: {shut: {final: true}}
    moves:
      charge:
        label: 扣款
        from: open
        by: system
        dialog:
          amount: {type: money, label: 金额}
          claim: {type: ref, to: claim, label: 领奖单}
        conditions: [{when: balance >= dialog.amount, message: 账户余额不足，请及时充值}]
        effects:
          - {type: set, fields: {balance: balance - dialog.amount}}
          - type: post
            ledger: ledger
            key: [key]
            fields:
              key: "'claim:' + text(dialog.claim) + ':payout:' + text(dialog.claim.round)"
              account: this
              kind: "'payout'"
              amount: 0 - dialog.amount
              after: balance
              claim: dialog.claim
              round: dialog.claim.round
      credit:
        label: 入账
        from: open
        by: system
        dialog: {amount: {type: money, label: 金额}, claim: {type: ref, to: claim, label: 领奖单}}
        effects:
          - {type: set, fields: {balance: balance + dialog.amount}}
          - type: post
            ledger: ledger
            key: [key]
            fields:
              key: >-
                iif(dialog.claim is none, 'recharge:' + text(this) + ':' + text(version),
                'reversal:' + text(dialog.claim) + ':' + text(dialog.claim.round))
              account: this
              kind: iif(dialog.claim is none, 'recharge', 'reversal')
              amount: dialog.amount
              after: balance
              claim: dialog.claim
              round: dialog.claim.round
      close: {label: 销户, from: open, to: shut, by: system}
""",
    "schema/shop/ledger.yaml": """
label: 账单流水
append_only: true
fields:
  key: {type: text, label: 幂等键, unique: true, required: true}
  account: {type: ref, to: account, label: 账户}
  claim: {type: ref, to: claim, label: 领奖单}
  amount: {type: money, label: 金额, check: amount != 0}
  after: {type: money, label: 余额, check: after >= 0}
  kind: {type: choice, label: 类型, options: {recharge: 充值, payout: 奖金支出, reversal: 退回}}
  round: {type: int, label: 次数}
""",
    "schema/shop/claim.yaml": """
label: 领奖单
fields:
  name: {type: text, label: 姓名}
  amount: {type: money, label: 奖金}
  agency: {type: ref, to: agency, label: 承担机构}
  charged: {type: ref, to: agency, label: 扣款机构, readonly: true}
  round: {type: int, label: 提交次数, default: 1, readonly: true}
workflows:
  paying:
    start: submitted
    changed: 该领奖单已处理
    states: {submitted: {label: 待审核}, approved: {label: 待发放}, returned: {label: 需重新填写}, paid: {final: true}}
    moves:
      agree:
        label: 同意发放奖金
        from: submitted
        to: approved
        by: [agency]
        conditions: [{when: agency.open, message: 机构已停用}]
        effects:
          - type: move
            of: agency.account
            move: charge
            dialog: {amount: amount, claim: this}
          - {type: set, fields: {charged: agency}}
      fail:
        label: 发放失败
        from: approved
        to: returned
        by: [agency]
        effects:
          - {type: move, of: charged.account, move: credit, dialog: {amount: amount, claim: this}}
      submit:
        label: 提交
        from: returned
        to: submitted
        by: [agency]
        effects: [{type: set, fields: {round: round + 1}}]
      transfer:
        label: 转送
        from: submitted
        by: [agency]
        dialog: {to: {type: ref, to: agency, label: 接收机构, required: true, where: "open and id != outer.agency"}}
        effects: [{type: set, fields: {agency: dialog.to}}]
      pay: {label: 确认发放, from: approved, to: paid, by: [agency]}
""",
    "permissions/shop/agency.yaml": """
label: 机构
rows: {agency: all, account: all, ledger: all, claim: all}
may: {agency: [read, pick], account: [read], ledger: [read], claim: [read]}
""",
}
Answer = tuple[int, str]


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture(scope="module")
def people(shop: Site) -> list[Browser]:
    found = [shop.as_("agency") for _ in range(2)]
    for browser in found:
        browser.token = browser.get("/login/").token
    return found


def agency(shop: Site, balance: str) -> int:
    id_ = shop.make("agency", name="局")
    account = shop.make("account", agency=id_)
    if Decimal(balance):
        with shop.acting() as system:
            fire(system.writer, shop.entity("account"), account, "credit", {"amount": balance})
    return id_


def claim(shop: Site, payer: int, amount: str) -> int:
    return shop.make("claim", name="人", amount=amount, agency=payer)


def made(who: Browser, id_: int, code: str, **said: Any) -> Answer:
    path = f"/api/v1/shop/claim/{id_}/do/{code}"
    answer = who.client.post(path, json=said, headers={"X-CSRFToken": who.token})
    return answer.status_code, answer.get_data(as_text=True)


def balance(shop: Site, payer: int) -> Decimal:
    return next(Decimal(row["balance"]) for row in shop.rows("account") if row["agency"] == payer)


def booked(shop: Site, id_: int) -> list[tuple[str, Decimal]]:
    return [(row["kind"], Decimal(row["amount"])) for row in shop.rows("ledger") if row["claim"] == id_]


def at_once(people: list[Browser], *works: tuple[int, str, dict[str, Any]]) -> list[Answer]:
    """What two people are answered who make these moves of claims at the same moment."""
    start = Barrier(len(works))

    def run(index: int) -> Answer:
        id_, code, said = works[index]
        start.wait()
        return made(people[index], id_, code, **said)

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, range(len(works))))


def even(shop: Site, payer: int) -> bool:
    """Whether the balance is the sum of its entries, each of which says what was left."""
    account = next(row for row in shop.rows("account") if row["agency"] == payer)
    rows = [row for row in shop.rows("ledger") if row["account"] == account["id"]]
    left = Decimal(0)
    for row in rows:
        left += Decimal(row["amount"])
        if Decimal(row["after"]) != left or left < 0:
            return False
    return Decimal(account["balance"]) == left


@pytest.mark.req("H-232", "H-234", "H-205")
def test_agreement_charges_the_account_even_of_its_last_coin(shop: Site, people: list[Browser]) -> None:
    payer = agency(shop, "600.00")
    id_ = claim(shop, payer, "600.00")
    assert made(people[0], id_, "agree")[0] == 200
    assert (balance(shop, payer), booked(shop, id_)) == (Decimal(0), [("payout", Decimal("-600.00"))])
    assert shop.row("claim", id_)["state"] == "approved" and even(shop, payer)


@pytest.mark.req("H-233")
def test_too_little_is_refused_in_words_and_changes_nothing(shop: Site, people: list[Browser]) -> None:
    payer = agency(shop, "599.99")
    id_ = claim(shop, payer, "600.00")
    status, text = made(people[0], id_, "agree")
    assert status == 422 and "账户余额不足，请及时充值" in text
    assert (balance(shop, payer), booked(shop, id_)) == (Decimal("599.99"), [])
    assert shop.row("claim", id_)["state"] == "submitted"


@pytest.mark.req("H-241")
def test_a_second_agreement_books_nothing(shop: Site, people: list[Browser]) -> None:
    payer = agency(shop, "1000.00")
    id_ = claim(shop, payer, "400.00")
    found = at_once(people, (id_, "agree", {}), (id_, "agree", {}))
    assert [status for status, _ in found] == [200, 409] and "该领奖单已处理" in found[1][1]
    assert (balance(shop, payer), len(booked(shop, id_))) == (Decimal("600.00"), 1)


@pytest.mark.req("H-242")
def test_of_two_claims_at_once_the_account_pays_the_one_it_can(shop: Site, people: list[Browser]) -> None:
    for _ in range(6):
        payer = agency(shop, "1000.00")
        one, two = claim(shop, payer, "600.00"), claim(shop, payer, "600.00")
        found = at_once(people, (one, "agree", {}), (two, "agree", {}))
        assert [status for status, _ in found] == [200, 422], found
        assert "账户余额不足，请及时充值" in found[1][1]
        assert balance(shop, payer) == Decimal("400.00") and even(shop, payer)


@pytest.mark.req("H-242")
def test_two_claims_that_the_account_can_pay_are_both_paid_at_once(shop: Site, people: list[Browser]) -> None:
    for _ in range(6):
        payer = agency(shop, "1000.00")
        one, two = claim(shop, payer, "300.00"), claim(shop, payer, "400.00")
        found = at_once(people, (one, "agree", {}), (two, "agree", {}))
        assert [status for status, _ in found] == [200, 200], found
        assert balance(shop, payer) == Decimal("300.00") and even(shop, payer)


@pytest.mark.req("H-242", "H-235")
def test_of_agreement_and_transfer_at_once_one_wins(shop: Site, people: list[Browser]) -> None:
    for _ in range(6):
        payer, other = agency(shop, "1000.00"), agency(shop, "0")
        id_ = claim(shop, payer, "600.00")
        found = at_once(people, (id_, "agree", {}), (id_, "transfer", {"to": other}))
        left = (balance(shop, payer), shop.row("claim", id_)["agency"], shop.row("claim", id_)["state"])
        assert found[0][0] == 200 and found[1][0] in (409, 422), found
        agreed, passed = (Decimal("400.00"), payer, "approved"), (Decimal("1000.00"), other, "submitted")
        assert left in (agreed, passed)


@pytest.mark.req("H-238", "H-209")
def test_what_was_charged_is_given_back_once_and_charged_anew_in_the_next_round(
    shop: Site, people: list[Browser]
) -> None:
    payer = agency(shop, "600.00")
    id_ = claim(shop, payer, "600.00")
    for code in ("agree", "fail"):
        assert made(people[0], id_, code)[0] == 200
    assert made(people[1], id_, "fail")[0] == 409 and balance(shop, payer) == Decimal("600.00")
    for code in ("submit", "agree"):
        assert made(people[0], id_, code)[0] == 200
    assert [kind for kind, _ in booked(shop, id_)] == ["payout", "reversal", "payout"]
    assert balance(shop, payer) == Decimal(0) and even(shop, payer)


@pytest.mark.req("H-243")
def test_a_closed_agency_neither_agrees_nor_is_passed_a_claim(shop: Site, people: list[Browser]) -> None:
    payer, closed = agency(shop, "600.00"), agency(shop, "600.00")
    shop.set("agency", closed, open=False)
    theirs, ours = claim(shop, closed, "10.00"), claim(shop, payer, "10.00")
    status, text = made(people[0], theirs, "agree")
    assert status == 422 and "机构已停用" in text
    assert made(people[0], ours, "transfer", to=closed)[0] == 422
    assert made(people[0], theirs, "transfer", to=payer)[0] == 200
