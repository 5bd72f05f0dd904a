"""Rows sorted by a choice come in the order of its options, by whatever way, at every door."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from tests.dictionaries.home import change
from tests.projects import Builder, Site
from tests.runtime.ranked import FILES, GRADES, ROWS, by_grade, fill, sees, ware


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    site = build(FILES, database)
    fill(site)
    return site


def pages(shop: Site, role: str, address: str, numbers: range) -> list[int]:
    browser = shop.as_(role)
    return [id_ for page in numbers for id_ in browser.get(f"{address}&page={page}").ids]


@pytest.mark.parametrize("role", ["all", "third", "few"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_pages_of_a_list(shop: Site, role: str, sign: str) -> None:
    found = pages(shop, role, f"/shop/ware/list/?order={sign}grade", range(1, 5))
    assert found == by_grade(role, bool(sign))[:80]


@pytest.mark.parametrize("sign", ["", "-"])
def test_the_last_pages_have_what_no_dictionary_knows(shop: Site, sign: str) -> None:
    last = -(-ROWS // 20)
    found = pages(shop, "all", f"/shop/ware/list/?order={sign}grade", range(last - 3, last + 1))
    assert found == by_grade("all", bool(sign))[(last - 4) * 20 :]


def test_conditions_hold_for_each_choice(shop: Site) -> None:
    found = pages(shop, "all", "/shop/ware/list/?third_from=2&third_to=2&order=-grade", range(1, 4))
    assert found == [key for key in by_grade("all", True) if key % 3 == 2][:60]


def test_options_of_the_definition(shop: Site) -> None:
    found = pages(shop, "third", "/shop/ware/list/?order=state", range(1, 4))
    places = {"open": 0, "busy": 1, "done": 2}
    keys = [key for key in range(1, ROWS + 1) if sees("third", key)]
    assert found == sorted(keys, key=lambda key: (places[str(ware(key)["state"])], key))[:60]


def test_computed_choice(shop: Site) -> None:
    found = pages(shop, "all", "/shop/ware/list/?order=shown", range(1, 3))
    assert found == by_grade("all", False)[:40]


def test_two_choices(shop: Site) -> None:
    found = pages(shop, "third", "/shop/ware/list/?order=grade,state", range(1, 4))
    grades, places = by_grade("third", False), {"open": 0, "busy": 1, "done": 2}
    state = {key: places[str(ware(key)["state"])] for key in grades}
    keys = [key for key in grades if ware(key)["grade"] in GRADES]
    assert (
        found == sorted(keys, key=lambda key: (GRADES.index(str(ware(key)["grade"])), state[key], key))[:60]
    )


def test_two_orders(shop: Site) -> None:
    found = pages(shop, "all", "/shop/ware/list/?order=-grade,third", range(1, 4))
    wanted = by_grade("all", True)
    head = [key for key in wanted if ware(key)["grade"] == "worn"]
    assert found == sorted(head, key=lambda key: (key % 3, -key))[:60]


def test_api(shop: Site) -> None:
    api = shop.as_("all")
    ask = "/api/v1/shop/ware/?q=(order_column:grade,order_direction:{},page:2,page_size:25)"
    for way, down in (("asc", False), ("desc", True)):
        assert api.json(ask.format(way))["ids"] == by_grade("all", down)[50:75]


def test_workbook(shop: Site) -> None:
    answer = shop.as_("third").client.get("/shop/ware/export.xlsx?order=grade")
    rows = list(openpyxl.load_workbook(BytesIO(answer.get_data())).worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [f"N{key}" for key in by_grade("third", False)]


def test_through_a_reference(shop: Site) -> None:
    found = shop.as_("all").json("/api/v1/shop/sale/?q=(order_column:ware.grade,page_size:20)")
    assert found["ids"] == [key for key in by_grade("all", False) if key <= 100][:20]


def test_no_page_reads_all_rows_of_the_table(shop: Site) -> None:
    """Each choice is looked for by itself, for which an index has its rows."""
    with shop.statements() as found:
        shop.as_("all").get("/shop/ware/list/?order=grade")
    assert sum("UNION ALL" in text and "CASE coalesce" not in text for text in found) == 1


def test_order_changed_on_screen(project: Builder) -> None:
    shop = project(FILES)
    fill(shop)
    pages(shop, "all", "/shop/ware/list/?order=grade", range(1, 2))
    assert change(shop, "mean", "grade", account="all", position=1)[0] == 200
    found = pages(shop, "all", "/shop/ware/list/?order=grade", range(1, 3))
    assert found == by_grade("all", False, ("mean", *(one for one in GRADES if one != "mean")))[:40]
