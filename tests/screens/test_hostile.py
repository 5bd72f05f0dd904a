"""Whatever stands in an address or a form, a person gets an answer of ours and never a fault."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.projects import Browser, Site

NAMES = (
    "page",
    "size",
    "order",
    "tab",
    "of",
    "name",
    "customer",
    "state",
    "placed_from",
    "placed_to",
    "amount_from",
    "amount_to",
    "at_from",
    "paid",
    "tags",
    "helpers",
    "place",
    "customer.name",
    "next",
    "_l_",
    "part",
    "q",
    "parent",
    "for",
    "id",
    "thumb",
)
PIECES = (
    "",
    "0",
    "1",
    "-1",
    "99999999999999999999",
    "1e9",
    "nan",
    "true",
    "x",
    "甲",
    "%",
    "'",
    '"',
    "\0",
    "\ud800",
    "\u202e",
    "../..",
    "order:1",
    "customer:1",
    "a:b:c",
    "-name",
    "--name",
    "name.x",
    "customer.name",
    "2026-01-01",
    "2026-13-45",
    "<script>",
    "{{7*7}}",
    "a" * 300,
    "１２",
    "²",
    "9" * 20,
    "[]",
    "{}",
    "null",
    "//evil.example",
    ";drop table",
    "\r\nX: y",
)
VALUES = st.one_of(st.sampled_from(PIECES), st.text(max_size=30), st.integers().map(str))
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6)
CALM = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def browser(shop: Site) -> Browser:
    for index in range(3):
        shop.make("order", name=f"甲{index}", amount=index, lines=[{"name": "一"}])
    return shop.as_("clerk")


@cache
def paths() -> tuple[str, ...]:
    return ("list/", "show/1", "add", "edit/1", "options/customer", "options/place", "show/1/related/0")


@CALM
@given(query=QUERIES)
def test_no_address_of_a_list_is_a_fault(browser: Browser, query: list[tuple[str, str]]) -> None:
    address = "/shop/order/list/?" + urlencode(query, errors="surrogatepass")
    assert browser.get(address).status in (200, 400, 404)


@CALM
@given(query=QUERIES, path=st.sampled_from(paths()))
def test_no_address_of_a_page_is_a_fault(browser: Browser, query: list[tuple[str, str]], path: str) -> None:
    address = f"/shop/order/{path}?" + urlencode(query, errors="surrogatepass")
    assert browser.get(address).status < 500


FIELDS = (
    "name",
    "customer",
    "amount",
    "placed",
    "at",
    "state",
    "paid",
    "tags",
    "helpers",
    "place",
    "photo",
    "bill",
    "version",
    "next",
    "of",
    "lines-0-name",
    "lines-0-id",
    "lines-x-name",
    "lines-99999-name",
    "lines-0-order",
    "lines-0-delete",
    "_rows",
    "id",
    "nosuch",
)


@CALM
@given(
    values=st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), max_size=8),
    path=st.sampled_from(("add", "edit/1")),
)
def test_no_form_is_a_fault(shop: Site, browser: Browser, values: list[tuple[str, str]], path: str) -> None:
    data = [(name, value.encode("utf-8", "replace").decode()) for name, value in values]
    assert browser.post(f"/shop/order/{path}", data).status in (200, 303, 400, 409, 422)


@CALM
@given(text=st.text(max_size=40))
def test_text_comes_back_as_it_was_typed_or_not_at_all(shop: Site, browser: Browser, text: str) -> None:
    plain = text.encode("utf-8", "replace").decode()
    answer = browser.post("/shop/customer/add", {"name": "x", "city": plain})
    assert answer.status in (303, 422)
    page = browser.get(f"/shop/customer/show/{shop.rows('customer')[-1]['id']}")
    assert page.status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/shop/order/show/0",
        "/shop/order/show/" + "9" * 30,
        "/shop/order/edit/" + "9" * 30,
        "/shop//order",
        "/%00",
        "/shop/order/file/1/%00",
    ],
)
def test_no_senseless_path_is_a_fault(browser: Browser, path: str) -> None:
    assert browser.get(path).status < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "x" * 5000},
        {"Accept-Language": "zh;q=x"},
        {"Cookie": "fab_locale=../../x"},
        {"HX-Request": "true"},
        {"Accept": "application/json"},
        {"Authorization": "Bearer x"},
    ],
)
def test_no_header_is_a_fault(browser: Browser, headers: dict[str, str]) -> None:
    assert browser.get("/shop/order/list/", headers=headers).status < 500
