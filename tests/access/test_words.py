"""Typed words are looked for only in what the person is told: never in what is hidden, masked or of foreign rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.projects import Browser, Builder, Site

PHONE, SECRET, CODE, NAME = "13812345678", "GEHEIM77", "CODE55", "甲公司"
CLOSED = pytest.mark.parametrize("word", ["1381234", "GEHEIM7", "CODE5"])
CUSTOMER = """
label: 客户
title: "{name} {phone} {secret} {code}"
fields:
  name: {type: text, label: 名称%s}
  phone: {type: phone, label: 电话, mask: true%s}
  secret: {type: text, label: 机密%s}
  code: {type: text, label: 代号%s}
"""
FILES = {
    "schema/shop/customer.yaml": CUSTOMER % (("",) * 4),
    "schema/shop/client.yaml": CUSTOMER % ((", search: true",) * 4),
    "schema/shop/tag.yaml": "label: 标签\ntitle: '{word}'\nfields: {word: {type: text, label: 词}}\n",
    "schema/shop/order.yaml": """
label: 订单
title: "{no}"
fields:
  no: {type: text, label: 编号}
  customer: {type: ref, to: customer, label: 客户}
  client: {type: ref, to: client, label: 委托人}
  tag: {type: ref, to: tag, label: 标签}
listing:
  columns: [no, customer, client]
  search: [{field: customer, by: contains}, {field: client, by: contains}, {field: tag, by: contains}]
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all, customer: all, client: all, tag: all}
may: {order: [read, export], customer: [read, export], client: [read], tag: [read]}
fields:
  customer: {hidden: [secret], masked: [code]}
  client: {hidden: [secret], masked: [code]}
  tag: {masked: [word]}
""",
    "permissions/shop/open.yaml": """
