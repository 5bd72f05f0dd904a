"""People of a region whose rows lie together in an order: the first rows of each place make the same pages."""

from __future__ import annotations

import pytest

from fab_app.runtime import places
from tests.projects import Builder, Site

ROWS = 900
PLACES = 9
FILES = {
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
soft_delete: KEEPING
belongs: {region: region}
indexes: [[region, name], [region, id]]
fields:
  name: {type: text, label: 名称, search: true}
  code: {type: text, label: 编号, index: true}
  region: {type: region, label: 区域}
listing:
  columns: [name, code, region]
  search: [{field: name, by: contains}, {field: region, by: below}]
  order: -id
  tabs:
    all: {label: 全部}
    named: {label: 有名称, where: name is not none}
""",
    "permissions/shop/part.yaml": "label: 部分\nrows: {order: region_tree}\nmay: {order: [read]}\n",
    "permissions/shop/all.yaml": "label: 全部\nrows: {order: all}\nmay: {order: [read]}\n",
}


def name_of(key: int) -> str | None:
    """The names of a place lie together; every tenth has none, many are shared."""
    return None if key % 10 == 0 else f"N{key % PLACES}{key * 7 % 31:02d}"


@pytest.fixture(scope="module", params=["gone", "kept"])
def shop(request: pytest.FixtureRequest, build: Builder, database: str) -> Site:
    """A province, two towns below it with three districts each, and rows in all of them."""
    keeping = request.param == "kept"
    files = {path: text.replace("KEEPING", str(keeping).lower()) for path, text in FILES.items()}
    site = build(files, database)
    region = site.world.manifest.entities["base.region"]
    with site.acting() as system:

        def place(code: str, parent: int | None = None) -> int:
            return system.writer.create(
                region, {"code": code, "name": code, "parent": parent}, {"portal": "shop"}
            )

        top = place("10")
        towns = [place(f"100{town}", top) for town in (1, 2)]
        regions = [
            top,
            *towns,
            *(place(f"100{town + 1}0{n}", towns[town]) for town in (0, 1) for n in (1, 2, 3)),
        ]
    site.person("town", "part", region=towns[0])
    site.person("district", "part", region=regions[3])
    site.person("province", "part", region=top)
    rows = [
        {"id": key, "name": name_of(key), "code": f"C{key:04d}", "region": regions[key % PLACES]}
        for key in range(1, ROWS + 1)
    ]
    gone = [{**row, "id": row["id"] + ROWS, "alive": row["id"] + ROWS} for row in rows]  # type: ignore[operator]
    site.fill("order", [{**row, "alive": 0} for row in rows] + gone if keeping else rows)
    return site


def of(*places: int) -> list[int]:
    return [key for key in range(1, ROWS + 1) if key % PLACES in places]


SEES = {"town": of(1, 3, 4, 5), "district": of(3), "province": of(*range(PLACES))}


def in_order(keys: list[int], down: bool, last: bool) -> list[int]:
    """By name and number; ``last``: those without a name end a rising order."""
    none, named = ([key for key in keys if (name_of(key) is None) == lacks] for lacks in (True, False))
    named.sort(key=lambda key: (str(name_of(key)), key), reverse=down)
    none.sort(reverse=down)
    return [*named, *none] if last != down else [*none, *named]


def asked(shop: Site, who: str, address: str) -> tuple[list[int], bool]:
    """All rows of a list, page by page, and whether any was looked for place by place."""
    person, found = shop.as_(who), []
    with shop.statements() as texts:
        for page in range(1, ROWS // 50 + 2):
            ids = person.get(f"{address}&size=50&page={page}").ids
            found += ids
            if len(ids) < 50:
                break
    return found, any("LATERAL" in text for text in texts)


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("who", SEES)
def test_every_page_of_such_an_order_is_as_without_it(shop: Site, who: str, sign: str) -> None:
    server = shop.engine.dialect.name == "postgresql"
    found, each = asked(shop, who, f"/shop/order/list/?order={sign}name")
    assert found == in_order(SEES[who], bool(sign), server)
    assert each == (server and who in ("town", "district"))


@pytest.mark.parametrize("sign", ["", "-"])
def test_by_the_place_itself_rows_follow_by_their_numbers(shop: Site, sign: str) -> None:
    server = shop.engine.dialect.name == "postgresql"
    found, each = asked(shop, "town", f"/shop/order/list/?order={sign}region")
    by_place = sorted(SEES["town"], key=lambda key: ((key % PLACES), key), reverse=bool(sign))
    assert (found, each) == (by_place, server)


def test_conditions_and_tabs_hold_within_each_place(shop: Site) -> None:
    district = shop.row("order", 4)["region"]
    found, _ = asked(shop, "town", f"/shop/order/list/?order=name&tab=named&region={district}")
    keys = [key for key in SEES["town"] if key % PLACES == 4 and name_of(key) is not None]
    assert found == in_order(keys, False, True)


def test_an_order_without_such_an_index_is_looked_for_as_before(shop: Site) -> None:
    found, each = asked(shop, "town", "/shop/order/list/?order=code")
    assert (found, each) == (SEES["town"], False)


def test_of_many_places_all_rows_are_gathered(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST", 3)
    shop.world.plans.forget()
    assert asked(shop, "town", "/shop/order/list/?order=name")[1] is False
    assert asked(shop, "district", "/shop/order/list/?order=name")[1] is (
        shop.engine.dialect.name == "postgresql"
    )
    shop.world.plans.forget()
