"""What is drawn at random: as many as were asked, each once, of those alone for which the condition holds."""

from __future__ import annotations

import pytest

from fab_app.runtime.moves import fire
from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  city: {type: text, label: 城市}
  drawn: {type: rollup, label: 抽中次数, of: sample, by: order}
""",
    "schema/shop/draw.yaml": """
label: 抽取
fields:
  city: {type: text, label: 城市}
  number: {type: int, label: 数量, required: true}
  samples: {type: rollup, label: 抽中, of: sample, by: draw}
workflows:
  drawing:
    start: open
    states: {open: {label: 未抽取}, done: {label: 已抽取, final: true}}
    moves:
      run:
        label: 抽取
        from: open
        to: done
        by: [clerk]
        effects:
          - type: generate
            entity: sample
            each: order
            where: city == outer.city and drawn == 0
            draw: number
            fields: {draw: this, order: each}
            key: [draw, order]
""",
    "schema/shop/sample.yaml": """
label: 样本
fields:
  draw: {type: ref, to: draw, label: 抽取, required: true}
  order: {type: ref, to: order, label: 订单, required: true}
unique: [[draw, order]]
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: 'true', draw: 'true', sample: 'true'}
may: {order: [read], draw: [read, add], sample: [read]}
""",
}


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return build(FILES, database)


def drawn(site: Site, city: str, number: int) -> list[int]:
    draw = site.make("draw", city=city, number=number)
    with site.acting("clerk") as clerk:
        fire(clerk.writer, site.entity("draw"), draw, "run", {})
    return [row["order"] for row in site.rows("sample") if row["draw"] == draw]


def orders(site: Site, city: str, many: int) -> set[int]:
    return {site.make("order", name=f"{city}{n}", city=city) for n in range(many)}


def test_as_many_as_asked_none_twice_and_only_eligible_ones(site: Site) -> None:
    here, elsewhere = orders(site, "甲", 30), orders(site, "乙", 30)
    first = drawn(site, "甲", 12)
    second = drawn(site, "甲", 12)
    assert (len(first), len(second), len({*first, *second})) == (12, 12, 24)
    assert {*first, *second} <= here and not {*first, *second} & elsewhere


def test_all_are_taken_where_there_are_fewer(site: Site) -> None:
    few = orders(site, "丙", 3)
    assert (set(drawn(site, "丙", 10)), drawn(site, "丙", 10)) == (few, [])


def test_nothing_is_drawn_of_none(site: Site) -> None:
    orders(site, "丁", 3)
    assert (drawn(site, "丁", 0), drawn(site, "丁", -1)) == ([], [])


def test_order_of_rows_does_not_decide(site: Site) -> None:
    """Forty of forty-one are left out each time: that the first would be drawn ten times is no chance."""
    rows = sorted(orders(site, "戊", 410))
    found = [drawn(site, "戊", 1)[0] for _ in range(10)]
    assert found != rows[:10] and len(set(found)) == 10
