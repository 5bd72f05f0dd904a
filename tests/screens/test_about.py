"""The log tells the titles of the records that its reader may see, beside the list."""

from __future__ import annotations

import pytest

from tests.portals.moving import headers
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
listing: {columns: [at, account, action, entity, number], row: [show]}
""",
    "schema/shop/account.yaml": "label: 账号\nview_of: base.user\ntitle: '{name}'\n",
    "permissions/shop/boss.yaml": """
label: 店长
rows: {order: all, secret: all, log: all, account: all}
may: {order: [read, add, edit], secret: [read, add], log: [read], account: [read, edit]}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: "name != '乙单'", log: all}
may: {order: [read], log: [read]}
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
