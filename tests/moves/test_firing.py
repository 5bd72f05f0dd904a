"""A move is made once, by who may, in a state that allows it, with all that belongs to it or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/order.yaml": """
label: 订单
soft_delete: true
fields:
  name: {type: text, label: 名称, required: true}
  owner: {type: user, label: 负责人}
  amount: {type: int, label: 数量}
  note: {type: text, label: 说明, max: 20, readonly: true}
  paid_at: {type: datetime, label: 付款时间, readonly: true}
workflows:
  sale:
    start: open
    changed: 订单状态已变化
    locked: 已付款的订单不能修改
    states:
      open: {label: 待付款, tone: warn}
      paid: {label: 已付款, tone: good, locked: true}
      void: {label: 作废, final: true}
    moves:
      pay:
        label: 付款
        from: open
        to: paid
        by: [clerk]
        when: amount is not none
        refusal: 请先填写数量
        refusals: {paid: 该订单已付款}
        conditions:
          - {when: amount > 0, message: 数量须大于零}
          - {when: amount < 1000, message: "数量{n}太大", values: {n: amount}, status: 409}
        warn:
          - {when: amount > 100, message: "数量为{n},确定付款?", values: {n: amount}, confirm: sure}
        dialog:
          note: {required: true, check: length(note) >= 2, message: 说明至少2个字}
          method: {type: choice, label: 方式, options: {cash: 现金, card: 刷卡}, default: cash}
          sure: {type: bool, label: 确认}
        batch: true
        effects:
          - {type: set, fields: {paid_at: now()}}
          - {type: create, entity: payment, fields: {order: this, text: dialog.note, amount: amount, method: method}}
      settle:
        label: 了结
        from: [open, paid]
        to: {how: {keep: paid, drop: void}}
        dialog: {how: {type: choice, label: 方式, options: {keep: 保留, drop: 作废}, required: true}}
      expire: {label: 过期, from: open, to: void, by: system}
""",
    "schema/shop/payment.yaml": """
label: 账目
append_only: true
fields:
  order: {type: ref, to: order, label: 订单}
  text: {type: text, label: 摘要}
  amount: {type: int, label: 数量, max: 500}
  method: {type: text, label: 方式}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: owner == user, payment: 'true'}
may: {order: [read, add, edit, delete], payment: [read]}
""",
    "permissions/shop/boss.yaml": """
label: 经理
rows: {order: {read: 'true', move: {settle: amount < 50}}}
may: {order: [read, {move: [settle]}]}
""",
    "permissions/shop/guest.yaml": """
