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
