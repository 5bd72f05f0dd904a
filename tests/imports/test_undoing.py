"""An import is taken back while nobody did anything with its records: whatever was done to one since keeps them all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.imports.books import book, headers, send, step
from tests.imports.bureau import HEAD as ACCOUNTS
from tests.imports.bureau import bureau
from tests.imports.shop import FILES, HEAD, filled
from tests.projects import Browser, Builder, Site

STOCK = ("货号", "品名", "数量")
TOLD = "以下行导入的记录之后被修改或引用，不能撤销：2"
SLIP = '#import "/paper.typ": *\n#show: paper\n#masthead(data.title)\n'
PARCEL = """
label: 包裹
fields:
  name: {type: text, label: 名称}
  orders: {type: refs, to: order, label: 订单}
"""


@pytest.fixture
def busy(build: Builder) -> Site:
    """The shop whose orders are printed, unmasked and put into parcels."""
    files: dict[str, Any] = {**FILES, "schema/shop/prints/slip.typ": SLIP, "schema/shop/parcel.yaml": PARCEL}
    order = files["schema/shop/order.yaml"].replace(
        "secret: {type: text, label: 内部}",
        "secret: {type: text, label: 内部}\n  printed: {type: int, label: 次, readonly: true}",
    )
    files["schema/shop/order.yaml"] = order.replace(
        "note: {type: text, label: 备注,", "note: {type: text, label: 备注, mask: true,"
    )
    files["schema/shop/portal.yaml"] += (
        "prints:\n  slip: {of: order, label: 单, template: slip.typ, fields: [name], counts: printed}\n"
    )
    clerk = files["permissions/shop/clerk.yaml"]
    clerk = clerk.replace("delete, import]\n  customer", "delete, import, print, unmask]\n  customer")
    clerk = clerk.replace("  line: {through: order}", "  line: {through: order}\n  parcel: 'true'")
    files["permissions/shop/clerk.yaml"] = clerk.replace(
        "  line: [read, add]", "  line: [read, add]\n  parcel: [read, add]"
    )
    return filled(build(files))


def imported(site: Site) -> tuple[Browser, Any]:
    clerk = site.as_("clerk")
    _, body = send(
        clerk,
        "order",
        book(HEAD, ("一", "甲", None, None, None, None, None, None, "一二三四五六"), ("二", "甲")),
    )
    assert body["added"] == 2
    return clerk, body


def test_untouched_records_are_taken_back(busy: Site) -> None:
    clerk, body = imported(busy)
    assert (step(clerk, body, "undo")[0], busy.rows("order")) == (200, [])


def test_printed_record_keeps_the_import(busy: Site) -> None:
    clerk, body = imported(busy)
    assert clerk.post("/shop/order/print/slip/1").status == 200
    status, told = step(clerk, body, "undo")
    assert (status, told["message"], len(busy.rows("order"))) == (409, TOLD, 2)


def test_record_of_which_a_masked_value_was_asked_for_keeps_the_import(busy: Site) -> None:
    clerk, body = imported(busy)
    asked = clerk.client.post(
        "/api/v1/shop/order/1/unmask/note", json={"reason": "核对"}, headers=headers(clerk)
    )
    assert asked.status_code == 200, asked.get_data(as_text=True)[:300]
    assert step(clerk, body, "undo")[1]["message"] == TOLD


def test_moved_case_keeps_the_import(busy: Site) -> None:
    clerk, body = imported(busy)
    assert clerk.post("/shop/order/do/end/1").status == 303
    assert step(clerk, body, "undo")[1]["message"] == TOLD


def test_record_among_several_of_another_keeps_the_import(busy: Site) -> None:
    clerk, body = imported(busy)
    busy.make("parcel", name="p", orders=[1])
    assert step(clerk, body, "undo")[1]["message"] == TOLD


def test_record_that_was_changed_before_is_taken_back_to_what_it_was(shop: Site, clerk: Browser) -> None:
    """What the log tells of it from before the import is no use since."""
    shop.make("stock", code="a", name="旧", count=5)
    clerk.client.put("/api/v1/shop/stock/1", json={"count": 6}, headers=headers(clerk))
    _, body = send(clerk, "stock", book(STOCK, ("a", "新", 7)))
    assert (step(clerk, body, "undo")[0], shop.row("stock", 1)["count"]) == (200, 6)


def test_imported_accounts_are_taken_back_with_their_organisations(build: Builder) -> None:
    site = bureau(build)
    office = site.as_("office")
    row = ("一所", None, "安全评价机构", "甲县", "first")
    _, body = send(office, "member", book(ACCOUNTS, row))
    assert (body["added"], step(office, body, "undo")[0]) == (1, 200)
