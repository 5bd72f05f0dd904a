"""Counters of lists are counted again only after a write to a table that they rest on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from fab_app.runtime.counting import COUNTED, DEAR
from fab_app.runtime.query import Query
from fab_app.runtime.writes import count_write
from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/firm.yaml": """
label: 企业
title: "{name}"
fields:
  name: {type: text, label: 名称}
  mine: {type: bool, label: 我的}
  until: {type: datetime, label: 至}
""",
    "schema/shop/line.yaml": """
label: 明细
title: "{name}"
fields: {name: {type: text, label: 名称}, firm: {type: ref, to: firm, label: 企业}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {firm: mine, line: {through: firm}}
may: {firm: [read, add, edit], line: [read, add]}
""",
    "permissions/shop/boss.yaml": "label: 店长\nrows: {firm: all}\nmay: {firm: [read, edit]}\n",
    "permissions/shop/timed.yaml": """
label: 限时
rows: {firm: until > now()}
may: {firm: [read]}
""",
}


@pytest.fixture
def shop(project: Builder, database: str) -> Site:
    return project(FILES, database)


def count(shop: Site, account: str, entity: str) -> int:
    with shop.acting(account) as here:
        return here.reader.count(shop.world.manifest.entities[f"shop.{entity}"], Query()).number


def test_a_counter_follows_every_write(shop: Site) -> None:
    firm = shop.make("firm", name="甲", mine=True)
    shop.make("line", name="一", firm=firm)
    assert [count(shop, "clerk", name) for name in ("firm", "line")] == [1, 1]
    assert shop.as_("boss").submit(f"/shop/firm/edit/{firm}", mine="").status == 303
    assert [count(shop, "clerk", name) for name in ("firm", "line")] == [0, 0]


def test_nothing_is_counted_while_nothing_was_written(shop: Site) -> None:
    """Rows that went past the application are not known to it; so this shows that it did not look."""
    shop.make("firm", name="甲", mine=True)
    assert count(shop, "clerk", "firm") == 1
    table = shop.world.tables.of("shop.firm").table
    with shop.engine.begin() as connection:
        connection.execute(sa.update(table).values(mine=False))
    assert count(shop, "clerk", "firm") == 1
    shop.make("firm", name="乙")
    assert count(shop, "clerk", "firm") == 0


def test_a_transaction_counts_what_it_wrote_and_tells_nobody(shop: Site) -> None:
    firm = shop.world.manifest.entities["shop.firm"]
    assert count(shop, "clerk", "firm") == 0
    with shop.acting("clerk") as here:
        here.writer.create(firm, {"name": "甲", "mine": True})
        assert here.reader.count(firm, Query()).number == 1
        here.reader.session.rollback()
    assert count(shop, "clerk", "firm") == 0


def test_rows_by_the_instant_are_counted_each_time(shop: Site) -> None:
    shop.make("firm", name="甲", until=shop.world.clock.now().replace(year=2099))
    assert count(shop, "timed", "firm") == 1
    table = shop.world.tables.of("shop.firm").table
    with shop.engine.begin() as connection:
        connection.execute(sa.update(table).values(until=shop.world.clock.now().replace(year=2001)))
    assert count(shop, "timed", "firm") == 0


def test_beyond_ten_thousand_there_are_more(project: Builder) -> None:
    shop = project(FILES)
    shop.fill("firm", [{"name": "甲", "mine": True} for _ in range(COUNTED)])
    exact = shop.as_("clerk").json("/api/v1/shop/firm/")
    assert (exact["count"], exact.get("more")) == (COUNTED, None)
    shop.make("firm", name="乙", mine=True)
    found = shop.as_("clerk").json("/api/v1/shop/firm/")
    assert (found["count"], found["more"]) == (COUNTED, True)


def test_number_is_exact_again_when_rows_beyond_ten_thousand_go(shop: Site) -> None:
    """However it was counted last: few rows, just as many as are counted, or more."""
    table, firm = shop.world.tables.of("shop.firm").table, shop.world.manifest.entities["shop.firm"]
    shop.fill("firm", [{"name": "甲", "mine": True} for _ in range(COUNTED - 1)])

    def told() -> tuple[int, bool]:
        with shop.acting("clerk") as here:
            found = here.reader.count(firm, Query())
            return found.number, found.more

    found = [told()]
    added = []
    for _ in range(3):
        added.append(shop.make("firm", name="乙", mine=True))
        found.append(told())
    shop.set("firm", added[0], mine=False)
    found.append(told())
    with shop.engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.id <= COUNTED // 2).values(mine=False))
        count_write(connection, shop.world.tables, table)
    found.append(told())
    half = COUNTED - 1 + 2 - COUNTED // 2
    exact, beyond = (COUNTED, False), (COUNTED, True)
    assert found == [(COUNTED - 1, False), exact, beyond, beyond, beyond, (half, False)]


def later(shop: Site, account: str, entity: str) -> tuple[int, bool]:
    """A page's counter, and whether it is old."""
    with shop.acting(account) as here:
        made = shop.world.manifest.entities[f"shop.{entity}"]
        count = here.reader.counts(made, Query(), {"": ""}, later=True)[""]
        return count.number, count.old


def test_a_page_takes_the_last_number_where_thousands_would_be_counted(shop: Site) -> None:
    shop.fill("firm", [{"name": f"F{at}", "mine": True} for at in range(DEAR + 1)])
    assert later(shop, "clerk", "firm") == (DEAR + 1, False)
    shop.make("firm", name="甲", mine=True)
    assert later(shop, "clerk", "firm") == (DEAR + 1, True)
    assert count(shop, "clerk", "firm") == DEAR + 2
    assert later(shop, "clerk", "firm") == (DEAR + 2, False)


def test_a_page_counts_what_is_soon_counted(shop: Site) -> None:
    shop.make("firm", name="甲", mine=True)
    assert later(shop, "clerk", "firm") == (1, False)
    shop.make("firm", name="乙", mine=True)
    assert later(shop, "clerk", "firm") == (2, False)


def test_the_first_page_of_a_person_has_no_old_number(shop: Site) -> None:
    shop.fill("firm", [{"name": f"F{at}", "mine": True} for at in range(DEAR + 1)])
    assert later(shop, "boss", "firm") == (DEAR + 1, False)
    shop.make("firm", name="甲")
    assert later(shop, "clerk", "firm") == (DEAR + 1, False)
