"""Lists: conditions, order, tabs and pages stand in the address and come along in every link."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from tests.projects import Browser, Site

LIST = "/shop/order/list/"


def asked(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


@pytest.fixture
def mark() -> str:
    return uuid4().hex[:8]


def test_newest_row_stands_first(shop: Site, clerk: Browser) -> None:
    ids = [shop.make("order", name="甲") for _ in range(3)]
    assert clerk.get(LIST).ids[:3] == ids[::-1]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=closed", "b"),
        ("paid=1", "a"),
        ("amount_from=20", "b"),
        ("amount_to=20", "a"),
        ("amount_from=10&amount_to=10", "a"),
        ("placed_from=2026-03-02", "b"),
        ("placed_from=2026-03-01&placed_to=2026-03-01", "a"),
        ("at_from=2026-03-01&at_to=2026-03-01", "a"),
        ("tags=hot", "ab"),
        ("tags=new", "b"),
        ("customer.name=Meier", "a"),
        ("state=open&state=closed", "ab"),
        ("state=open&amount_from=20", ""),
        ("tab=closed", "b"),
        ("tab=open&state=closed", ""),
    ],
)
def test_condition_finds_its_rows(shop: Site, clerk: Browser, mark: str, query: str, found: str) -> None:
    meier = shop.make("customer", name="Meier")
    common = {"name": mark, "at": "2026-03-01T12:00:00+08:00"}
    first = shop.make(
        "order", **common, amount="10", placed="2026-03-01", paid=True, tags=["hot"], customer=meier
    )
    late = {"at": "2026-03-05T12:00:00+08:00"}
    second = shop.make(
        "order", **{**common, **late}, amount="30", placed="2026-03-09", state="closed", tags=["hot", "new"]
    )
    wanted = {id_ for id_, letter in ((first, "a"), (second, "b")) if letter in found}
    assert set(clerk.get(f"{LIST}?name={mark}&{query}").ids) == wanted


def test_reference_finds_by_its_key(shop: Site, clerk: Browser) -> None:
    customer = shop.make("customer", name="甲")
    order = shop.make("order", name="甲", customer=customer)
    helped = shop.make("order", name="乙", helpers=[customer])
    assert clerk.get(f"{LIST}?customer={customer}").ids == [order]
    assert clerk.get(f"{LIST}?helpers={customer}").ids == [helped]


@pytest.mark.parametrize("sign", ["%", "_", "\\", "'", '"', "％", "<b>", "--", ";"])
def test_signs_are_searched_as_they_stand(shop: Site, clerk: Browser, mark: str, sign: str) -> None:
    found = shop.make("order", name=f"{mark}x{sign}y")
    shop.make("order", name=f"{mark}xzy")
    assert clerk.get(LIST, query_string={"name": f"{mark}x{sign}"}).ids == [found]


def test_case_is_folded_in_a_search(shop: Site, clerk: Browser, mark: str) -> None:
    found = shop.make("order", name=f"{mark}Straße ABC")
    assert clerk.get(
        LIST, query_string={"name": f"{mark}straße abc".upper().replace("STRASSE", "STRAßE")}
    ).ids in ([found], [])
    assert clerk.get(LIST, query_string={"name": mark}).ids == [found]


def test_every_condition_stays_in_the_links(shop: Site, clerk: Browser, mark: str) -> None:
    for index in range(11):
        shop.make("order", name=f"{mark}{index}", amount="5")
    page = clerk.get(f"{LIST}?name={mark}&amount_from=1&state=open&tab=open&order=-amount&size=10")
    kept = {"name": [mark], "amount_from": ["1"], "state": ["open"]}
    next_page = page.root.one(id="page-next").attrs["href"]
    other_tab = page.root.one("a", id="tab-closed").attrs["href"]
    sorted_ = page.root.one("a", id="sort-name").attrs["href"]
    for address in (next_page, other_tab, sorted_):
        assert {name: asked(address)[name] for name in kept} == kept
    assert asked(next_page) | {"page": ["2"]} == asked(next_page) and asked(next_page)["order"] == ["-amount"]
    assert asked(other_tab)["tab"] == ["closed"] and "page" not in asked(other_tab)
    assert asked(sorted_)["order"] == ["name"]


def test_values_stay_in_the_query_form(clerk: Browser) -> None:
    form = dict(clerk.get(f"{LIST}?name=甲乙&amount_from=3&state=open").form("k-query"))
    assert (form["name"], form["amount_from"], form["state"]) == ("甲乙", "3", "open")


def test_reset_keeps_only_where_one_is(clerk: Browser) -> None:
    page = clerk.get(f"{LIST}?name=x&amount_from=3&tab=closed&order=name&page=2")
    assert asked(page.root.one("a", data_reset="").attrs["href"]) == {"tab": ["closed"]}


@pytest.mark.parametrize(
    ("order", "names"), [("name", "abc"), ("-name", "cba"), ("amount", "cab"), ("-amount", "bac")]
)
def test_order_is_as_asked(shop: Site, clerk: Browser, mark: str, order: str, names: str) -> None:
    for name, amount in (("b", 9), ("a", 5), ("c", 1)):
        shop.make("order", name=mark + name, amount=amount)
    assert [name[-1] for name in clerk.get(f"{LIST}?name={mark}&order={order}").column("name")] == list(names)


def test_sorting_twice_turns_the_order_round(clerk: Browser) -> None:
    first = clerk.get(LIST).root.one("a", id="sort-name").attrs["href"]
    second = clerk.get(first).root.one("a", id="sort-name").attrs["href"]
    assert (asked(first)["order"], asked(second)["order"]) == (["name"], ["-name"])


def test_tabs_count_under_the_conditions(shop: Site, clerk: Browser, mark: str) -> None:
    for state in ("open", "open", "closed"):
        shop.make("order", name=mark, state=state)
    assert clerk.get(f"{LIST}?name={mark}&tab=closed").tabs == {"all": "3", "open": "2", "closed": "1"}


def test_pages_hold_what_their_size_says(shop: Site, clerk: Browser, mark: str) -> None:
    for _ in range(12):
        shop.make("order", name=mark)
    pages = [
        len(clerk.get(f"{LIST}?name={mark}&size={size}&page={page}").ids)
        for size, page in ((10, 1), (10, 2), (20, 1))
    ]
    assert pages == [10, 2, 12]


def test_list_of_a_record_shows_its_rows_under_its_head(shop: Site, clerk: Browser) -> None:
    order, other = shop.make("order", name="抬头甲", amount="12.50"), shop.make("order", name="乙")
    own, _ = shop.make("line", name="一", order=order), shop.make("line", name="二", order=other)
    page = clerk.get(f"/shop/line/list/?of=order:{order}")
    assert (page.ids, page.columns) == ([own], ["name"])
    assert "抬头甲" in page.text and "12.50" in page.text and "订单明细" in page.text


def test_list_of_a_record_adds_within_it(shop: Site, clerk: Browser) -> None:
    order = shop.make("order", name="甲")
    address = clerk.get(f"/shop/line/list/?of=order:{order}").link("新增明细")
    back = clerk.submit(address, name="新行")
    assert shop.rows("line")[-1]["order"] == order
    assert back.location == f"/shop/line/list/?of=order:{order}"


def test_list_of_no_record_is_not_there(clerk: Browser) -> None:
    assert clerk.get("/shop/line/list/?of=order:99999999").status == 404


@pytest.mark.parametrize(
    "query",
    [
        "page=abc",
        "page=0",
        "page=-1",
        "page=1.5",
        "page=9999999999",
        "page=１",
        "size=7",
        "size=100000",
        "size=x",
        "order=nosuch",
        "order=-nosuch",
        "order=tags",
        "order=lines",
        "order=customer.nosuch",
        "order=id;drop",
        "tab=x",
        "of=nosuch:1",
        "of=order:x",
        "of=order",
        "of=lines:1",
        "state=gold",
        "amount_from=x",
        "placed_from=gestern",
        "placed_to=2026-02-30",
        "paid=vielleicht",
        "customer=x",
        "customer=-1",
        "tags=nosuch",
        "at_from=heute",
        "place=x",
        "customer=99999999999999999999999",
    ],
)
def test_unreadable_address_is_told_so(clerk: Browser, query: str) -> None:
    path = "/shop/line/list/" if query.startswith("of=") else LIST
    assert clerk.get(f"{path}?{query}").status == 400


def test_unknown_arguments_do_no_harm(clerk: Browser) -> None:
    assert clerk.get(f"{LIST}?nosuch=1&_flt_0_name=x&psize=100000").status == 200


def test_part_of_the_page_is_answered_to_the_script(clerk: Browser) -> None:
    page = clerk.get(LIST, headers={"HX-Request": "true", "HX-Target": "list"})
    assert page.html.lstrip().startswith("<section") and "<html" not in page.html


def test_values_are_text_and_never_markup(shop: Site, clerk: Browser) -> None:
    shop.make(
        "order",
        name="<script>alert(1)</script>",
        customer=shop.make("customer", name="<img src=x onerror=1>"),
    )
    html = clerk.get(LIST).html
    assert "<script>alert" not in html and "<img src=x" not in html and "&lt;script&gt;" in html


def test_buttons_are_those_one_may_press(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲")
    mine, theirs = clerk.get(LIST), shop.as_("viewer").get(LIST)
    assert f"/shop/order/edit/{id_}" in str(mine.row(id_)) and mine.links("新增订单") != []
    assert f"/shop/order/edit/{id_}" not in str(theirs.row(id_)) and theirs.links("新增订单") == []


def test_locked_row_has_no_edit_button(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("order", name="甲", state="closed")
    row = str(clerk.get(LIST).row(id_))
    assert f"/shop/order/edit/{id_}" not in row and f"/shop/order/delete/{id_}" in row


def test_empty_list_says_what_to_do(clerk: Browser, mark: str) -> None:
    page = clerk.get(f"{LIST}?name={mark}")
    assert page.ids == [] and page.main.all("div", class_="k-empty") != []
