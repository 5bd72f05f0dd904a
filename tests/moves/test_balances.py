"""Money that many spend at once while they are killed: never below zero, and its entries make the balance."""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from decimal import Decimal
from select import select

import pytest

from tests.projects import Browser, Builder, Site

KILLS, PURSES, SPENT, FILLED = 40, 2, 30, 50
FILES = {
    "schema/shop/purse.yaml": """
label: 钱包
fields:
  name: {type: text, label: 名称}
  balance: {type: money, label: 余额, default: 0, readonly: true}
  turn: {type: int, label: 笔次, default: 0, readonly: true}
workflows:
  purse:
    start: open
    changed: 余额已变化
    states: {closed: {final: true}}
    moves:
      spend:
        label: 支出
        from: open
        by: [clerk]
        conditions: [{when: balance >= 30, message: 余额不足}]
        effects:
          - {type: set, fields: {balance: balance - 30, turn: turn + 1}}
          - {type: post, ledger: posting, key: [purse, turn], fields: {purse: this, turn: turn, amount: 0 - 30}}
      fill:
        label: 充值
        from: open
        by: [clerk]
        effects:
          - {type: set, fields: {balance: balance + 50, turn: turn + 1}}
          - {type: post, ledger: posting, key: [purse, turn], fields: {purse: this, turn: turn, amount: 50}}
      close: {label: 了结, from: open, to: closed, by: [clerk]}
""",
    "schema/shop/posting.yaml": """
label: 账目
append_only: true
unique: [[purse, turn]]
fields:
  purse: {type: ref, to: purse, label: 钱包}
  turn: {type: int, label: 笔次}
  amount: {type: money, label: 金额}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {purse: all, posting: all}
may: {purse: [read], posting: [read]}
""",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(project: Builder, request: pytest.FixtureRequest) -> Site:
    return project(FILES, request.param)


def paid(who: Browser, code: str, purse: int) -> int:
    path = f"/api/v1/shop/purse/{purse}/do/{code}"
    return who.client.post(path, json={}, headers={"X-CSRFToken": who.token}).status_code


def forked(shop: Site, who: Browser, purses: list[int], out: int) -> int:
    """A process that spends, and fills a purse now and then, until it is killed; it tells what it was acknowledged."""
    number = os.fork()
    if number:
        return number
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        shop.engine.dispose(close=False)
        chance = random.Random(os.getpid())
        while True:
            with suppress(Exception):
                code, purse = chance.choice(("spend", "spend", "fill")), chance.choice(purses)
                if paid(who, code, purse) == 200:
                    os.write(out, f"{code} {purse}\n".encode())
    finally:
        os._exit(0)


def entries(shop: Site, purse: int) -> list[Decimal]:
    found = sorted(shop.rows("posting"), key=lambda row: row["turn"])
    return [Decimal(row["amount"]) for row in found if row["purse"] == purse]


def test_purse_of_many_who_die_is_never_below_zero_and_is_the_sum_of_its_entries(shop: Site) -> None:
    purses = [shop.make("purse", name=str(at)) for at in range(PURSES)]
    people = [shop.as_("clerk") for _ in range(3)]
    for who in people:
        who.token = who.get("/login/").token
    shop.here.session.remove()
    shop.engine.dispose()
    read, write = os.pipe()
    chance = random.Random(7)
    alive = [forked(shop, who, purses, write) for who in people]
    acknowledged = b""
    for _ in range(KILLS):
        if select([read], [], [], 1)[0]:  # who was never heard would be killed before he began
            acknowledged += os.read(read, 65536)
        time.sleep(chance.uniform(0.01, 0.06))
        at = chance.randrange(len(people))
        os.kill(alive[at], signal.SIGKILL)
        os.waitpid(alive[at], 0)
        alive[at] = forked(shop, people[at], purses, write)
    for number in alive:
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
    os.close(write)
    with os.fdopen(read) as told:
        lines = (acknowledged.decode() + told.read()).splitlines()

    for purse in purses:
        row, amounts = shop.row("purse", purse), entries(shop, purse)
        courses = [sum(amounts[: at + 1]) for at in range(len(amounts))]
        assert Decimal(row["balance"]) == sum(amounts) and row["turn"] == len(amounts)
        assert min(courses) >= 0
        for code, amount in (("spend", -SPENT), ("fill", FILLED)):
            assert lines.count(f"{code} {purse}") <= amounts.count(Decimal(amount))
    assert len(lines) > 20, "too little was paid for the kills to hit anything"


def test_of_many_who_spend_the_last_money_at_once_one_does(shop: Site) -> None:
    from concurrent.futures import ThreadPoolExecutor

    purse = shop.make("purse", name="一")
    people = [shop.as_("clerk") for _ in range(4)]
    for who in people:
        who.token = who.get("/login/").token
    assert paid(people[0], "fill", purse) == 200
    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(lambda who: paid(who, "spend", purse), people))
    assert found.count(200) == 1 and set(found) <= {200, 409, 422}
    assert (Decimal(shop.row("purse", purse)["balance"]), sum(entries(shop, purse))) == (20, 20)
