"""The log tells the titles of the records that its reader may see: beside the list, on the page, in files."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest

from fab_app.runtime.exports import exporting
from tests.portals.asking import headers
from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 店\n",
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
fields: {name: {type: text, label: 名称}, phone: {type: text, label: 电话}}
""",
    "schema/shop/secret.yaml": "label: 密件\ntitle: '{name}'\nfields: {name: {type: text, label: 名称, mask: true}}\n",
    "schema/shop/log.yaml": """
label: 日志
view_of: base.audit
append_only: true
title: "{action} {entity}"
names: {number: {field: record_id, label: 编号}}
listing: {columns: [at, account, action, entity, number], toolbar: [export], row: [show]}
detail: [{section: 日志, fields: [action, entity, number]}]
""",
    "schema/shop/bare.yaml": """
label: 简志
view_of: base.audit
append_only: true
listing: {columns: [at, record_id], toolbar: [export], row: [show]}
detail: [{section: 日志, fields: [action, record_id]}]
""",
    "schema/shop/account.yaml": "label: 账号\nview_of: base.user\ntitle: '{name}'\n",
    "permissions/shop/boss.yaml": """
label: 店长
rows: {order: all, secret: all, log: all, bare: all, account: all}
may:
  {order: [read, add, edit], secret: [read, add], log: [read, export], bare: [read, export], account: [read, edit]}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: "name != '乙单'", log: all}
may: {order: [read], log: [read, export]}
""",
    "permissions/shop/blind.yaml": """
label: 盲员
rows: {order: all, log: all}
may: {order: [read], log: [read, export]}
fields: {log: {masked: [number]}}
""",
}
BESIDE = "/shop/log/list/?part=titles&page=1"


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(FILES)
    boss = site.as_("boss")
    for name in ("甲单", "乙单"):
        boss.submit("/shop/order/add", name=name)
    boss.submit("/shop/secret/add", name="绝密文件")
    site.as_("clerk")
    answer = boss.client.put(
        f"/api/v1/shop/account/{site.users['clerk']}", json={"name": "小李"}, headers=headers(boss)
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return site


@pytest.fixture(scope="module")
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


def test_list_asks_for_them_beside(clerk: Browser) -> None:
    page = clerk.get("/shop/log/list/")
    assert 'hx-get="/shop/log/list/?part=titles&amp;page=1"' in page.html
    assert "甲单" not in page.text


def test_titles_lead_to_their_records(shop: Site) -> None:
    html = shop.as_("boss").get(BESIDE).html
    assert "甲单" in html and 'href="/shop/order/show/1"' in html and "td[data-label='编号']" in html


def test_shared_record_leads_to_the_view_of_the_portal(shop: Site, clerk: Browser) -> None:
    assert "/shop/account/show/" in shop.as_("boss").get(BESIDE).html
    assert "/account/" not in clerk.get(BESIDE).html and "/base/user/" not in clerk.get(BESIDE).html


def test_record_that_one_may_not_see_has_none(clerk: Browser) -> None:
    html = clerk.get(BESIDE).html
    assert "甲单" in html and "乙单" not in html and "/shop/order/show/2" not in html


def test_kind_that_one_may_not_open_has_none(clerk: Browser) -> None:
    assert "/shop/secret/" not in clerk.get(BESIDE).html


def test_masked_title_is_masked(shop: Site) -> None:
    html = shop.as_("boss").get(BESIDE).html
    assert "/shop/secret/show/1" in html and "绝密文件" not in html


def test_one_statement_a_kind_whatever_the_rows(shop: Site) -> None:
    boss = shop.as_("boss")
    boss.get(BESIDE)
    with shop.statements() as before:
        boss.get(BESIDE)
    for number in range(5):
        boss.submit("/shop/order/add", name=f"单{number}")
    boss.get(BESIDE)
    with shop.statements() as after:
        boss.get(BESIDE)
    kinds = 3
    assert len(before) == len(after) == 2 + kinds


def test_other_lists_have_none(shop: Site) -> None:
    assert "hx-swap-oob" not in shop.as_("boss").get("/shop/order/list/?part=titles").html


def entry(shop: Site, name: str, id_: int) -> int:
    return int(shop.audit(name, id_)[0]["id"])


def page(who: Browser, id_: int, log: str = "log") -> str:
    found = who.get(f"/shop/{log}/show/{id_}")
    assert found.status == 200
    return found.html[found.html.index('<dl class="k-desc">') : found.html.index("</dl>")]


def told(who: Browser, path: str) -> list[tuple[Any, Any]]:
    """The last two columns of a file of the log: kind and record."""
    answer = who.client.get(path, headers={"Accept-Language": "zh"})
    assert answer.status_code == 200
    if path.endswith("csv"):
        lines = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
        rows = [tuple(line) for line in lines]
    else:
        rows = list(openpyxl.load_workbook(io.BytesIO(answer.get_data())).active.iter_rows(values_only=True))
    return [(row[-2], row[-1]) for row in rows[1:]]


FILES_OF_LOG = pytest.mark.parametrize("path", ["/shop/log/export.xlsx", "/api/v1/shop/log/export.csv"])


def test_page_of_an_entry_has_the_title_and_leads_to_the_record(shop: Site) -> None:
    html = page(shop.as_("boss"), entry(shop, "order", 1))
    assert '<a class="k-title" href="/shop/order/show/1">甲单</a>' in html
    assert "/shop/account/show/" in page(shop.as_("boss"), entry(shop, "account", shop.users["clerk"]))


def test_page_of_an_entry_keeps_the_number_of_what_one_may_not_see(shop: Site, clerk: Browser) -> None:
    hidden, closed = page(clerk, entry(shop, "order", 2)), page(clerk, entry(shop, "secret", 1))
    assert "乙单" not in hidden and "/shop/order/" not in hidden and ">2<" in hidden
    assert "文件" not in closed and "/shop/secret/" not in closed and ">1<" in closed


def test_page_of_an_entry_masks_a_masked_title(shop: Site) -> None:
    html = page(shop.as_("boss"), entry(shop, "secret", 1))
    assert "/shop/secret/show/1" in html and "绝密文件" not in html


def test_page_of_an_entry_costs_one_statement_more(shop: Site) -> None:
    boss, counted = shop.as_("boss"), []
    for log in ("bare", "log"):
        page(boss, entry(shop, "order", 1), log)
        with shop.statements() as statements:
            page(boss, entry(shop, "order", 1), log)
        counted.append(len(statements))
    assert counted[1] == counted[0] + 1 <= 4


@FILES_OF_LOG
def test_files_of_the_log_have_titles(shop: Site, path: str) -> None:
    found = told(shop.as_("boss"), path)
    assert ("订单", "甲单") in found and ("密件", "绝**件") in found


@FILES_OF_LOG
def test_files_of_the_log_keep_numbers_of_what_one_may_not_see(clerk: Browser, path: str) -> None:
    found = {(kind, str(record)) for kind, record in told(clerk, path)}
    assert {("订单", "甲单"), ("订单", "2")} <= found
    assert not any(record in ("乙单", "绝密文件", "绝**件") for _, record in found)


def test_masked_number_is_not_told_by_a_title(shop: Site) -> None:
    blind = shop.as_("blind")
    texts = (
        blind.get(BESIDE).html,
        page(blind, entry(shop, "order", 1)),
        str(told(blind, "/shop/log/export.xlsx")),
    )
    assert [text for text in texts if "甲单" in text] == []


def test_title_in_a_file_is_no_formula(shop: Site) -> None:
    boss = shop.as_("boss")
    boss.submit("/shop/order/add", name='=HYPERLINK("x")')
    assert ("订单", '\'=HYPERLINK("x")') in told(boss, "/api/v1/shop/log/export.csv")


@FILES_OF_LOG
def test_a_piece_of_a_file_costs_one_statement_a_kind(
    shop: Site, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    boss, kinds, counted = shop.as_("boss"), 3, []
    told(boss, path)
    for piece in (1000, 8):
        monkeypatch.setattr(exporting, "PIECE", piece)
        with shop.statements() as statements:
            rows = len(told(boss, path))
        counted.append(len([one for one in statements if "IN (" in one]))
        assert counted[-1] <= kinds * -(-rows // piece)
    assert 2 <= counted[0] <= kinds < counted[1]
