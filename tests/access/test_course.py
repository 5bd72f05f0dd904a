"""The course of a record tells of a field what the record itself tells: nothing hidden, what is masked masked."""

from __future__ import annotations

import pytest

from tests.projects import Builder, Site

NOTE, CODE, PAY = "说给人听", "NEU99XY", "777.77"
FILES = {
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  note: {type: text, label: 备注}
  code: {type: text, label: 代号}
  pay: {type: money, label: 金额}
workflows:
  w:
    start: a
    states: {a: {label: 甲}, b: {label: 乙, final: true}}
    moves: {go: {label: 提交, from: a, to: b, by: [boss], dialog: {note: {}, code: {}, pay: {}}}}
detail: [{section: 信息, fields: "*"}, {timeline: moves}]
""",
    "permissions/shop/masked.yaml": """
label: 遮
rows: {order: all}
may: {order: [read]}
fields: {order: {masked: [code, pay]}}
""",
    "permissions/shop/hidden.yaml": """
label: 隐
rows: {order: all}
may: {order: [read]}
fields: {order: {hidden: [code, pay]}}
""",
    "permissions/shop/boss.yaml": "label: 长\nrows: {order: name == '他'}\nmay: {order: [read, edit]}\n",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(FILES)
    id_ = site.make("order", name="他")
    boss = site.as_("boss")
    said = {"note": NOTE, "code": CODE, "pay": PAY}
    headers = {"X-CSRFToken": boss.get("/login/").token}
    assert boss.client.post(f"/api/v1/shop/order/{id_}/do/go", json=said, headers=headers).status_code == 200
    site.set("order", id_, name="非")  # so that of two roles only the one that hides lets read it
    site.person("both", "hidden", "boss")
    return site


@pytest.mark.parametrize("account", ["masked", "hidden", "both"])
def test_what_was_said_of_a_closed_field_is_not_told(shop: Site, account: str) -> None:
    page = shop.as_(account).get("/shop/order/show/1")
    assert (page.status, [word for word in (NOTE, CODE, PAY) if word in page.html]) == (200, [NOTE])


def test_masked_field_stands_masked_in_the_course(shop: Site) -> None:
    assert "代号:N*****Y" in shop.as_("masked").get("/shop/order/show/1").text


def test_hidden_field_is_not_named_in_the_course(shop: Site) -> None:
    assert "代号" not in shop.as_("hidden").get("/shop/order/show/1").text


def test_who_reads_the_fields_reads_what_was_said(shop: Site) -> None:
    page = shop.as_("admin").get("/shop/order/show/1")
    assert [word for word in (NOTE, CODE, PAY) if word not in page.text] == []
