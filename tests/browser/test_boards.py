"""Boards in a browser: every kind of chart draws itself in the colours of the screen, and is lines on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import Desk, desk_at
from tests.browser.paper import inks, printed
from tests.projects import Builder, Site

KINDS = {
    "bar": "by: kind",
    "line": "by: {month: sold_on, last: 12}",
    "pie": "by: kind",
    "stacked": "by: kind, split: state",
    "funnel": "by: state",
    "heat_map": "by: kind, split: state",
    "pivot": "by: kind, split: state",
    "ranking": "by: kind",
    "region_map": "by: {tree: region}",
    "point_map": "by: geo",
    "tile": "",
}
DRAWN = ("bar", "line", "pie", "stacked", "funnel", "heat_map", "point_map")
CHARTS = "\n".join(
    f"  {kind}: {{type: {kind}, label: {kind}, of: order{', ' if more else ''}{more}}}"
    for kind, more in KINDS.items()
)
FILES = {
    "schema/shop/order.yaml": """
label: 订单
fields:
  kind: {type: choice, label: 类别, options: {a: 甲, b: 乙}}
  state: {type: choice, label: 状态, options: {new: 新, paid: 已付, sent: 已发}}
  sold_on: {type: date, label: 日期}
  region: {type: region, label: 区域}
  geo: {type: geo_point, label: 位置}
""",
    "schema/shop/portal.yaml": f"""
title: 店
charts:
{CHARTS}
boards:
  all:
    label: 全部
    rows: [[{"], [".join(KINDS)}]]
""",
    "permissions/shop/clerk.yaml": "label: 员\nrows: {order: all}\nmay: {order: [read]}\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    builder = Builder(tmp_path_factory.mktemp("boards"))
    made = builder(FILES)
    today = made.world.clock.today("Asia/Shanghai")
    region = made.make("region", code="3301", name="示例区")
    for number in range(12):
        made.make(
            "order", kind="ab"[number % 2], state=("new", "new", "paid", "sent")[number % 4], sold_on=today,
            region=region, geo=f"{120 + number / 10},{30 + number / 10}",
        )  # fmt: skip
    yield made
    builder.close()


@pytest.fixture
def shop(browser: Browser, site: Site) -> Iterator[Desk]:
    with desk_at(browser, site) as opened:
        yield opened


def board(shop: Desk, dark: bool = False) -> Page:
    page = shop.login("clerk", dark=dark)
    page.goto("/shop/charts/all")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".k-chart svg")).to_have_count(len(DRAWN))
    return page


def test_every_kind_of_chart_draws_without_a_complaint(shop: Desk) -> None:
    page = board(shop)
    assert page.locator(".k-chart canvas").count() == 0
    boxes = page.locator("[data-chart]")
    assert boxes.count() == len(KINDS) - 1 == page.locator("[data-chart]:has(svg, table, ol, .k-map)").count()
    expect(page.locator(".k-tile-num")).to_have_text("12")
    assert page.locator("[data-chart] .k-empty").count() == 0
    shapes = page.locator(".k-chart svg").evaluate_all(
        "all => all.map(one => one.querySelectorAll('path').length)"
    )
    assert min(shapes) > 2


def test_charts_follow_the_theme(shop: Desk) -> None:
    page = board(shop)
    words = "() => [...document.querySelectorAll('.k-chart svg text')].map(one => one.getAttribute('fill'))"
    light = set(page.evaluate(words))
    page.locator("[data-theme-toggle]").click()
    assert light.isdisjoint(set(page.evaluate(words)) - {"#fff"})


def test_dark_board_is_printed_light_as_lines(shop: Desk) -> None:
    made = [printed(board(shop, dark)) for dark in (False, True)]
    assert inks(made[0]) == inks(made[1]) != set()
    assert b"/Subtype /Image" not in made[1]
