"""The log calls kinds of records and what was done by their names, in the reader's language."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 店\nkinds: {main: {label: 主}}\n",
    "schema/shop/order.yaml": """
label: {zh: 订单, en: Order}
title: "{name}"
fields: {name: {type: text, label: 名称}}
workflows:
  sale:
    start: open
    states: {open: {label: 开}, paid: {label: 付}}
    moves: {pay: {label: {zh: 付款, en: Pay}, from: open, to: paid}}
""",
    "schema/shop/secret.yaml": "label: 密件\nfields: {name: {type: text, label: 名称}}\n",
    "schema/shop/account.yaml": "label: 账号管理\nview_of: base.user\n",
    "schema/shop/log.yaml": """
label: 日志
view_of: base.audit
append_only: true
title: "{action} {entity}"
listing:
  columns: [at, account, action, entity, record_id]
  search: [entity, action]
  toolbar: [export]
  row: [show]
""",
    "permissions/shop/boss.yaml": """
label: 店长
rows: {order: all, log: all, account: all}
may: {order: [read, add, {move: [pay]}], log: [read, export], account: [read]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return build(FILES)


@pytest.fixture(scope="module")
def boss(shop: Site) -> Browser:
    who = shop.as_("boss")
    who.submit("/shop/order/add", name="甲")
    order = max(row["id"] for row in shop.rows("order"))
    who.post(f"/shop/order/do/pay/{order}")
    return who


def test_list_has_labels_instead_of_keys_and_codes(boss: Browser) -> None:
    page = boss.get("/shop/log/list/")
    assert "订单" in page.text and "新建" in page.text and "付款" in page.text
    assert "shop.order" not in page.root.one("tbody").text and "move:pay" not in page.root.one("tbody").text


def test_record_and_workbook_have_them_too(boss: Browser) -> None:
    (first, *_) = boss.get("/shop/log/list/").ids
    assert "付款 订单" in boss.get(f"/shop/log/show/{first}").text
    answer = boss.client.get("/shop/log/export.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.get_data())).active.iter_rows(values_only=True))
    assert ("付款", "订单") in {(row[2], row[3]) for row in rows}


def test_english_reader_has_them_in_english(shop: Site, boss: Browser) -> None:
    text = boss.client.get("/shop/log/list/", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert ">Pay<" in text and ">Order<" in text


def test_query_offers_the_kinds_that_one_may_open(boss: Browser) -> None:
    page = boss.get("/shop/log/list/").root
    kinds = {o.attrs["value"]: o.text for o in page.one("select", name="entity").all("option")}
    assert kinds["shop.order"] == "订单" and kinds["base.user"] == "账号管理" and "shop.secret" not in kinds
    acts = {o.attrs["value"]: o.text for o in page.one("select", name="action").all("option")}
    assert acts["move:pay"] == "付款" and acts["login"] == "登录"


def test_kind_and_act_narrow_the_list(boss: Browser) -> None:
    every, paid = (boss.get(f"/shop/log/list/{q}").ids for q in ("", "?entity=shop.order&action=move:pay"))
    assert len(paid) == 1 and len(every) > 1


def test_program_gets_the_codes(boss: Browser) -> None:
    body = boss.json("/api/v1/shop/log/?q=(filters:!((col:action,opr:eq,value:'move:pay')))")
    assert [(row["entity"], row["action"]) for row in body["result"]] == [("shop.order", "move:pay")]