label: 开
rows: {order: all, customer: all}
may: {order: [read], customer: [read]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(FILES)
    values = {"name": NAME, "phone": PHONE, "secret": SECRET, "code": CODE}
    customer, client = site.make("customer", **values), site.make("client", **values)
    site.make("order", no="一", customer=customer, client=client, tag=site.make("tag", word="词"))
    site.person("both", "clerk", "open")
    return site


@pytest.fixture(scope="module")
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


def asked(who: Browser, entity: str, q: str) -> Any:
    answer = who.client.get(f"/api/v1/shop/{entity}/", query_string={"q": q})
    return answer.get_json()["ids"] if answer.status_code == 200 else answer.status_code


def titled(who: Browser, field: str, word: str) -> Any:
    return asked(who, "order", f"(filters:!((col:{field},opr:ct,value:'{word}')))")


@CLOSED
@pytest.mark.parametrize("field", ["customer", "client"])
def test_reference_is_not_found_by_words_of_closed_fields(clerk: Browser, field: str, word: str) -> None:
    assert titled(clerk, field, word) == []


@CLOSED
def test_list_is_not_filtered_by_words_of_closed_fields(clerk: Browser, word: str) -> None:
    assert clerk.get(f"/shop/order/list/?customer={word}").ids == []


@CLOSED
@pytest.mark.parametrize("entity", ["customer", "client"])
def test_record_is_not_found_by_words_of_closed_fields(clerk: Browser, entity: str, word: str) -> None:
    assert asked(clerk, entity, f"(keyword:'{word}')") == []


@CLOSED
@pytest.mark.parametrize("field", ["customer", "client"])
def test_picker_does_not_find_by_words_of_closed_fields(clerk: Browser, field: str, word: str) -> None:
    assert clerk.json(f"/shop/order/options/{field}?for=form&q={word}")["result"] == []


@CLOSED
def test_export_holds_nothing_found_by_words_of_closed_fields(clerk: Browser, word: str) -> None:
    q = f"(filters:!((col:customer,opr:ct,value:'{word}')))"
    told = clerk.client.get("/api/v1/shop/order/export.csv", query_string={"q": q})
    assert (told.status_code, len(told.get_data(as_text=True).strip().splitlines())) == (200, 1)


@pytest.mark.parametrize("field", ["customer", "client"])
def test_words_that_are_told_find(clerk: Browser, field: str) -> None:
    assert (titled(clerk, field, NAME[:2]), asked(clerk, field, f"(keyword:'{NAME[:2]}')")) == ([1], [1])


@pytest.mark.parametrize("word", [PHONE[:7], SECRET[:6], CODE[:5]])
def test_administrator_finds_by_all_words(shop: Site, word: str) -> None:
    admin = shop.as_("admin")
    assert (titled(admin, "customer", word), asked(admin, "client", f"(keyword:'{word}')")) == ([1], [1])


@CLOSED
def test_of_two_roles_the_careful_one_says_what_is_looked_in(shop: Site, word: str) -> None:
    both = shop.as_("both")
    assert (titled(both, "customer", word), asked(both, "customer", f"(keyword:'{word}')")) == ([], [])


@pytest.mark.parametrize("q", ["order_column:code", "filters:!((col:code,opr:eq,value:CODE55))"])
def test_masked_by_one_of_two_roles_it_neither_filters_nor_sorts(shop: Site, q: str) -> None:
    assert asked(shop.as_("both"), "customer", f"({q})") == 400


def test_title_of_which_nothing_is_told_is_not_asked_for(clerk: Browser) -> None:
    form = clerk.get("/shop/order/list/").root.one("form", id="k-query")
    names = {node.attrs.get("name") for node in form.walk()}
    assert (titled(clerk, "tag", "词"), names & {"customer", "tag"}) == (400, {"customer"})


# --- titles that are told of one's own rows alone -------------------------------------------------

SCOPED = {
    "schema/shop/customer.yaml": (
        "label: 客户\nbelongs: {owner: created_by}\nfields: {name: {type: text, label: 名称}}\n"
    ),
    "schema/shop/order.yaml": """
label: 订单
title: "{no}"
fields:
  no: {type: text, label: 编号}
  partner: {type: ref, to: customer, label: 伙伴, label_rows: scoped}
  follows: {type: computed, as: {type: ref, to: customer}, label: 同, value: partner}
  always: {type: ref, to: customer, label: 客户}
  helpers: {type: refs, to: customer, label: 相关, label_rows: scoped}
listing: {columns: [no, partner, helpers], search: [{field: partner, by: contains}]}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all, customer: own}
may: {order: [read], customer: [read]}
""",
    "permissions/shop/blind.yaml": "label: 盲\nrows: {order: all}\nmay: {order: [read]}\n",
}


@pytest.fixture(scope="module")
def scoped(build: Builder) -> Site:
    site = build(SCOPED)
    foreign, own = site.make("customer", name="外人"), site.make("customer", name="内人")
    site.set("customer", own, created_by=site.users["clerk"])
    for key in (foreign, own):
        site.make("order", no="单", partner=key, always=key, helpers=[key])
    return site


@pytest.mark.parametrize("field", ["partner", "follows"])
@pytest.mark.parametrize(("account", "found"), [("clerk", [2]), ("blind", []), ("admin", [2, 1])])
def test_scoped_title_is_found_in_ones_own_rows_alone(
    scoped: Site, field: str, account: str, found: list[int]
) -> None:
    assert titled(scoped.as_(account), field, "人") == found


def test_scoped_title_filters_no_list(scoped: Site) -> None:
    found = [scoped.as_(who).get("/shop/order/list/?partner=人").ids for who in ("clerk", "blind")]
    assert found == [[2], []]


def test_title_that_is_always_told_is_found(scoped: Site) -> None:
    assert titled(scoped.as_("blind"), "always", "外人") == [1]


@pytest.mark.parametrize(("account", "told"), [("clerk", ["", "内人"]), ("blind", ["", ""])])
def test_scoped_titles_of_several_are_told_of_ones_own_rows_alone(
    scoped: Site, account: str, told: list[str]
) -> None:
    answer = scoped.as_(account).json("/api/v1/shop/order/?q=(order_column:id)")
    assert [row["helpers"][0].get("title", "") for row in answer["result"]] == told