label: 访客
rows: {order: 'true'}
may: {order: [read]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture
def order(shop: Site) -> int:
    return shop.make("order", name="苹果", amount=3, owner=shop.id_of("clerk"))


def do(who: Browser, code: str, id_: int, **said: Any) -> tuple[int, Any]:
    answer = who.client.post(
        f"/api/v1/shop/order/{id_}/do/{code}",
        json=said,
        headers={"X-CSRFToken": _token(who), "Accept-Language": "zh"},
    )
    return answer.status_code, answer.get_json()


def _token(who: Browser) -> str:
    who.token = who.token or who.get("/login/").token
    return who.token


def test_move_changes_state_fields_and_makes_its_records(shop: Site, order: int) -> None:
    status, body = do(shop.as_("clerk"), "pay", order, note="现付")
    row = shop.row("order", order)
    payment = shop.rows("payment")[-1]
    assert (status, body["result"]["state"]) == (200, "paid")
    assert (row["state"], row["note"], row["version"]) == ("paid", "现付", 2) and row["paid_at"] is not None
    assert (payment["order"], payment["text"], payment["amount"], payment["method"]) == (
        order,
        "现付",
        3,
        "cash",
    )
    assert payment["created_by"] == shop.id_of("clerk")


def test_course_and_log_tell_who_moved_what(shop: Site, order: int) -> None:
    do(shop.as_("clerk"), "pay", order, note="现付", method="card")
    course = [row for row in shop.platform("base_move") if row["record_id"] == order]
    assert [(r["move"], r["from_state"], r["to_state"], r["account"]) for r in course] == [
        ("pay", "open", "paid", "clerk")
    ]
    assert json.loads(course[0]["said"]) == {"note": "现付", "method": "card"}
    assert shop.audit("order", order)[-1]["action"] == "move:pay"


@pytest.mark.parametrize(
    ("said", "status", "message"),
    [
        ({}, 422, "请填写说明"),
        ({"note": "x"}, 422, "说明至少2个字"),
        ({"note": "现付", "method": "gold"}, 422, None),
        ({"note": "现付", "amount": 4}, 400, None),
        ({"note": "现付", "version": 7}, 409, "订单状态已变化"),
    ],
)
def test_wrong_answers_change_nothing(
    shop: Site, order: int, said: dict[str, Any], status: int, message: str | None
) -> None:
    before, payments = shop.row("order", order), len(shop.rows("payment"))
    found, body = do(shop.as_("clerk"), "pay", order, **said)
    assert (found, shop.row("order", order), len(shop.rows("payment"))) == (status, before, payments)
    assert message is None or body["message"] == message


def test_state_that_does_not_allow_it_is_told_in_its_own_words(shop: Site, order: int) -> None:
    clerk = shop.as_("clerk")
    do(clerk, "pay", order, note="现付")
    assert do(clerk, "pay", order, note="现付") == (409, {"message": "该订单已付款"})


def test_condition_of_the_move_is_told(shop: Site) -> None:
    owner = shop.id_of("clerk")
    empty, none = (shop.make("order", name="空", owner=owner, amount=n) for n in (None, 0))
    large = shop.make("order", name="大", owner=owner, amount=1000)
    told = [do(shop.as_("clerk"), "pay", id_, note="现付", sure=True) for id_ in (empty, none, large)]
    assert [(status, body["message"]) for status, body in told] == [
        (409, "请先填写数量"),
        (422, "数量须大于零"),
        (409, "数量1000太大"),
    ]


def test_warning_is_refused_until_it_is_confirmed(shop: Site) -> None:
    order = shop.make("order", name="多", owner=shop.id_of("clerk"), amount=200)
    clerk = shop.as_("clerk")
    status, body = do(clerk, "pay", order, note="现付")
    assert (status, body["errors"]) == (422, {"sure": ["数量为200,确定付款?"]})
    assert do(clerk, "pay", order, note="现付", sure=True)[0] == 200


def test_effect_that_is_refused_takes_the_move_back(shop: Site) -> None:
    order = shop.make("order", name="过多", owner=shop.id_of("clerk"), amount=600)
    status, _ = do(shop.as_("clerk"), "pay", order, note="现付", sure=True)
    assert status == 422 and shop.row("order", order)["state"] == "open"
    assert [row for row in shop.platform("base_move") if row["record_id"] == order] == []


def test_target_is_chosen_by_the_dialog(shop: Site, order: int) -> None:
    assert do(shop.as_("boss"), "settle", order, how="drop")[0] == 200
    assert shop.row("order", order)["state"] == "void"


def test_who_has_no_right_moves_nothing(shop: Site, order: int) -> None:
    found = [
        do(shop.as_(who), code, order)[0]
        for who, code in (("guest", "pay"), ("boss", "pay"), ("clerk", "settle"))
    ]
    assert found == [403, 403, 403] and shop.row("order", order)["state"] == "open"


def test_rows_of_a_move_bound_it(shop: Site) -> None:
    order = shop.make("order", name="贵", amount=60)
    assert do(shop.as_("boss"), "settle", order, how="drop")[0] == 403
    assert do(shop.as_("clerk"), "pay", order, note="现付")[0] == 404
    assert shop.row("order", order)["state"] == "open"


def test_move_of_the_system_is_nobodys(shop: Site, order: int) -> None:
    assert {do(shop.as_(who), "expire", order)[0] for who in ("clerk", "boss", "guest")} == {403}


def test_locked_state_is_not_edited(shop: Site, order: int) -> None:
    clerk = shop.as_("clerk")
    do(clerk, "pay", order, note="现付")
    answer = clerk.client.put(
        f"/api/v1/shop/order/{order}", json={"name": "梨"}, headers={"X-CSRFToken": _token(clerk)}
    )
    assert (answer.status_code, answer.get_json()["message"]) == (409, "已付款的订单不能修改")


def test_state_is_never_sent(shop: Site, order: int) -> None:
    clerk = shop.as_("clerk")
    answer = clerk.client.put(
        f"/api/v1/shop/order/{order}", json={"state": "paid"}, headers={"X-CSRFToken": _token(clerk)}
    )
    assert answer.status_code == 400 and shop.row("order", order)["state"] == "open"


def test_each_of_many_has_its_own_fate(shop: Site) -> None:
    owner, clerk = shop.id_of("clerk"), shop.as_("clerk")
    good, paid, wrong = (shop.make("order", name=name, owner=owner, amount=2) for name in ("一", "二", "三"))
    shop.set("order", wrong, amount=0)
    do(clerk, "pay", paid, note="现付")
    answer = clerk.client.post(
        "/api/v1/shop/order/do/pay",
        json={"ids": [good, paid, wrong], "note": "批量"},
        headers={"X-CSRFToken": _token(clerk), "Accept-Language": "zh"},
    )
    assert answer.status_code == 200
    assert [(fate["id"], fate["done"], fate.get("message")) for fate in answer.get_json()["result"]] == [
        (good, True, None),
        (paid, False, "该订单已付款"),
        (wrong, False, "数量须大于零"),
    ]
    assert [shop.row("order", id_)["state"] for id_ in (good, paid, wrong)] == ["paid", "paid", "open"]


def test_same_key_moves_once(shop: Site, order: int) -> None:
    clerk = shop.as_("clerk")
    headers = {"X-CSRFToken": _token(clerk), "Idempotency-Key": f"k{order}"}
    send = [
        clerk.client.post(
            f"/api/v1/shop/order/{order}/do/pay", json={"note": "现付"}, headers=headers
        ).status_code
        for _ in range(2)
    ]
    assert send == [200, 200] and len([e for e in shop.rows("payment") if e["order"] == order]) == 1
