"""What permission and row checks add to a request: nothing that grows with the number of roles."""

from __future__ import annotations

import pytest

from tests.projects import Browser, Builder, Site

ROLES = 12
FILES = {
    "schema/shop/portal.yaml": """
title: 商店
charts: {states: {label: 各状态, of: order, type: bar, by: state}}
boards: {all: {label: 统计, rows: [[states]]}}
""",
    "schema/shop/order.yaml": """
label: 订单
belongs: {org: org, owner: created_by}
fields: {name: {type: text, label: 名称}, org: {type: org, label: 机构}, sum: {type: money, label: 额}}
listing: {tabs: {all: {label: 全部}, big: {label: 大, where: sum > 10}}}
workflows:
  closing:
    start: open
    states: {open: {label: 开}, closed: {label: 关, final: true}}
    moves: {close: {label: 结, by: ROLES, from: open, to: closed, dialog: {name: {type: text, label: 名称}}}}
""".replace("ROLES", str([f"r{index}" for index in range(ROLES)])),
    "schema/shop/line.yaml": "label: 明细\nfields: {order: {type: ref, to: order, label: 订单}}\n",
    "menus/shop.yaml": "items: [order, {label: 统计, board: all}]\n",
    **{
        f"permissions/shop/r{index}.yaml": f"label: 角色{index}\nrows: {{line: all, order: org or sum == {index}}}\n"
        f"may: {{order: [read, add, edit, delete, export], line: [read, add]}}\n".replace(
            "org or sum", "org == user.org or sum"
        )
        for index in range(ROLES)
    },
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    site = build(FILES, database)
    for index in range(20):
        site.make("order", name=f"甲{index}", sum=str(index))
    site.person("many", *(f"r{index}" for index in range(ROLES)), portal="shop")
    return site


def cost(browser: Browser, path: str) -> int:
    browser.get(path)
    with browser.site.statements() as found:
        page = browser.get(path)
    assert page.status == 200, f"{path}: {page.status}"
    return len(found)


PATHS = (
    "/shop/order/list/",
    "/shop/order/list/?part=counters",
    "/shop/order/show/1",
    "/shop/order/edit/1",
    "/shop/order/do/close/1",
    "/shop/order/export.xlsx",
    "/shop/line/options/order",
    "/shop/charts/all",
    "/shop/badges",
    "/api/v1/shop/order/",
    "/api/v1/shop/order/1",
    "/api/v1/shop/order/export.csv",
    "/api/v1/shop/charts/states",
)


@pytest.mark.parametrize("path", PATHS)
def test_checks_add_at_most_two_statements_whatever_the_number_of_roles(shop: Site, path: str) -> None:
    own = path.replace("/1", "/2")  # the row that role r1 reaches, too
    admin, one, many = (cost(shop.as_(name), own) for name in ("admin", "r1", "many"))
    assert one == many and one <= admin + 2


def test_a_save_costs_the_same_whatever_the_number_of_roles(shop: Site) -> None:
    counts = []
    for name in ("admin", "r1", "many"):
        with shop.acting(name) as who:
            with shop.statements() as found:
                who.writer.change(shop.entity("order"), 2, {"name": f"von {name}"})
            counts.append(len(found))
    assert counts[1] == counts[2] and counts[1] <= counts[0] + 2
