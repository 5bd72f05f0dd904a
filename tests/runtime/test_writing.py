"""What a form may store, on every database: judged, defaulted, checked, and nothing when refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from fab_app.core.problems import Refused
from fab_app.runtime.judging import Forbidden
from fab_app.runtime.query import Unreadable
from tests.projects import Browser, Builder, Site

ORDER = """
label: {zh: 订单, en: Order}
title: "{name}"
fields:
  name: {type: text, label: 名称, max: 20, required: true}
  code: {type: text, label: 编码, max: 20, unique: true}
  customer: {type: ref, to: customer, label: 客户}
  helpers: {type: refs, to: customer, label: 相关客户}
  amount: {type: money, label: 金额, min: 0}
  kind: {type: choice, label: 类别, default: plain, options: {plain: 普通, special: 特殊}}
  reason: {type: text, label: 原因, max: 50, visible: "kind == 'special'", required: "kind == 'special'"}
  placed: {type: date, label: 日期, default: today()}
  due: {type: date, label: 期限, check: "due >= placed", message: 期限不能早于日期}
  paid: {type: bool, label: 已付, default: false}
  state: {type: choice, label: 状态, readonly: true, default: open, options: {open: 开, closed: 关}}
  tags: {type: choices, label: 标签, options: {hot: 急, new: 新}}
  number: {type: serial, label: 单号, pattern: "D{yyyyMMdd}{0000}", gapless: true}
  gapless: {type: serial, label: 连号, pattern: "L{0000}", gapless: true}
  inside: {type: text, label: 内部}
  fixed_later: {type: text, label: 一次性, readonly: "id is not none"}
checks:
  - {check: amount <= 1000 or paid, at: amount, message: 未付订单不能超过一千}
  - {check: state != 'closed', message: 已关闭的订单不能删除, on: delete}
locks:
  - {when: state == 'closed', actions: [edit], message: 订单已关闭}
  - {when: "name == '不可新增'", actions: [add], message: 现在不能新增}
"""
FILES = {
    "schema/shop/order.yaml": ORDER,
    "schema/shop/customer.yaml": """
label: 客户
fields:
  name: {type: text, label: 名称, required: true, unique: true}
  mine: {type: bool, label: 我的}
soft_delete: true
""",
    "schema/shop/supplier.yaml": "label: 供应商\nview_of: base.org\nis: {kind: supplier}\n",
    "schema/shop/note.yaml": "label: 记录\nappend_only: true\nfields: {text: {type: text, label: 内容}}\n",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: 'true', customer: mine, supplier: 'true', note: 'true'}
may:
  order: [read, add, edit, delete]
  customer: [read, add]
  supplier: [read, add, edit]
  note: [read, add, edit]
fields: {order: {hidden: [inside]}}
""",
    "permissions/shop/viewer.yaml": "label: 访客\nrows: {order: 'true'}\nmay: {order: [read]}\n",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture(scope="module")
def clerk(shop: Site) -> Iterator[Browser]:
    return shop.as_("clerk")


def last(shop: Site) -> dict[str, object]:
    return shop.rows("order")[-1]


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
