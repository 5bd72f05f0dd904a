"""What stands already decides too: duplicates, versions, locks, numbers; on every database."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from fab_app.core.problems import Refused
from fab_app.runtime.judging import Forbidden
from tests.projects import Browser, Builder, Site
from tests.runtime.orders import FILES, last


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture(scope="module")
def clerk(shop: Site) -> Iterator[Browser]:
    return shop.as_("clerk")


def test_unique_value_is_refused_with_a_sentence(shop: Site, clerk: Browser) -> None:
    code = uuid4().hex[:12]
    shop.make("order", name="甲", code=code)
    answer = clerk.submit("/shop/order/add", name="乙", code=code)
    assert (answer.status, answer.errors["code"], answer.value("name")) == (422, "编码已存在", "乙")


def test_own_value_does_not_stand_in_ones_way(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", code=uuid4().hex[:12])
    assert clerk.submit(f"/shop/order/edit/{id_}", name="乙").status == 303


def test_empty_is_not_a_duplicate_of_empty(shop: Site, clerk: Browser) -> None:
    assert [clerk.submit("/shop/order/add", name="甲", code="").status for _ in range(2)] == [303, 303]


def test_value_of_a_deleted_row_is_free_again(shop: Site) -> None:
    name = uuid4().hex
    for _ in range(2):
        with shop.acting() as system:
            system.writer.delete(
                shop.entity("customer"), system.writer.create(shop.entity("customer"), {"name": name})
            )
    assert shop.make("customer", name=name) > 0


def test_case_tells_codes_apart(shop: Site, clerk: Browser) -> None:
    code = "a" + uuid4().hex[:8]
    shop.make("order", name="甲", code=code)
    assert clerk.submit("/shop/order/add", name="乙", code=code.upper()).status == 303


def test_stale_version_is_a_conflict(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲")
    open_form = clerk.get(f"/shop/order/edit/{id_}")
    clerk.submit(f"/shop/order/edit/{id_}", name="快")
    answer = clerk.send(open_form, name="慢")
    assert (answer.status, shop.row("order", id_)["name"], answer.value("name")) == (409, "快", "慢")


def test_lock_refuses_an_edit(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", state="closed")
    answer = clerk.post(f"/shop/order/edit/{id_}", {"name": "乙"})
    assert (answer.status, "订单已关闭" in answer.text, shop.row("order", id_)["name"]) == (409, True, "甲")


def test_lock_reads_the_record_as_it_stands(shop: Site) -> None:
    id_ = shop.make("order", name="不可新增")
    with shop.acting("clerk") as clerk:
        clerk.writer.change(shop.entity("order"), id_, {"name": "可以改"})
    assert shop.row("order", id_)["name"] == "可以改"


def test_lock_refuses_an_addition(shop: Site, clerk: Browser) -> None:
    before = len(shop.rows("order"))
    answer = clerk.post("/shop/order/add", {"name": "不可新增"})
    assert (answer.status, "现在不能新增" in answer.text, len(shop.rows("order"))) == (409, True, before)


def test_check_of_a_deletion_refuses_it(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", state="closed")
    answer = clerk.post(f"/shop/order/delete/{id_}")
    assert (answer.status, "已关闭的订单不能删除" in answer.text) == (422, True)
    assert shop.row("order", id_)["id"] == id_


def test_append_only_records_are_never_changed(shop: Site) -> None:
    id_ = shop.make("note", text="一")
    with pytest.raises(Forbidden), shop.acting("clerk") as clerk:
        clerk.writer.change(shop.entity("note"), id_, {"text": "二"})
    assert shop.row("note", id_)["text"] == "一"


def test_who_may_only_read_writes_nothing(shop: Site) -> None:
    id_, viewer = shop.make("order", name="甲"), shop.as_("viewer")
    paths = ("/shop/order/add", f"/shop/order/edit/{id_}", f"/shop/order/delete/{id_}")
    before = shop.rows("order")
    assert [viewer.post(path, {"name": "乙"}).status for path in paths] == [403, 403, 403]
    assert shop.rows("order") == before


def test_one_refusal_in_a_batch_stores_nothing(shop: Site) -> None:
    def add_two() -> None:
        with shop.acting("clerk") as clerk:
            for name in ("甲", ""):
                clerk.writer.create(shop.entity("order"), {"name": name})

    before = shop.rows("order")
    with pytest.raises(Refused):
        add_two()
    assert shop.rows("order") == before


def test_numbers_follow_each_other(shop: Site, clerk: Browser) -> None:
    numbers = []
    for _ in range(3):
        clerk.submit("/shop/order/add", name="甲")
        numbers.append(int(str(last(shop)["number"])[-4:]))
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_refused_record_takes_no_number(shop: Site, clerk: Browser) -> None:
    clerk.submit("/shop/order/add", name="甲")
    before = int(str(last(shop)["gapless"])[-4:])
    code = uuid4().hex[:12]
    shop.make("order", name="占", code=code)
    clerk.submit("/shop/order/add", name="乙", code=code)
    clerk.submit("/shop/order/add", name="丙")
    assert int(str(last(shop)["gapless"])[-4:]) == before + 2


def test_times_and_author_are_the_systems(shop: Site, clerk: Browser) -> None:
    clerk.submit("/shop/order/add", name="甲")
    row = last(shop)
    assert (row["created_by"], row["updated_by"], row["created_at"]) == (shop.id_of("clerk"),) * 2 + (
        row["updated_at"],
    )
