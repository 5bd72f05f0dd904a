"""Two at once: one wins, nothing happens twice, nobody sees a fault of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from tests.projects import Builder, Page, Site

FILES = {
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  code: {type: text, label: 编码, unique: true}
  number: {type: serial, label: 单号, pattern: "D{yyyyMMdd}{0000}"}
""",
    "schema/shop/area.yaml": """
label: 区域
tree: parent
fields: {name: {type: text, label: 名称}, parent: {type: ref, to: area, label: 上级}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: 'true', area: 'true'}
may: {order: [read, add, edit, delete], area: [read, edit]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


def at_once(site: Site, works: list[Callable[..., Page]]) -> Counter[int]:
    """The answers to posts that start together, each from a browser of its own."""
    browsers = [site.as_("clerk") for _ in works]
    for browser in browsers:
        browser.token = browser.get("/login/").token
    start = Barrier(len(works))

    def run(index: int) -> int:
        start.wait()
        return works[index](browsers[index]).status

    with ThreadPoolExecutor(len(works)) as pool:
        return Counter(pool.map(run, range(len(works))))


def test_numbers_are_given_once(shop: Site) -> None:
    def add(browser: object) -> Page:
        for _ in range(4):
            page = browser.post("/shop/order/add", {"name": "并发"})  # type: ignore[attr-defined]
        return page

    assert at_once(shop, [add] * 6) == {303: 6}
    numbers = [row["number"] for row in shop.rows("order") if row["name"] == "并发"]
    assert len(set(numbers)) == len(numbers) == 24


def test_of_two_same_codes_one_is_stored(shop: Site) -> None:
    code = uuid4().hex
    answers = at_once(
        shop, [lambda browser: browser.post("/shop/order/add", {"name": "甲", "code": code})] * 4
    )
    assert answers == {303: 1, 422: 3}
    assert [row["code"] for row in shop.rows("order")].count(code) == 1


def test_of_two_edits_of_one_version_one_wins(shop: Site) -> None:
    id_ = shop.make("order", name="甲")
    works = [
        lambda browser, name=name: browser.post(f"/shop/order/edit/{id_}", {"name": name, "version": "1"})
        for name in "乙丙丁戊"
    ]
    assert at_once(shop, works) == {303: 1, 409: 3}
    assert shop.row("order", id_)["version"] == 2


def test_edit_against_deletion_leaves_no_half(shop: Site) -> None:
    id_ = shop.make("order", name="甲")
    works = [
        lambda browser: browser.post(f"/shop/order/edit/{id_}", {"name": "乙"}),
        lambda browser: browser.post(f"/shop/order/delete/{id_}"),
    ]
    answers = at_once(shop, works)
    assert set(answers) <= {303, 404, 409} and answers[303] >= 1


def test_crossing_moves_make_no_circle(shop: Site) -> None:
    one, other = shop.make("area", name="一"), shop.make("area", name="二")
    works = [
        lambda browser: browser.post(f"/shop/area/edit/{one}", {"parent": other}),
        lambda browser: browser.post(f"/shop/area/edit/{other}", {"parent": one}),
    ]
    answers = at_once(shop, works)
    parents = {shop.row("area", one)["parent"], shop.row("area", other)["parent"]}
    assert answers[303] == 1 and None in parents
