"""Deleting: what refers to a record restricts, lets go or goes too; what is deleted is seen no more."""

from __future__ import annotations

import pytest

from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/customer.yaml": """
label: 客户
soft_delete: true
fields: {name: {type: text, label: 名称}}
""",
    "schema/shop/order.yaml": """
label: 订单
soft_delete: true
fields:
  name: {type: text, label: 名称}
  customer: {type: ref, to: customer, label: 客户, restrict_message: "该客户下有{count}个订单,不能删除"}
""",
    "schema/shop/visit.yaml": """
label: 拜访
fields:
  name: {type: text, label: 名称}
  customer: {type: ref, to: customer, label: 客户, on_delete: clear}
""",
    "schema/shop/address.yaml": """
label: 地址
fields:
  name: {type: text, label: 名称}
  customer: {type: ref, to: customer, label: 客户, on_delete: delete}
""",
    "schema/shop/stamp.yaml": """
label: 印章
fields:
  name: {type: text, label: 名称}
  address: {type: ref, to: address, label: 地址}
""",
    "schema/shop/party.yaml": """
label: 聚会
fields:
  name: {type: text, label: 名称}
  guests: {type: refs, to: customer, label: 客人}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {customer: 'true', order: 'true', visit: 'true', address: 'true', party: 'true'}
may:
  customer: [read, delete]
  order: [read, delete, add]
  visit: [read, delete]
  address: [read, delete]
  party: [read, delete]
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


@pytest.fixture
def customer(shop: Site) -> int:
    return shop.make("customer", name="甲")


def test_deleted_row_stays_in_the_table(shop: Site, clerk: Browser, customer: int) -> None:
    clerk.post(f"/shop/customer/delete/{customer}")
    row = shop.row("customer", customer)
    assert (row["alive"], row["deleted_by"]) == (customer, shop.id_of("clerk"))


def test_deleted_row_is_seen_nowhere(shop: Site, clerk: Browser, customer: int) -> None:
    clerk.post(f"/shop/customer/delete/{customer}")
    offered = [option["value"] for option in clerk.json("/shop/order/options/customer?for=form")["result"]]
    assert customer not in clerk.get("/shop/customer/list/").ids
    assert clerk.get(f"/shop/customer/show/{customer}").status == 404
    assert str(customer) not in offered


def test_deleting_twice_finds_nothing(clerk: Browser, customer: int) -> None:
    assert [clerk.post(f"/shop/customer/delete/{customer}").status for _ in range(2)] == [303, 404]


def test_without_soft_deletion_the_row_is_gone(shop: Site, clerk: Browser) -> None:
    visit = shop.make("visit", name="甲")
    clerk.post(f"/shop/visit/delete/{visit}")
    assert visit not in [row["id"] for row in shop.rows("visit")]


def test_reference_restricts_with_its_sentence(shop: Site, clerk: Browser, customer: int) -> None:
    for _ in range(2):
        shop.make("order", name="一", customer=customer)
    answer = clerk.post(f"/shop/customer/delete/{customer}")
    assert (answer.status, "该客户下有2个订单,不能删除" in answer.text) == (422, True)
    assert shop.row("customer", customer)["alive"] == 0


def test_deleted_reference_restricts_no_more(shop: Site, clerk: Browser, customer: int) -> None:
    order = shop.make("order", name="一", customer=customer)
    clerk.post(f"/shop/order/delete/{order}")
    assert clerk.post(f"/shop/customer/delete/{customer}").status == 303


def test_reference_that_may_be_cleared_lets_go(shop: Site, clerk: Browser, customer: int) -> None:
    visit = shop.make("visit", name="一", customer=customer)
    clerk.post(f"/shop/customer/delete/{customer}")
    assert shop.row("visit", visit)["customer"] is None


def test_rows_that_belong_to_it_go_too(shop: Site, clerk: Browser, customer: int) -> None:
    address = shop.make("address", name="一", customer=customer)
    clerk.post(f"/shop/customer/delete/{customer}")
    assert address not in [row["id"] for row in shop.rows("address")]


def test_restriction_of_what_goes_too_stops_all(shop: Site, clerk: Browser, customer: int) -> None:
    address = shop.make("address", name="一", customer=customer)
    shop.make("stamp", name="一", address=address)
    assert clerk.post(f"/shop/customer/delete/{customer}").status == 422
    assert (shop.row("customer", customer)["alive"], shop.row("address", address)["customer"]) == (
        0,
        customer,
    )


def test_membership_restricts_or_lets_go_but_never_dangles(shop: Site, clerk: Browser, customer: int) -> None:
    party = shop.make("party", name="一", guests=[customer])
    answer = clerk.post(f"/shop/customer/delete/{customer}")
    assert answer.status == 422 and shop.many("party", "guests", party) == [customer]


def test_stale_version_deletes_nothing(shop: Site, clerk: Browser, customer: int) -> None:
    shop.set("customer", customer, version=3)
    assert clerk.post(f"/shop/customer/delete/{customer}", {"version": "2"}).status == 409
    assert shop.row("customer", customer)["alive"] == 0


def test_deletion_is_written_down(shop: Site, clerk: Browser, customer: int) -> None:
    clerk.post(f"/shop/customer/delete/{customer}")
    entry = shop.audit("customer", customer)[-1]
    assert (entry["action"], entry["account"]) == ("delete", "clerk")
