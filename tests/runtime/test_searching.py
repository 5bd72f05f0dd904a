"""The index of searched texts: it leaves no row out, stays true with every write, and is made anew by a command."""

from __future__ import annotations

import random
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from fab_app.database import repair
from fab_app.runtime import searching
from fab_app.store.grams import grams, wanted
from tests.projects import Builder, Site

FILES = {
    "schema/shop/firm.yaml": """
label: 企业
title: "{name}"
fields:
  name: {type: text, label: 名称, search: true}
  code: {type: text, label: 编号, search: true}
  note: {type: text, label: 备注}
listing: {search: [{field: name, by: contains}, {field: note, by: contains}]}
""",
    "schema/shop/order.yaml": """
label: 订单
fields: {firm: {type: ref, to: firm, label: 企业}}
listing: {search: [{field: firm, by: contains}]}
""",
    "schema/shop/visit.yaml": """
label: 走访
title: "{on}"
fields: {on: {type: date, label: 日期}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {firm: "note is none or note != '藏'", order: all, visit: all}
may: {firm: [read, add, edit, delete], order: [read], visit: [read]}
""",
}


@pytest.fixture
def shop(project: Builder, database: str) -> Site:
    return project(FILES, database)


def indexed(shop: Site) -> dict[int, set[str]]:
    table = shop.world.tables.of("shop.firm").grams
    found: dict[int, set[str]] = {}
    with shop.engine.connect() as connection:
        for gram, owner in connection.execute(sa.select(table.c.gram, table.c.owner_id)):
            found.setdefault(owner, set()).add(gram)
    return found


def test_a_part_has_only_pairs_that_the_whole_has() -> None:
    chance = random.Random(7)
    signs = "北京青石AaBb12 İßΣς"
    for _ in range(500):
        whole = "".join(chance.choices(signs, k=12))
        start = chance.randrange(11)
        part = whole[start : start + chance.randint(1, 8)]
        assert set(wanted(part)) <= grams([whole]), (whole, part)
        assert bool(wanted(part)) == (len(part) > 1)


def test_two_chinese_signs_are_found_by_the_index(shop: Site) -> None:
    one = shop.make("firm", name="青石化工")
    shop.make("firm", name="石青电子")
    clerk = shop.as_("clerk")
    with shop.statements() as found:
        page = clerk.get("/shop/firm/list/?name=石化")
    assert page.ids == [one]
    assert any("shop_firm__grams" in text for text in found)


NEEDLES = ("石", "石化", "青石化工有限", "aB", "AB", "b1", "%", "__", "工 有")


def test_the_index_finds_what_reading_every_text_finds(shop: Site) -> None:
    names = ["青石化工", "青石化工有限公司", "aB1", "AB1", "100%", "a__b", "化工 有限", "石"]
    for name in names:
        shop.make("firm", name=name)
    clerk = shop.as_("clerk")
    found, held = {}, {}
    for needle in NEEDLES:
        question = f"(columns:!(name),page_size:100,filters:!((col:name,opr:ct,value:'{needle}')))"
        page = clerk.json(f"/api/v1/shop/firm/?{urlencode({'q': question})}")
        found[needle] = sorted(row["name"] for row in page["result"])
        folded = needle.lower() != needle.upper()
        held[needle] = sorted(n for n in names if (needle.lower() in n.lower() if folded else needle in n))
    assert found == held


def test_the_index_follows_every_write(shop: Site) -> None:
    clerk = shop.as_("clerk")
    clerk.post("/shop/firm/add", {"name": "青石", "code": "K1"})
    (id_,) = indexed(shop)
    seen = [indexed(shop).get(id_)]
    clerk.post(f"/shop/firm/edit/{id_}", {"name": "白石山", "code": "K1", "version": "1"})
    seen.append(indexed(shop).get(id_))
    clerk.post(f"/shop/firm/edit/{id_}", {"name": "", "code": "", "version": "2"})
    seen.append(indexed(shop).get(id_))
    assert seen == [{"青石", "k1"}, {"白石", "石山", "k1"}, None]


def test_what_is_refused_leaves_no_pair(shop: Site) -> None:
    clerk = shop.as_("clerk")
    clerk.post("/shop/firm/add", {"name": "青石", "note": "藏"})
    assert (shop.rows("firm"), indexed(shop)) == ([], {})


def test_the_row_predicate_holds_for_what_the_index_finds(shop: Site) -> None:
    shop.make("firm", name="青石一", note="藏")
    seen = shop.make("firm", name="青石二")
    assert shop.as_("clerk").get("/shop/firm/list/?name=青石").ids == [seen]


def test_a_reference_is_found_by_a_part_of_its_title(shop: Site) -> None:
    order = shop.make("order", firm=shop.make("firm", name="青石化工"))
    shop.make("order", firm=shop.make("firm", name="白石"))
    assert shop.as_("clerk").get("/shop/order/list/?firm=石化").ids == [order]


def test_an_index_that_was_lost_is_made_anew_by_the_command(shop: Site) -> None:
    shop.make("firm", name="青石")
    table = shop.world.tables.of("shop.firm").grams
    with shop.engine.begin() as connection:
        connection.execute(sa.delete(table))
    assert repair(shop.here.settings) == 1
    assert list(indexed(shop).values()) == [{"青石"}]


def test_rows_that_stood_before_the_index_are_found_after_the_next_start(shop: Site) -> None:
    shop.make("firm", name="青石")
    table, setting = shop.world.tables.of("shop.firm").grams, shop.world.tables.platform("base_setting")
    with shop.engine.begin() as connection:
        connection.execute(sa.delete(table))
        connection.execute(sa.delete(setting).where(setting.c.name == "g:shop_firm"))
    searching.prepare(shop.world, shop.engine)
    searching.prepare(shop.world, shop.engine)
    assert list(indexed(shop).values()) == [{"青石"}]


def test_a_record_that_is_called_by_its_date_is_found_by_its_signs(shop: Site) -> None:
    shop.make("visit", on="2026-11-27")
    clerk = shop.as_("clerk")
    found = [
        clerk.json(f"/api/v1/shop/visit/?q=(keyword:'{word}')")["count"] for word in ("11-27", "12-01", "字")
    ]
    assert found == [1, 0, 0]
