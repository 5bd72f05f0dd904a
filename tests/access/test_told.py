"""What is hidden or masked is told nowhere beside its own field: in heads, titles, states, lists of what refers."""

from __future__ import annotations

import pytest

from tests.projects import Browser, Builder, Site

PHONE, SECRET, CODE = "13812345678", "GEHEIM77", "CODE55"
FILES = {
    "schema/shop/customer.yaml": """
label: 客户
title: "{name} {phone} {secret} {code}"
fields:
  name: {type: text, label: 名称}
  phone: {type: phone, label: 电话, mask: true}
  secret: {type: text, label: 机密}
  code: {type: text, label: 代号}
  grade: {type: choice, label: 等级, options: {a: {label: 特甲, tone: good}, b: 乙}}
detail:
  - {section: 信息, fields: "*"}
  - {table: order, by: payer}
""",
    "schema/shop/order.yaml": """
label: 订单
title: "{no}"
fields:
  no: {type: text, label: 编号}
  customer: {type: ref, to: customer, label: 客户}
  payer: {type: ref, to: customer, label: 付款人}
  coded: {type: ref, to: customer, label: 代理人}
listing: {within: {coded: {header: [code, name, secret]}}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all, customer: name == '甲'}
may: {order: [read], customer: [read]}
fields: {customer: {hidden: [secret], masked: [code, grade]}, order: {hidden: [payer]}}
""",
    "permissions/shop/boss.yaml": """
label: 店长
rows: {order: all, customer: name == '乙'}
may: {order: [read], customer: [read]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(FILES)
    values = {"phone": PHONE, "secret": SECRET, "code": CODE, "grade": "a"}
    for name in ("甲", "乙"):
        key = site.make("customer", name=name, **values)
        site.make("order", no="单", customer=key, payer=key, coded=key)
    site.person("both", "clerk", "boss")
    return site


@pytest.fixture(scope="module")
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


@pytest.mark.parametrize("field", ["customer", "coded"])
def test_head_of_a_list_tells_nothing_closed_of_the_record_it_was_opened_from(
    clerk: Browser, field: str
) -> None:
    page = clerk.get(f"/shop/order/list/?of={field}:1")
    told = [word for word in (PHONE, SECRET, CODE, "机密") if word in page.html]
    assert (page.status, "甲" in page.text, told) == (200, True, [])


def test_list_is_not_opened_by_a_hidden_reference(clerk: Browser) -> None:
    assert clerk.get("/shop/order/list/?of=payer:1").status == 400


def test_what_refers_by_a_hidden_reference_is_not_listed(clerk: Browser) -> None:
    statuses = [clerk.get(f"/shop/customer/show/1{more}").status for more in ("", "/related/0")]
    assert (statuses, "单" in clerk.get("/shop/customer/show/1").text) == ([200, 404], False)


def test_masked_choice_does_not_stand_beside_the_title(shop: Site, clerk: Browser) -> None:
    told = ["特甲" in shop.as_(who).get("/shop/customer/show/1").html for who in ("clerk", "admin")]
    assert told == [False, True]


def test_partly_hidden_field_is_in_no_title_of_a_row_where_it_is_hidden(shop: Site) -> None:
    """Of two roles one hides it: it is shown in the rows of the other alone, also by their titles."""
    told = shop.as_("both").json("/api/v1/shop/order/?q=(order_column:id)")["result"]
    assert [SECRET in row["customer"]["title"] for row in told] == [False, True]
