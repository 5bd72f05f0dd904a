"""Two at once: one moves, the other is told, and what belongs to the move happens once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.projects import Browser, Builder, Site

ROUNDS = 15
FILES = {
    "schema/shop/policy.yaml": """
label: 保单
fields:
  name: {type: text, label: 名称}
  order: {type: rollup, label: 订单, of: order, by: policy, measure: max, field: id, as: {type: ref, to: order}}
workflows:
  policy:
    start: offered
    changed: 保单状态已变化
    states: {taken: {final: true}}
    moves:
      recall:
        label: 撤回
        from: offered
        to: idle
        by: [clerk]
        effects: [{type: move, of: order, move: withdraw}]
      take: {label: 生效, from: offered, to: taken, by: system}
      offer: {label: 指定, from: idle, to: offered, by: [clerk]}
""",
    "schema/shop/order.yaml": """
label: 订单
fields: {policy: {type: ref, to: policy, label: 保单}}
workflows:
  order:
    start: pending
    changed: 订单状态已变化
    states: {serving: {final: true}, withdrawn: {final: true}}
    moves:
      accept:
        label: 受理
        from: pending
        to: serving
        by: [clerk]
        effects:
          - {type: move, of: policy, move: take}
          - {type: create, entity: note, fields: {order: this}}
      withdraw: {label: 撤回, from: pending, to: withdrawn, by: system}
""",
    "schema/shop/note.yaml": """
label: 记录
append_only: true
fields: {order: {type: ref, to: order, label: 订单}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all, policy: all, note: all}
may: {order: [read], policy: [read], note: [read]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture(scope="module")
def browsers(shop: Site) -> list[Browser]:
    found = [shop.as_("clerk") for _ in range(3)]
    for browser in found:
        browser.token = browser.get("/login/").token
    return found


def at_once(browsers: list[Browser], *works: Callable[[Browser], int]) -> list[int]:
    start = Barrier(len(works))

    def run(index: int) -> int:
        start.wait()
        return works[index](browsers[index])

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(run, range(len(works))))


def moving(entity: str, id_: int, code: str) -> Callable[[Browser], int]:
    def work(browser: Browser) -> int:
        headers = {"X-CSRFToken": browser.token}
        path = f"/api/v1/shop/{entity}/{id_}/do/{code}"
        return browser.client.post(path, json={}, headers=headers).status_code

    return work


@pytest.mark.req("A-120")
def test_of_two_who_accept_one_wins(shop: Site, browsers: list[Browser]) -> None:
    for _ in range(ROUNDS):
        policy = shop.make("policy", name="单")
        order = shop.make("order", policy=policy)
        accept = moving("order", order, "accept")
        assert at_once(browsers, accept, accept, accept) == [200, 409, 409]
        assert [row["order"] for row in shop.rows("note")].count(order) == 1
        assert (shop.row("order", order)["state"], shop.row("policy", policy)["state"]) == (
            "serving",
            "taken",
        )


@pytest.mark.req("A-120")
def test_acceptance_and_withdrawal_exclude_each_other(shop: Site, browsers: list[Browser]) -> None:
    """The two lock the two rows in opposite order: whoever loses, nothing is half done."""
    for _ in range(ROUNDS):
        policy = shop.make("policy", name="单")
        order = shop.make("order", policy=policy)
        found = at_once(browsers, moving("order", order, "accept"), moving("policy", policy, "recall"))
        states = shop.row("order", order)["state"], shop.row("policy", policy)["state"]
        assert found == [200, 409] and states in (("serving", "taken"), ("withdrawn", "idle")), (
            found,
            states,
        )
