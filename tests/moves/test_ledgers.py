"""A move posts to a ledger: once for each key, never changed, together with the move or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/claim.yaml": """
label: 举报
fields:
  name: {type: text, label: 名称}
  reward: {type: money, label: 奖励}
  round: {type: int, label: 轮次, default: 1, readonly: true}
workflows:
  claim:
    start: open
    states: {closed: {final: true}}
    moves:
      pay:
        label: 发放
        from: open
        by: [clerk]
        dialog: {text: {type: text, label: 摘要}}
        effects:
          - type: post
            ledger: account
            key: [claim, round]
            fields: {claim: this, round: round, amount: 0 - reward, text: dialog.text}
      unsure:
        label: 未知
        from: open
        by: [clerk]
        dialog: {round: {type: int, label: 轮次}}
        effects:
          - {type: post, ledger: account, key: [claim, round], fields: {claim: this, round: dialog.round, amount: 1}}
      close: {label: 了结, from: open, to: closed, by: [clerk]}
      again: {label: 再次, from: open, by: [clerk], effects: [{type: set, fields: {round: round + 1}}]}
""",
    "schema/shop/account.yaml": """
label: 账目
append_only: true
unique: [[claim, round]]
fields:
  claim: {type: ref, to: claim, label: 举报}
  round: {type: int, label: 轮次}
  amount: {type: money, label: 金额, check: amount > -1000, message: 余额不足}
  text: {type: text, label: 摘要}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {claim: all, account: all}
may: {claim: [read, add], account: [read, edit, delete]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture
def claim(shop: Site) -> int:
    return shop.make("claim", name="一", reward="50")


def do(who: Browser, code: str, id_: int, **said: Any) -> tuple[int, Any]:
    who.token = who.token or who.get("/login/").token
    headers = {"X-CSRFToken": who.token, "Accept-Language": "zh"}
    answer = who.client.post(f"/api/v1/shop/claim/{id_}/do/{code}", json=said, headers=headers)
    return answer.status_code, answer.get_json()


def entries(shop: Site, claim: int) -> list[tuple[int, float]]:
    who = shop.as_("clerk")
    found = who.json("/api/v1/shop/account/?q=(page_size:100)")["result"]
    return sorted((row["round"], row["amount"]) for row in found if row["claim"]["id"] == claim)


def test_the_same_key_is_posted_once(shop: Site, claim: int) -> None:
    clerk = shop.as_("clerk")
    assert [do(clerk, "pay", claim)[0] for _ in range(3)] == [200, 200, 200]
    assert entries(shop, claim) == [(1, -50)]


def test_another_key_is_another_entry(shop: Site, claim: int) -> None:
    clerk = shop.as_("clerk")
    assert [do(clerk, code, claim)[0] for code in ("pay", "again", "pay")] == [200, 200, 200]
    assert entries(shop, claim) == [(1, -50), (2, -50)]


def test_a_key_with_an_empty_part_is_refused_for_it_would_take_two_entries_for_one(
    shop: Site, claim: int
) -> None:
    clerk = shop.as_("clerk")
    status, answer = do(clerk, "unsure", claim)
    assert (status, answer["message"]) == (422, "轮次为空，无法区分各条记录")
    assert entries(shop, claim) == []
    assert do(clerk, "unsure", claim, round=7)[0] == 200 and entries(shop, claim) == [(7, 1)]


def test_of_many_at_once_one_posts(shop: Site, claim: int) -> None:
    people = [shop.as_("clerk") for _ in range(4)]
    for who in people:
        who.token = who.get("/login/").token
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda who: do(who, "pay", claim)[0], people))
    assert set(found) <= {200, 409} and 200 in found and entries(shop, claim) == [(1, -50)]


def test_entry_that_is_refused_takes_the_move_back(shop: Site) -> None:
    claim = shop.make("claim", name="大", reward="1000")
    assert do(shop.as_("clerk"), "pay", claim)[0] == 422
    assert entries(shop, claim) == []
    assert [row for row in shop.platform("base_move") if row["record_id"] == claim] == []


def test_entries_are_neither_changed_nor_deleted(shop: Site, claim: int) -> None:
    clerk = shop.as_("clerk")
    do(clerk, "pay", claim)
    entry = next(row["id"] for row in shop.rows("account") if row["claim"] == claim)
    headers = {"X-CSRFToken": clerk.token}
    path = f"/api/v1/shop/account/{entry}"
    found = [
        clerk.client.put(path, json={"text": "x"}, headers=headers),
        clerk.client.delete(path, headers=headers),
    ]
    assert {answer.status_code for answer in found} <= {403, 405, 409}
    assert entries(shop, claim) == [(1, -50)]
