"""One step for many ticked rows: each row under its own right, all under one token."""

from __future__ import annotations

import pytest

from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/order.yaml": """
label: 订单
soft_delete: true
belongs: {owner: created_by}
fields:
  name: {type: text, label: 名称}
  state: {type: choice, label: 状态, default: open, options: {open: 开, closed: 关}}
  photo: {type: image, label: 照片}
locks:
  - {when: state == 'closed', actions: [delete], message: 已关闭的不能删除}
listing: {select: many}
""",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: own}\nmay: {order: [read, add, delete]}\n",
    "permissions/shop/viewer.yaml": "label: 访客\nrows: {order: 'true'}\nmay: {order: [read]}\n",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return build(FILES)


@pytest.fixture
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


def own(shop: Site, **values: object) -> int:
    id_ = shop.make("order", name="甲", **values)
    shop.set("order", id_, created_by=shop.users["clerk"])
    return id_


def alive(shop: Site, *ids: int) -> list[bool]:
    return [shop.row("order", id_)["alive"] == 0 for id_ in ids]


def test_ticked_rows_are_deleted(shop: Site, clerk: Browser) -> None:
    first, second, kept = own(shop), own(shop), own(shop)
    assert clerk.post("/shop/order/batch/delete", {"ids": [str(first), str(second)]}).status == 303
    assert alive(shop, first, second, kept) == [False, False, True]


def test_row_that_may_not_be_deleted_stays_and_is_told(shop: Site, clerk: Browser) -> None:
    locked, free = own(shop, state="closed"), own(shop)
    answer = clerk.post("/shop/order/batch/delete", {"ids": [str(locked), str(free)]})
    assert alive(shop, locked, free) == [True, False]
    assert "已关闭的不能删除" in clerk.follow(answer).html


def test_foreign_rows_stay(shop: Site, clerk: Browser) -> None:
    foreign, mine = shop.make("order", name="别家"), own(shop)
    clerk.post("/shop/order/batch/delete", {"ids": [str(foreign), str(mine)]})
    assert alive(shop, foreign, mine) == [True, False]


def test_who_may_not_delete_deletes_none(shop: Site) -> None:
    id_ = own(shop)
    assert shop.as_("viewer").post("/shop/order/batch/delete", {"ids": [str(id_)]}).status == 403
    assert alive(shop, id_) == [True]


def test_batch_needs_its_token_and_no_get(shop: Site, clerk: Browser) -> None:
    id_ = own(shop)
    without = clerk.client.post("/shop/order/batch/delete", data={"ids": str(id_)})
    assert (
        without.status_code,
        clerk.get(f"/shop/order/batch/delete?ids={id_}").status,
        alive(shop, id_),
    ) == (400, 405, [True])


@pytest.mark.parametrize("ids", [[], ["x"], ["-1"], ["9" * 40], ["1", "x"], [str(n) for n in range(1, 1102)]])
def test_senseless_ticks_are_refused(shop: Site, clerk: Browser, ids: list[str]) -> None:
    before = shop.rows("order")
    assert clerk.post("/shop/order/batch/delete", {"ids": ids} if ids else {}).status == 400
    assert shop.rows("order") == before


def test_fresh_upload_is_shown_to_who_made_it_alone(shop: Site, clerk: Browser) -> None:
    answer = clerk.upload("order", "photo").response.get_json()
    shop.person("second", "clerk")
    assert answer["thumb"].startswith("/shop/order/draft/")
    assert [shop.as_(who).get(answer["thumb"]).status for who in ("clerk", "second", "viewer")] == [
        200,
        404,
        404,
    ]


# --- moves of ticked rows ------------------------------------------------------------------------

MOVED = {
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  amount: {type: int, label: 数量}
workflows:
  sale:
    start: open
    states: {open: {label: 待付款}, paid: {label: 已付款, final: true}}
    moves:
      pay:
        label: 付款
        from: open
        to: paid
        by: [clerk]
        batch: true
        refusals: {paid: 该订单已付款}
        conditions: [{when: amount > 0, message: 数量须大于零}]
        dialog: {note: {type: text, label: 说明, required: true}}
listing: {columns: [name, state], select: many}
""",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: \"name != '他人'\"}\nmay: {order: [read]}\n",
}


@pytest.fixture(scope="module")
def till(build: Builder) -> Site:
    return build(MOVED)


def ticked(till: Site) -> dict[str, int]:
    """One that can be paid, one that has nothing to pay, one that is somebody else's."""
    amounts = {"甲": 1, "乙": 0, "他人": 1}
    return {name: till.make("order", name=name, amount=amount) for name, amount in amounts.items()}


def test_what_is_asked_is_asked_once_for_all_ticked_rows(till: Site) -> None:
    rows, clerk = ticked(till), till.as_("clerk")
    asked = clerk.get(f"/shop/order/do/pay?ids={rows['甲']}&ids={rows['乙']}")
    unanswered = clerk.post("/shop/order/do/pay", {"ids": [str(rows["甲"])], "asked": "1", "note": ""})
    assert "已选择2条" in asked.text and "说明" in asked.text
    assert (unanswered.status, till.row("order", rows["甲"])["state"]) == (422, "open")


def test_screen_tells_the_fate_of_each_row(till: Site) -> None:
    rows, clerk = ticked(till), till.as_("clerk")
    sent = {"ids": [str(id_) for id_ in rows.values()], "asked": "1", "note": "批量"}
    page = clerk.follow(clerk.post("/shop/order/do/pay", sent))
    told = page.root.one("div", class_="k-toast").text
    made = [row for row in till.platform("base_move") if row["record_id"] == rows["甲"]]
    assert [till.row("order", id_)["state"] for id_ in rows.values()] == ["paid", "open", "open"]
    assert "成功1条，失败2条" in told and "乙" in told and "数量须大于零" in told
    assert "他人" not in told and len(made) == 1


def test_all_rows_are_told_in_one_sentence_where_all_went_well(till: Site) -> None:
    clerk = till.as_("clerk")
    rows = [till.make("order", name="丙", amount=2) for _ in range(2)]
    sent = {"ids": [str(id_) for id_ in rows], "asked": "1", "note": "批量"}
    page = clerk.follow(clerk.post("/shop/order/do/pay", sent))
    assert "付款" in page.text and "2" in page.root.one("div", class_="k-toast").text
