"""Child rows are stored with their parent, and only those of this parent."""

from __future__ import annotations

import pytest

from fab_app.core.problems import Refused
from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称, required: true}
  lines:
    type: table
    label: 明细
    of: line
    by: order
    columns: [product, qty, gift, parts, maker, state]
    max: 3
  pieces: {type: rollup, label: 件数, of: line, by: order, measure: sum, field: qty, as: int}
checks:
  - {check: "count(lines where qty > 90) == 0", at: lines, message: 每行最多九十件}
""",
    "schema/shop/line.yaml": """
label: 明细
soft_delete: true
fields:
  order: {type: ref, to: order, label: 订单, on_delete: delete}
  product: {type: text, label: 产品, required: true, max: 20}
  qty: {type: int, label: 数量, min: 1}
  gift: {type: bool, label: 赠品}
  parts: {type: choices, label: 配件, options: {a: 甲, b: 乙}}
  cost: {type: int, label: 成本}
  maker: {type: ref, to: maker, label: 厂家}
  state: {type: choice, label: 状态, readonly: true, default: new, options: {new: 新, sent: 已发}}
""",
    "schema/shop/maker.yaml": """
label: 厂家
fields: {name: {type: text, label: 名称}, mine: {type: bool, label: 我的}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: 'true', maker: mine}
may: {order: [read, add, edit, delete], maker: [read]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


@pytest.fixture
def order(shop: Site) -> int:
    return shop.make(
        "order",
        name="甲",
        lines=[{"product": "螺丝", "qty": 1, "gift": False}, {"product": "螺母", "qty": 2, "gift": True}],
    )


def lines(shop: Site, order: int) -> list[tuple[str, int]]:
    return [
        (row["product"], row["qty"])
        for row in shop.rows("line")
        if row["order"] == order and not row["alive"]
    ]


def test_rows_are_stored_with_a_new_parent(shop: Site, clerk: Browser) -> None:
    clerk.submit("/shop/order/add", name="甲", lines__0__product="螺丝", lines__0__qty="5")
    order = shop.rows("order")[-1]["id"]
    assert lines(shop, order) == [("螺丝", 5)]


def test_standing_rows_are_drawn_in_the_form(clerk: Browser, order: int) -> None:
    page = clerk.get(f"/shop/order/edit/{order}")
    assert [page.value(f"lines-{index}-product") for index in (0, 1)] == ["螺丝", "螺母"]


def test_unchanged_form_keeps_every_row(shop: Site, clerk: Browser, order: int) -> None:
    before = shop.rows("line")
    assert clerk.submit(f"/shop/order/edit/{order}").status == 303
    assert shop.rows("line") == before


def test_one_row_is_changed_one_added_one_removed(shop: Site, clerk: Browser, order: int) -> None:
    changes = {
        "lines__0__qty": "9",
        "lines__1__delete": "1",
        "lines__2__product": "垫圈",
        "lines__2__qty": "3",
    }
    clerk.submit(f"/shop/order/edit/{order}", **changes)
    assert lines(shop, order) == [("螺丝", 9), ("垫圈", 3)]


def test_switch_of_a_row_is_kept(shop: Site, clerk: Browser, order: int) -> None:
    clerk.submit(f"/shop/order/edit/{order}", lines__0__gift=["1", "0"])
    assert [row["gift"] for row in shop.rows("line") if row["order"] == order] == [True, True]


def test_choices_of_a_row_are_kept(shop: Site, clerk: Browser, order: int) -> None:
    clerk.submit(f"/shop/order/edit/{order}", lines__0__parts=["", "b"])
    line = next(row["id"] for row in shop.rows("line") if row["order"] == order)
    assert shop.many("line", "parts", line) == ["b"]


def test_mistake_in_a_row_is_told_at_its_cell_and_nothing_is_stored(
    shop: Site, clerk: Browser, order: int
) -> None:
    answer = clerk.submit(f"/shop/order/edit/{order}", name="乙", lines__0__qty="0", lines__1__product="")
    cells = {cell.attrs["name"] for cell in answer.main.walk() if cell.attrs.get("aria-invalid")}
    assert (answer.status, cells) == (422, {"lines-0-qty", "lines-1-product"})
    assert (shop.row("order", order)["name"], lines(shop, order)) == ("甲", [("螺丝", 1), ("螺母", 2)])


def test_new_parent_of_a_wrong_row_is_not_stored(shop: Site, clerk: Browser) -> None:
    before = shop.rows("order")
    assert (
        clerk.submit("/shop/order/add", name="甲", lines__0__product="螺丝", lines__0__qty="-1").status == 422
    )
    assert shop.rows("order") == before


def test_too_many_rows_are_refused(shop: Site, clerk: Browser) -> None:
    rows = {f"lines__{index}__product": "螺丝" for index in range(4)}
    assert clerk.submit("/shop/order/add", name="甲", **rows).status == 422


def test_check_of_the_parent_reads_the_typed_rows(clerk: Browser) -> None:
    answer = clerk.submit("/shop/order/add", name="甲", lines__0__product="螺丝", lines__0__qty="91")
    assert answer.status == 422 and "每行最多九十件" in answer.text


def test_row_of_another_parent_is_refused(shop: Site, clerk: Browser, order: int) -> None:
    other = shop.make("order", name="别家", lines=[{"product": "别家的", "qty": 7}])
    foreign = next(row["id"] for row in shop.rows("line") if row["order"] == other)
    answer = clerk.submit(f"/shop/order/edit/{order}", lines__0__id=str(foreign))
    assert answer.status == 422
    assert (lines(shop, other), len(lines(shop, order))) == ([("别家的", 7)], 2)


@pytest.mark.parametrize("key", ["x", "-1", "0", "9" * 30])
def test_senseless_key_of_a_row_is_refused(shop: Site, clerk: Browser, order: int, key: str) -> None:
    assert clerk.submit(f"/shop/order/edit/{order}", lines__0__id=key).status == 422
    assert lines(shop, order) == [("螺丝", 1), ("螺母", 2)]


def test_last_row_can_be_removed(shop: Site, clerk: Browser, order: int) -> None:
    clerk.submit(f"/shop/order/edit/{order}", lines__0__delete="1", lines__1__delete="1")
    assert lines(shop, order) == []


def test_row_refers_only_to_what_its_writer_may_see(shop: Site, clerk: Browser, order: int) -> None:
    foreign = shop.make("maker", name="别家", mine=False)
    answer = clerk.submit(f"/shop/order/edit/{order}", lines__0__maker=foreign)
    assert (answer.status, [row["maker"] for row in shop.rows("line") if row["order"] == order]) == (
        422,
        [None, None],
    )


def test_locked_column_of_a_row_stays(shop: Site, clerk: Browser, order: int) -> None:
    clerk.submit(f"/shop/order/edit/{order}", lines__0__state="sent")
    assert [row["state"] for row in shop.rows("line") if row["order"] == order] == ["new", "new"]


def test_row_cannot_be_moved_to_another_parent(shop: Site, clerk: Browser, order: int) -> None:
    other = shop.make("order", name="别家")
    clerk.submit(f"/shop/order/edit/{order}", lines__0__order=str(other), lines__0__qty="4")
    assert lines(shop, other) == []


def test_column_that_is_not_shown_cannot_be_written(shop: Site, order: int) -> None:
    with pytest.raises(Refused), shop.acting("clerk") as clerk:
        clerk.writer.change(shop.entity("order"), order, {"lines": [{"product": "螺丝", "cost": 1}]})
    assert lines(shop, order) == [("螺丝", 1), ("螺母", 2)]


def test_sum_over_rows_is_that_of_the_living(shop: Site, clerk: Browser, order: int) -> None:
    clerk.submit(f"/shop/order/edit/{order}", lines__1__delete="1")
    assert clerk.get(f"/shop/order/show/{order}").details["件数"] == "1"


def test_rows_go_with_their_parent(shop: Site, clerk: Browser, order: int) -> None:
    clerk.post(f"/shop/order/delete/{order}")
    assert lines(shop, order) == []
