"""What a form may store, on every database: judged, defaulted, checked, and nothing when refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from fab_app.runtime.query import Unreadable
from tests.projects import Browser, Builder, Site
from tests.runtime.orders import FILES, last


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture(scope="module")
def clerk(shop: Site) -> Iterator[Browser]:
    return shop.as_("clerk")


def test_what_was_typed_is_stored(shop: Site, clerk: Browser) -> None:
    customer = shop.make("customer", name=uuid4().hex, mine=True)
    answer = clerk.submit(
        "/shop/order/add", name=" 甲 ", amount="12.30", customer=customer, paid="1", due="2099-01-01"
    )
    row = last(shop)
    stored = (row["name"], row["amount"], row["customer"], row["paid"], row["due"])
    assert (answer.status, stored) == (303, ("甲", Decimal("12.30"), customer, True, date(2099, 1, 1)))


def test_what_was_not_typed_has_its_default(shop: Site, clerk: Browser) -> None:
    clerk.post("/shop/order/add", {"name": "缺省"})
    row = last(shop)
    today = shop.world.clock.today("Asia/Shanghai")
    assert (row["kind"], row["placed"], row["state"], row["version"]) == ("plain", today, "open", 1)


def test_defaults_stand_in_the_blank_form(clerk: Browser) -> None:
    page = clerk.get("/shop/order/add")
    assert page.value("kind") == "plain" and page.value("placed") != ""


def test_required_field_is_demanded(shop: Site, clerk: Browser) -> None:
    before = shop.rows("order")
    answer = clerk.submit("/shop/order/add", name="  ")
    assert (answer.status, answer.errors["name"]) == (422, "请填写名称")
    assert shop.rows("order") == before


def test_every_mistake_is_told_at_once(clerk: Browser) -> None:
    answer = clerk.submit("/shop/order/add", name="", amount="viel", due="gestern")
    assert set(answer.errors) >= {"name", "amount", "due"}


def test_typed_values_stay_after_a_refusal(clerk: Browser) -> None:
    answer = clerk.submit("/shop/order/add", name="", code="K-1", amount="x1", tags=["hot"])
    kept = (answer.value("code"), answer.value("amount"), answer.values("tags"))
    assert (answer.status, kept) == (422, ("K-1", "x1", ["hot"]))


def test_too_long_a_text_is_refused(clerk: Browser) -> None:
    answer = clerk.submit("/shop/order/add", name="长" * 21)
    assert answer.status == 422 and "20" in answer.errors["name"]


def test_money_below_its_minimum_is_refused(clerk: Browser) -> None:
    assert clerk.submit("/shop/order/add", name="负", amount="-0.01").status == 422


def test_money_is_exact(shop: Site, clerk: Browser) -> None:
    clerk.submit("/shop/order/add", name="精确", amount="1234567890123.45", paid="1")
    assert last(shop)["amount"] == Decimal("1234567890123.45")


def test_fractions_of_a_cent_are_not_rounded_away(clerk: Browser) -> None:
    assert clerk.submit("/shop/order/add", name="分", amount="0.005").status == 422


def test_unknown_choice_is_refused(clerk: Browser) -> None:
    assert clerk.submit("/shop/order/add", name="甲", kind="gold").errors["kind"] != ""


def test_check_of_a_field_has_its_own_sentence(clerk: Browser) -> None:
    answer = clerk.submit("/shop/order/add", name="甲", placed="2026-05-02", due="2026-05-01")
    assert answer.errors == {"due": "期限不能早于日期"}


def test_check_of_the_record_is_told_at_its_field(clerk: Browser) -> None:
    assert clerk.submit("/shop/order/add", name="甲", amount="1000.01").errors == {
        "amount": "未付订单不能超过一千"
    }


def test_check_of_the_record_reads_every_value(clerk: Browser) -> None:
    assert clerk.submit("/shop/order/add", name="甲", amount="1000.01", paid="1").status == 303


def test_hidden_by_its_condition_a_field_is_emptied(shop: Site, clerk: Browser) -> None:
    clerk.submit("/shop/order/add", name="甲", kind="plain", reason="不该留下")
    assert last(shop)["reason"] is None


def test_field_is_emptied_when_its_condition_ceases(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", kind="special", reason="因为")
    clerk.submit(f"/shop/order/edit/{id_}", kind="plain")
    assert shop.row("order", id_)["reason"] is None


def test_required_by_its_condition_a_field_is_demanded(clerk: Browser) -> None:
    assert clerk.submit("/shop/order/add", name="甲", kind="special").errors == {"reason": "请填写原因"}


def test_condition_of_a_stored_field_counts_in_an_edit(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", kind="special", reason="因为")
    assert clerk.post(f"/shop/order/edit/{id_}", {"reason": ""}).errors == {"reason": "请填写原因"}


def test_switch_can_be_turned_on_and_off(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", paid=False)
    told = []
    for wanted in (["1", "0"], ["0"]):
        clerk.submit(f"/shop/order/edit/{id_}", paid=wanted)
        told.append(bool(shop.row("order", id_)["paid"]))
    assert told == [True, False]


def test_edit_of_an_unchanged_form_changes_nothing(shop: Site, clerk: Browser) -> None:
    customer = shop.make("customer", name=uuid4().hex, mine=True)
    id_ = shop.make(
        "order",
        name="甲",
        customer=customer,
        helpers=[customer],
        tags=["new"],
        amount="3.50",
        paid=True,
        code=uuid4().hex[:9],
    )
    before = shop.row("order", id_)
    assert clerk.submit(f"/shop/order/edit/{id_}").status == 303
    assert (shop.row("order", id_), len(shop.audit("order", id_))) == (before, 1)


def test_only_what_was_sent_is_changed(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", amount="5", code=uuid4().hex[:9])
    before = shop.row("order", id_)
    clerk.post(f"/shop/order/edit/{id_}", {"name": "乙"})
    after = shop.row("order", id_)
    changed = {name for name in after if after[name] != before[name]}
    assert changed - {"updated_at"} == {"name", "version", "updated_by"}


def test_reference_outside_ones_rows_is_refused(shop: Site, clerk: Browser) -> None:
    foreign = shop.make("customer", name=uuid4().hex, mine=False)
    before = len(shop.rows("order"))
    answer = clerk.submit("/shop/order/add", name="甲", customer=foreign)
    assert (answer.status, answer.errors["customer"]) == (422, "客户不存在")
    assert len(shop.rows("order")) == before


def test_reference_to_nothing_is_refused(clerk: Browser) -> None:
    assert clerk.submit("/shop/order/add", name="甲", customer="999999999").errors["customer"] == "客户不存在"


def test_reference_to_a_deleted_row_is_refused(shop: Site, clerk: Browser) -> None:
    gone = shop.make("customer", name=uuid4().hex, mine=True)
    with shop.acting() as system:
        system.writer.delete(shop.entity("customer"), gone)
    assert "customer" in clerk.submit("/shop/order/add", name="甲", customer=gone).errors


def test_one_foreign_member_refuses_all(shop: Site, clerk: Browser) -> None:
    own = shop.make("customer", name=uuid4().hex, mine=True)
    foreign = shop.make("customer", name=uuid4().hex, mine=False)
    assert "helpers" in clerk.submit("/shop/order/add", name="甲", helpers=[own, foreign]).errors


def test_members_are_stored_in_their_order(shop: Site, clerk: Browser) -> None:
    first, second = (shop.make("customer", name=uuid4().hex, mine=True) for _ in range(2))
    clerk.submit("/shop/order/add", name="甲", helpers=[second, first], tags=["new", "hot"])
    id_ = int(str(last(shop)["id"]))
    assert (shop.many("order", "helpers", id_), shop.many("order", "tags", id_)) == (
        [second, first],
        ["hot", "new"],
    )


def test_members_can_be_taken_away(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", tags=["hot"])
    clerk.submit(f"/shop/order/edit/{id_}", tags=[""])
    assert shop.many("order", "tags", id_) == []


def test_zero_and_no_are_not_empty(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲")
    clerk.post(f"/shop/order/edit/{id_}", {"amount": "0", "paid": "0"})
    row = shop.row("order", id_)
    assert (row["amount"], row["paid"]) == (Decimal(0), False)


@pytest.mark.parametrize(
    "field", ["state", "number", "version", "created_by", "id", "uuid", "inside", "nonsense"]
)
def test_form_stores_no_field_that_it_does_not_ask(shop: Site, clerk: Browser, field: str) -> None:
    before = shop.make("order", name="甲")
    expected = shop.row("order", before).get(field)
    clerk.post(f"/shop/order/edit/{before}", {"name": "甲", field: "7"})
    assert shop.row("order", before).get(field) == expected


@pytest.mark.parametrize("field", ["state", "number", "version", "created_by", "uuid", "inside", "nonsense"])
def test_locked_or_unknown_field_is_an_unreadable_request(shop: Site, field: str) -> None:
    with pytest.raises(Unreadable), shop.acting("clerk") as clerk:
        clerk.writer.create(shop.entity("order"), {"name": "甲", field: "7"})


def test_hidden_field_is_as_unknown_as_one_that_is_not_there(shop: Site) -> None:
    told = []
    for field in ("inside", "nonsense"):
        with pytest.raises(Unreadable) as refusal, shop.acting("clerk") as clerk:
            clerk.writer.create(shop.entity("order"), {"name": "甲", field: "7"})
        told.append(refusal.value.sentence.replace(field, "…"))
    assert told[0] == told[1]


def test_readonly_by_its_condition_cannot_be_changed(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", fixed_later="一")
    clerk.post(f"/shop/order/edit/{id_}", {"fixed_later": "二"})
    assert shop.row("order", id_)["fixed_later"] == "一"


def test_fixed_values_of_a_view_are_set_by_it(shop: Site, clerk: Browser) -> None:
    clerk.post("/shop/supplier/add", {"name": uuid4().hex, "kind": "agency"})
    row = shop.rows("supplier")[-1]
    assert (row["kind"], row["portal"]) == ("supplier", "shop")


def test_fixed_value_cannot_be_sent(shop: Site) -> None:
    with pytest.raises(Unreadable), shop.acting("clerk") as clerk:
        clerk.writer.create(shop.entity("supplier"), {"name": "甲", "kind": "agency"})
