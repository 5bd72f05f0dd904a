"""The way to a page changes nothing of it: along the order or from the conditions, the rows are the same."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.engine import make_url

from tests.projects import Builder, Site
from tests.runtime.walked import FILES, KEEPING, ROWS, SEES, fill, name_of


@pytest.fixture(scope="module", params=["gone", "kept"])
def shop(request: pytest.FixtureRequest, build: Builder, database: str) -> Site:
    """What was deleted is gone, or kept and not shown."""
    keeping = request.param == "kept"
    site = build(KEEPING if keeping else FILES, database)
    fill(site, keeping)
    return site


def seen(role: str, entity: str) -> list[int]:
    sees = SEES[role][entity == "line"]
    return [key for key in range(1, ROWS + 1) if sees(key)]


def named(keys: list[int], down: bool) -> list[int]:
    """By name and number; where names are missing they stand first going up and last going down."""
    return sorted(keys, key=lambda key: (name_of(key) or "", key), reverse=down)


def pages(shop: Site, role: str, address: str, upto: int) -> list[int]:
    browser = shop.as_(role)
    join = "&" if "?" in address else "?"
    return [id_ for page in range(1, upto + 1) for id_ in browser.get(f"{address}{join}page={page}").ids]


@pytest.mark.parametrize("entity", ["firm", "line"])
@pytest.mark.parametrize("role", SEES)
def test_pages_of_the_own_order_are_the_rows_of_the_person(shop: Site, role: str, entity: str) -> None:
    assert pages(shop, role, f"/shop/{entity}/list/", 4) == seen(role, entity)[::-1][:80]


@pytest.mark.parametrize("entity", ["firm", "line"])
@pytest.mark.parametrize("role", SEES)
def test_pages_by_a_name_that_some_lack_and_some_share(shop: Site, role: str, entity: str) -> None:
    lacking = {key for key in seen(role, entity) if name_of(key) is None}
    for sign in ("", "-"):
        found = pages(shop, role, f"/shop/{entity}/list/?order={sign}name", 4)
        wanted = named(seen(role, entity), down=bool(sign))
        if shop.engine.dialect.name == "postgresql":
            there = [key for key in wanted if key not in lacking]
            none = [key for key in wanted if key in lacking]
            wanted = [*none, *there] if sign else [*there, *none]
        assert found == wanted[:80]


def test_the_api_gives_the_same_pages(shop: Site) -> None:
    api = shop.as_("either")
    found = api.json("/api/v1/shop/line/?q=(order_column:name,order_direction:desc,page:1,page_size:25)")
    with_names = [key for key in named(seen("either", "line"), down=True) if name_of(key) is not None]
    if shop.engine.dialect.name != "postgresql":
        assert found["ids"] == with_names[25:50]
    assert found["count"] == len(seen("either", "line"))


def test_conditions_are_looked_for_along_the_order_too(shop: Site) -> None:
    ids = pages(shop, "all", "/shop/firm/list/?third_from=2&third_to=2&order=-name", 3)
    keys = [key for key in range(1, ROWS + 1) if key % 3 == 2 and name_of(key) is not None]
    if shop.engine.dialect.name != "postgresql":
        assert ids == named(keys, down=True)[:60]
    assert len(ids) == 60


def test_only_sqlite_is_told_the_way(shop: Site) -> None:
    with shop.statements() as found:
        shop.as_("third").get("/shop/firm/list/?order=name")
    walked = any(
        re.search(r"FROM shop_firm AS p (WHERE p.alive = . )?ORDER BY", " ".join(text.split()))
        for text in found
    )
    assert walked == (make_url(str(shop.engine.url)).get_backend_name() == "sqlite")


def test_rows_at_the_end_of_the_order_are_gathered(shop: Site) -> None:
    with shop.statements() as found:
        page = shop.as_("late").get("/shop/firm/list/")
    assert page.ids == seen("late", "firm")[::-1][:20]
    assert len([text for text in found if "shop_firm AS p" in text.replace("\n", "")]) == 1
