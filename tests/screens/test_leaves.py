"""A place of which only the ends may be chosen: its form walks down to them level by level."""

from __future__ import annotations

import pytest

from tests.projects import Builder, Site
from tests.servers import DATABASES

FILES = {
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  place: {type: region, label: 地点, leaf_only: true}
  east: {type: region, label: 东边, leaf_only: true, where: "name != '西区'"}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all, base.region: all}
may: {order: [read, add], base.region: [pick]}
""",
    "permissions/shop/near.yaml": """
label: 近处
rows: {order: all, base.region: "name in ['乙市', '北区']"}
may: {order: [read, add], base.region: [pick]}
""",
}
PLACES = (
    ("10", "省", ""),
    ("1001", "甲市", "省"),
    ("1002", "乙市", "省"),
    ("100101", "东区", "甲市"),
    ("100102", "西区", "甲市"),
    ("100201", "北区", "乙市"),
)


@pytest.fixture(scope="module", params=DATABASES)
def shop(build: Builder, request: pytest.FixtureRequest) -> Site:
    site, made = build(FILES, request.param), dict[str, int]()
    region = site.world.manifest.entities["base.region"]
    with site.acting() as system:
        for code, name, above in PLACES:
            values = {"code": code, "name": name, "parent": made.get(above)}
            made[name] = system.writer.create(region, values, {"portal": "shop"})
    site.places = made  # type: ignore[attr-defined]
    return site


def below(
    site: Site, who: str, parent: str = "", field: str = "place", q: str = ""
) -> list[tuple[str, bool]]:
    key = site.places[parent] if parent else ""  # type: ignore[attr-defined]
    body = site.as_(who).json(f"/shop/order/options/{field}?for=form&parent={key}&q={q}")
    return [(one["label"], one["leaf"]) for one in body["result"]]


def test_levels_lead_down_to_the_ends(shop: Site) -> None:
    assert below(shop, "clerk") == [("省", False)]
    assert below(shop, "clerk", "省") == [("乙市", False), ("甲市", False)]
    assert set(below(shop, "clerk", "甲市")) == {("东区", True), ("西区", True)}


def test_what_leads_nowhere_is_left_out(shop: Site) -> None:
    assert below(shop, "clerk", "甲市", "east") == [("东区", True)]


def test_walk_begins_at_the_highest_that_one_may_see(shop: Site) -> None:
    assert below(shop, "near") == [("乙市", False)]
    assert below(shop, "near", "乙市") == [("北区", True)]


def test_search_finds_ends_alone(shop: Site) -> None:
    assert below(shop, "clerk", q="市") == [] and below(shop, "clerk", q="东") == [("东区", True)]


def test_what_has_places_below_it_is_not_taken(shop: Site) -> None:
    who, places = shop.as_("clerk"), shop.places  # type: ignore[attr-defined]
    assert who.submit("/shop/order/add", name="甲", place=str(places["甲市"])).status == 422
    assert who.submit("/shop/order/add", name="甲", place=str(places["东区"])).status in (200, 303)
