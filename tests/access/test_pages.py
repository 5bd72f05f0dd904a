"""Pages and counts of rows that are ones own; on every database."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.access.rules import two_sides
from tests.projects import Builder, Site


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return two_sides(build, database)


def test_deep_pages_hold_each_row_once(shop: Site) -> None:
    place = shop.places  # type: ignore[attr-defined]
    mark = uuid4().hex[:8]
    for index in range(53):
        shop.make("order", name=f"{mark}{index:03}", org=place["ours"], state="open")
    person, seen = shop.as_("by_org"), []
    for page in range(1, 7):
        seen += person.get(f"/shop/order/list/?name={mark}&order=state&size=10&page={page}").column("name")
    assert sorted(seen) == [f"{mark}{i:03}" for i in range(53)]


def test_page_beyond_the_last_is_empty(shop: Site) -> None:
    page = shop.as_("by_org").get("/shop/order/list/?page=99999")
    assert (page.status, page.ids) == (200, [])


def test_count_stops_at_ten_thousand(shop: Site) -> None:
    place = shop.places  # type: ignore[attr-defined]
    rows = [
        {"name": "多", "org": place["theirs"], "amount": 5, "state": "closed", "alive": 0}
        for _ in range(10_002)
    ]
    shop.person("full", "by_org", org=place["theirs"])
    shop.fill("order", rows[:9_990])
    assert "+" not in shop.as_("full").get("/shop/order/list/?tab=closed").total
    shop.fill("order", rows)
    shop.as_("full").get("/shop/order/list/?tab=closed&part=counters")
    page = shop.as_("full").get("/shop/order/list/?tab=closed&page=2")
    assert ("10,000+" in page.total, page.tabs["closed"], len(page.ids)) == (True, "10,000+", 20)
