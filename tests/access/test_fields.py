"""Hidden is unknown, masked is never told; whoever reads through several roles sees what each row allows."""

from __future__ import annotations

import pytest

from tests.projects import Browser, Builder, Site

PHONE, SECRET = "13000000017", "机密内容"
CUSTOMER = """
label: 客户
title: "{name}"
fields:
  name: {type: text, label: 名称, required: true}
  phone: {type: phone, label: 电话, mask: true}
  secret: {type: text, label: 机密, search: true}
  fixed: {type: text, label: 固定}
  level: {type: int, label: 等级}
  tags: {type: choices, label: 标签, options: {a: 甲, b: 乙}}
  parent: {type: ref, to: customer, label: 上级}
listing:
  columns: [name, phone, secret, fixed, tags]
  search: [{field: name, by: contains}, {field: secret, by: contains}, {field: phone, by: contains}, level]
"""
FILES = {
    "schema/shop/customer.yaml": CUSTOMER,
    "schema/shop/visit.yaml": """
label: 拜访
fields: {name: {type: text, label: 名称}, customer: {type: ref, to: customer, label: 客户}}
listing: {columns: [name, customer.secret, customer.phone], search: [{field: customer.secret, by: contains}]}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {customer: 'true', visit: 'true'}
may: {customer: [read, add, edit], visit: [read]}
fields: {customer: {hidden: [secret], readonly: [fixed], masked: [level]}}
""",
    "permissions/shop/boss.yaml": """
label: 店长
rows: {customer: 'level > 5', visit: 'true'}
may: {customer: [read, edit], visit: [read]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return build(FILES)


@pytest.fixture
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


@pytest.fixture
def customer(shop: Site) -> int:
    return shop.make("customer", name="甲", phone=PHONE, secret=SECRET, fixed="不变", level=3, tags=["a"])


PAGES = ("list/", "show/{id}", "edit/{id}", "add", "list/?size=100&order=name")


@pytest.mark.parametrize("page", PAGES)
def test_hidden_field_is_on_no_page(clerk: Browser, customer: int, page: str) -> None:
    html = clerk.get(f"/shop/customer/{page}".format(id=customer)).html
    assert (SECRET in html, "机密" in html, 'name="secret"' in html) == (False, False, False)


@pytest.mark.parametrize("page", PAGES)
def test_masked_value_is_on_no_page(clerk: Browser, customer: int, page: str) -> None:
    assert PHONE not in clerk.get(f"/shop/customer/{page}".format(id=customer)).html


def test_masked_value_stands_with_its_middle_hidden(clerk: Browser, customer: int) -> None:
    told = clerk.get(f"/shop/customer/show/{customer}").details["电话"]
    assert "*" in told and told != PHONE


def test_masked_value_survives_a_save_of_the_form(shop: Site, clerk: Browser, customer: int) -> None:
    clerk.submit(f"/shop/customer/edit/{customer}", name="乙")
    assert shop.row("customer", customer)["phone"] == PHONE


def test_masked_value_can_be_replaced(shop: Site, clerk: Browser, customer: int) -> None:
    clerk.submit(f"/shop/customer/edit/{customer}", phone="13900000018")
    assert shop.row("customer", customer)["phone"] == "13900000018"


def test_hidden_value_survives_a_save_of_the_form(shop: Site, clerk: Browser, customer: int) -> None:
    clerk.submit(f"/shop/customer/edit/{customer}", name="乙", secret="überschrieben")
    assert shop.row("customer", customer)["secret"] == SECRET


def test_readonly_value_is_shown_and_not_asked(shop: Site, clerk: Browser, customer: int) -> None:
    page = clerk.get(f"/shop/customer/edit/{customer}")
    clerk.post(f"/shop/customer/edit/{customer}", {"fixed": "anders"})
    assert (page.asks("fixed"), "不变" in page.text, shop.row("customer", customer)["fixed"]) == (
        False,
        True,
        "不变",
    )


def test_value_that_a_role_masks_is_masked(clerk: Browser, customer: int) -> None:
    assert clerk.get(f"/shop/customer/show/{customer}").details["等级"] == "***"


def test_mask_comes_off_for_nobody_in_the_live_conditions(clerk: Browser, customer: int) -> None:
    env = clerk.get(f"/shop/customer/edit/{customer}").root.one("form", id="k-form").attrs["data-env"]
    assert (PHONE in env, SECRET in env, '"level": 3' in env) == (False, False, False)


@pytest.mark.parametrize(
    "query", ["secret=机密", "order=secret", "order=-secret", "phone=130", "order=phone", "level=3"]
)
def test_closed_field_neither_filters_nor_sorts(clerk: Browser, customer: int, query: str) -> None:
    plain, asked = clerk.get("/shop/customer/list/"), clerk.get(f"/shop/customer/list/?{query}")
    assert asked.status == 400 or asked.ids == plain.ids


@pytest.mark.parametrize("query", ["order=secret", "order=phone"])
def test_closed_field_is_unknown_as_one_that_is_not_there(clerk: Browser, query: str) -> None:
    told = [clerk.get(f"/shop/customer/list/?{asked}").text for asked in (query, "order=nosuch")]
    assert told[0].replace(query[6:], "…") == told[1].replace("nosuch", "…")


def test_closed_field_is_not_in_the_query_form(clerk: Browser) -> None:
    names = {
        node.attrs.get("name")
        for node in clerk.get("/shop/customer/list/").root.one("form", id="k-query").walk()
    }
    assert names & {"name", "secret", "phone"} == {"name"}


def test_title_search_of_a_picker_reads_no_hidden_field(clerk: Browser, customer: int) -> None:
    assert clerk.json(f"/shop/customer/options/parent?for=form&q={SECRET}")["result"] == []


def test_hidden_field_is_hidden_through_a_reference_too(shop: Site, clerk: Browser, customer: int) -> None:
    shop.make("visit", name="访", customer=customer)
    page = clerk.get("/shop/visit/list/")
    assert (page.status, SECRET in page.html, PHONE in page.html) == (200, False, False)


def test_hidden_field_filters_no_other_list(shop: Site, clerk: Browser, customer: int) -> None:
    shop.make("visit", name="访", customer=customer)
    plain, asked = clerk.get("/shop/visit/list/"), clerk.get(f"/shop/visit/list/?customer.secret={SECRET}x")
    assert asked.status == 400 or asked.ids == plain.ids


def test_hidden_by_one_of_two_roles_it_is_shown_in_the_others_rows(shop: Site) -> None:
    low = shop.make("customer", name="低", secret="低机密", level=1)
    high = shop.make("customer", name="高", secret="高机密", level=9)
    shop.person("both", "clerk", "boss")
    page = shop.as_("both").get("/shop/customer/list/?size=100")
    told = dict(zip(page.ids, page.column("secret"), strict=True))
    assert (told[low], told[high]) == ("—", "高机密")


def test_partly_hidden_value_survives_a_save(shop: Site) -> None:
    low = shop.make("customer", name="低", secret="低机密", level=1)
    shop.person("three", "clerk", "boss")
    shop.as_("three").submit(f"/shop/customer/edit/{low}", name="改")
    assert (shop.row("customer", low)["name"], shop.row("customer", low)["secret"]) == ("改", "低机密")


def test_partly_hidden_field_neither_filters_nor_sorts(shop: Site) -> None:
    shop.person("two", "clerk", "boss")
    assert shop.as_("two").get("/shop/customer/list/?order=secret").status == 400


def test_administrator_reads_all(shop: Site, customer: int) -> None:
    html = shop.as_("admin").get(f"/shop/customer/show/{customer}").html
    assert SECRET in html


TITLES = {
    "schema/shop/customer.yaml": """
label: 客户
title: "{name} {phone} {secret}"
fields:
  name: {type: text, label: 名称}
  phone: {type: phone, label: 电话, mask: true}
  secret: {type: text, label: 机密}
""",
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  customer: {type: ref, to: customer, label: 客户}
  helpers: {type: refs, to: customer, label: 相关}
  lines: {type: table, label: 明细, of: line, by: order, columns: [name, phone, customer]}
""",
    "schema/shop/line.yaml": """
label: 明细
fields:
  name: {type: text, label: 名称}
  phone: {type: phone, label: 电话, mask: true}
  customer: {type: ref, to: customer, label: 客户}
  order: {type: ref, to: order, label: 订单}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: 'true', customer: 'true'}
may: {order: [read, add, edit], customer: [read]}
fields: {customer: {hidden: [secret]}}
""",
}


@pytest.fixture(scope="module")
def titled(build: Builder) -> Site:
    site = build(TITLES)
    customer = site.make("customer", name="甲", phone=PHONE, secret=SECRET)
    lines = [{"name": "行", "phone": PHONE, "customer": customer}]
    site.make("order", name="一", customer=customer, helpers=[customer], lines=lines)
    return site


@pytest.mark.parametrize(
    "path",
    [
        "order/list/",
        "order/show/1",
        "order/edit/1",
        "order/options/customer?for=form",
        "line/options/customer?for=form",
        "customer/list/",
        "customer/show/1",
    ],
)
def test_title_tells_nothing_that_is_hidden_or_masked(titled: Site, path: str) -> None:
    response = titled.as_("clerk").get(f"/shop/{path}").response
    told = str(response.get_json()) if response.is_json else response.get_data(as_text=True)
    assert (response.status_code, PHONE in told, SECRET in told) == (200, False, False)


def test_masked_column_of_a_child_row_survives_a_save(titled: Site) -> None:
    titled.as_("clerk").submit("/shop/order/edit/1", lines__0__name="改")
    assert [(row["name"], row["phone"]) for row in titled.rows("line")] == [("改", PHONE)]
