"""Ways in that stock Flask-AppBuilder leaves open and that the walk does not try; docs/access.md lists them all."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask_jwt_extended import create_access_token

from tests.projects import Builder, Site

SECRET = "秘名"
FILES = {
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
fields:
  name: {type: text, label: 名称, required: true}
  note: {type: text, label: 备注}
  day: {type: date, label: 日期}
  customer: {type: ref, to: customer, label: 客户}
checks:
  - {check: day <= customer.until, at: day, message: 晚于客户的期限}
  - {check: name != customer.name, at: name, message: 同客户名}
listing: {columns: [name, note]}
""",
    "schema/shop/customer.yaml": """
label: 客户
fields: {name: {type: text, label: 名称}, code: {type: text, label: 代号}, until: {type: date, label: 期限}}
""",
    "schema/shop/tag.yaml": "label: 标签\nfields: {name: {type: text, label: 名称}}\n",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: 'true', customer: own, tag: 'true'}
may: {order: [read, add, edit], customer: [read], tag: [read, add, edit]}
""",
    "permissions/shop/reader.yaml": "label: 读\nrows: {order: 'true'}\nmay: {order: [read]}\n",
    "permissions/shop/writer.yaml": """
label: 写
rows: {order: "name != '定'"}
may: {order: [read, edit]}
fields: {order: {readonly: [note]}}
""",
    "permissions/shop/fixer.yaml": "label: 修\nrows: {order: name == '定'}\nmay: {order: [read, edit]}\n",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(FILES)
    site.person("two", "reader", "writer")
    site.person("three", "writer", "fixer")
    return site


@pytest.fixture
def hidden(shop: Site) -> int:
    return shop.make("customer", name=SECRET, code="zz9", until="2020-06-15")


def api(shop: Site, account: str, method: str, path: str, **options: Any) -> Any:
    with shop.app.app_context():
        token = create_access_token(identity=str(shop.id_of(account)))
    headers = {"Authorization": f"Bearer {token}"}
    return shop.app.test_client().open(f"/api/v1/shop/{path}", method=method, headers=headers, **options)


def test_form_opened_below_a_foreign_row_is_not_drawn(shop: Site, hidden: int) -> None:
    page = shop.as_("clerk").get(f"/shop/order/add?of=customer:{hidden}")
    assert (page.status, SECRET in page.html) == (404, False)


def test_refused_form_names_no_foreign_row(shop: Site, hidden: int) -> None:
    page = shop.as_("clerk").post("/shop/order/add", {"name": "", "customer": str(hidden)})
    assert (page.status, SECRET in page.html) == (422, False)


@pytest.mark.parametrize("day", ["2020-06-15", "2020-06-16"])
def test_rule_tells_nothing_of_a_foreign_row(shop: Site, hidden: int, day: str) -> None:
    answer = api(shop, "clerk", "POST", "order/", json={"name": SECRET, "day": day, "customer": hidden})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["customer"])


def test_rule_tells_nothing_of_a_foreign_row_in_an_edit(shop: Site, hidden: int) -> None:
    id_ = shop.make("order", name="单")
    answer = api(shop, "clerk", "PUT", f"order/{id_}", json={"day": "2020-06-16", "customer": hidden})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["customer"])


def test_columns_over_a_foreign_reference_are_empty(shop: Site, hidden: int) -> None:
    id_ = shop.make("order", name="引", customer=hidden)
    q = f"(columns:!(customer.code),filters:!((col:id,opr:eq,value:{id_})))"
    body = api(shop, "clerk", "GET", "order/", query_string={"q": q}).json
    assert body["result"][0]["customer.code"] is None


@pytest.mark.parametrize("operator", ["eq", "neq", "sw", "ct"])
def test_filter_over_a_foreign_reference_finds_nothing(shop: Site, hidden: int, operator: str) -> None:
    shop.make("order", name="引", customer=hidden)
    q = f"(filters:!((col:customer.code,opr:{operator},value:zz{'8' if operator == 'neq' else ''})))"
    assert api(shop, "clerk", "GET", "order/", query_string={"q": q}).json["count"] == 0


def test_order_over_a_foreign_reference_tells_nothing(shop: Site) -> None:
    customers = [shop.make("customer", name="客", code=code) for code in ("c", "a", "b")]
    ids = [shop.make("order", name="序", customer=customer) for customer in customers]
    q = "(order_column:customer.code,order_direction:asc,page_size:100)"
    found = api(shop, "clerk", "GET", "order/", query_string={"q": q}).json["ids"]
    assert [id_ for id_ in found if id_ in ids] in (ids, ids[::-1])


def test_head_writes_nothing(shop: Site) -> None:
    before = len(shop.rows("tag"))
    status = shop.as_("clerk").client.open("/shop/tag/add", method="HEAD", data={"name": "x"}).status_code
    assert (status, len(shop.rows("tag"))) == (200, before)


def test_role_that_only_reads_opens_no_field_to_one_that_writes(shop: Site) -> None:
    id_ = shop.make("order", name="单", note="旧")
    answer = api(shop, "two", "PUT", f"order/{id_}", json={"note": "新"})
    assert (answer.status_code, shop.row("order", id_)["note"]) == (400, "旧")


def test_field_is_written_in_the_rows_of_the_role_that_lets_it(shop: Site) -> None:
    locked, free = shop.make("order", name="单", note="旧"), shop.make("order", name="定", note="旧")
    statuses = [
        api(shop, "three", "PUT", f"order/{id_}", json={"note": "新"}).status_code for id_ in (locked, free)
    ]
    assert statuses == [422, 200]
    assert [shop.row("order", id_)["note"] for id_ in (locked, free)] == ["旧", "新"]


def test_page_is_never_larger_than_its_limit(shop: Site) -> None:
    asked = ("/shop/order/list/?size=100000", "/shop/order/list/?size=101")
    assert [shop.as_("clerk").get(path).status for path in asked] == [400, 400]
    assert api(shop, "clerk", "GET", "order/", query_string={"q": "(page_size:101)"}).status_code == 400


@pytest.mark.parametrize(
    "body", [{"name": "套", "customer": {"name": "新"}}, {"name": "套", "customer": [1]}]
)
def test_nested_body_makes_no_other_record(shop: Site, body: dict[str, Any]) -> None:
    before = len(shop.rows("customer"))
    answer = api(shop, "clerk", "POST", "order/", json=body)
    assert (answer.status_code, len(shop.rows("customer"))) == (422, before)


def test_rows_cannot_be_taken_from_their_parent_by_its_body(shop: Site, hidden: int) -> None:
    id_ = shop.make("order", name="子", customer=hidden)
    answer = api(shop, "clerk", "PUT", f"customer/{hidden}", json={"order": [id_]})
    assert (answer.status_code, shop.row("order", id_)["customer"]) == (403, hidden)


def test_refused_write_tells_no_sql(shop: Site) -> None:
    answer = api(shop, "clerk", "POST", "order/", json={"name": "x" * 5000})
    assert "INSERT" not in answer.get_data(as_text=True).upper()


def test_password_page_changes_ones_own_alone(shop: Site) -> None:
    users = shop.world.tables.of("base.user").table
    other = shop.id_of("two")
    new = {"current": "Demo@2024x", "password": "Neu@2024x", "repeat": "Neu@2024x", "pk": str(other)}
    with shop.engine.connect() as connection:
        hashes = sa.select(users.c.password).where(users.c.id == other)
        before = connection.scalar(hashes)
        status = shop.as_("clerk").post(f"/shop/password?pk={other}", new).status
        assert (status, connection.scalar(hashes)) == (303, before)


STOCK = [
    "api/v1/menu/",
    "api/v1/shop/order/_info",
    "users/list/",
    "roles/list/",
    "resetpassword/form?pk=1",
    "shop/order/action/x/1",
    "shop/order/action_post",
    "download/x.txt",
    "shop/order/download/x",
]


@pytest.mark.parametrize("path", STOCK)
def test_stock_addresses_are_not_there(shop: Site, path: str) -> None:
    assert shop.as_("clerk").get(f"/{path}").status in (401, 404)
