"""One predicate on every path of reading: lists, counters, one record, pickers, titles; on every database."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.access.rules import RULES, pair, two_sides
from tests.projects import Browser, Builder, Site


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return two_sides(build, database)


@pytest.fixture(params=RULES)
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def person(shop: Site, role: str) -> Browser:
    return shop.as_(role)


def test_list_shows_ones_own_rows_alone(shop: Site, role: str, person: Browser) -> None:
    inside, outside = pair(shop, role)
    ids = person.get("/shop/order/list/?size=100").ids
    assert (inside in ids, outside in ids) == (True, False)


def test_counts_and_tabs_count_ones_own_rows_alone(shop: Site, role: str, person: Browser) -> None:
    before = person.get("/shop/order/list/").tabs
    pair(shop, role)
    after = person.get("/shop/order/list/").tabs
    assert {code: int(after[code]) - int(before[code]) for code in after} == {
        "all": 1,
        "open": 1,
        "closed": 0,
    }


def test_foreign_row_is_not_there_by_its_address(shop: Site, role: str, person: Browser) -> None:
    inside, outside = pair(shop, role)
    paths = ("show/{}", "edit/{}", "show/{}/related/0", "list/?of=customer:{}")
    assert [person.get(f"/shop/order/{path}".format(inside)).status for path in paths[:3]] == [200, 200, 200]
    assert [person.get(f"/shop/order/{path}".format(outside)).status for path in paths[:3]] == [404, 404, 404]


def test_foreign_row_is_neither_edited_nor_deleted(shop: Site, role: str, person: Browser) -> None:
    _, outside = pair(shop, role)
    before = shop.row("order", outside)
    posts = [
        person.post(f"/shop/order/edit/{outside}", {"name": "改"}),
        person.post(f"/shop/order/delete/{outside}"),
    ]
    assert [page.status for page in posts] == [404, 404]
    assert shop.row("order", outside) == before


def test_lines_of_a_foreign_row_are_not_listed(shop: Site, role: str, person: Browser) -> None:
    inside, outside = pair(shop, role)
    own, foreign = (shop.make("line", name="行", order=order) for order in (inside, outside))
    ids = person.get("/shop/line/list/?size=100").ids
    assert (own in ids, foreign in ids) == (True, False)
    assert person.get(f"/shop/line/list/?of=order:{outside}").status == 404


def test_picker_offers_ones_own_rows_alone(shop: Site, role: str, person: Browser) -> None:
    inside, outside = pair(shop, role)
    names = [shop.row("order", id_)["name"] for id_ in (inside, outside)]
    offered = [person.json(f"/shop/line/options/order?for=form&q={name}")["result"] for name in names]
    assert ([option["value"] for option in offered[0]], offered[1]) == ([str(inside)], [])


def test_search_finds_ones_own_rows_alone(shop: Site, role: str, person: Browser) -> None:
    inside, outside = pair(shop, role)
    names = [shop.row("order", id_)["name"] for id_ in (inside, outside)]
    assert [person.get(f"/shop/order/list/?name={name}").ids for name in names] == [[inside], []]


def test_no_row_is_moved_out_of_ones_rows(shop: Site) -> None:
    inside, _ = pair(shop, "by_org")
    answer = shop.as_("by_org").submit(f"/shop/order/edit/{inside}", org=str(shop.places["theirs"]))  # type: ignore[attr-defined]
    assert answer.status in (403, 404, 422)
    assert shop.row("order", inside)["org"] == shop.places["ours"]  # type: ignore[attr-defined]


def test_no_row_is_made_outside_ones_rows(shop: Site) -> None:
    before = len(shop.rows("order"))
    answer = shop.as_("by_rule").submit("/shop/order/add", name="外", amount="5")
    assert answer.status in (403, 404, 422) and len(shop.rows("order")) == before


@pytest.mark.parametrize("role_", ["by_org", "by_scope", "by_tree"])
def test_person_without_a_place_sees_nothing(shop: Site, role_: str) -> None:
    pair(shop, role_)
    empty = shop.make("order", name="无主")
    shop.person(f"lost_{role_}", role_)
    page = shop.as_(f"lost_{role_}").get("/shop/order/list/")
    assert (page.status, page.ids, page.tabs["all"]) == (200, [], "0")
    assert shop.as_(f"lost_{role_}").get(f"/shop/order/show/{empty}").status == 404


def test_person_without_a_role_sees_nothing(shop: Site) -> None:
    inside, _ = pair(shop, "by_org")
    shop.person("nobody_special", org=shop.places["ours"])  # type: ignore[attr-defined]
    person = shop.as_("nobody_special")
    assert [person.get(f"/shop/order/{path}").status for path in ("list/", f"show/{inside}")] == [403, 403]


def test_two_roles_are_the_union_of_their_rows(shop: Site) -> None:
    by_org, _ = pair(shop, "by_org")
    place = shop.places  # type: ignore[attr-defined]
    other = shop.make("order", name="规则", org=place["theirs"], amount="500")
    neither = shop.make("order", name="皆非", org=place["theirs"], amount="5")
    shop.person("both", "by_org", "by_rule", org=place["ours"])
    ids = shop.as_("both").get("/shop/order/list/?size=100").ids
    assert (by_org in ids, other in ids, neither in ids) == (True, True, False)


def test_region_includes_all_below_it(shop: Site) -> None:
    inside, outside = pair(shop, "by_tree")
    shop.person("province", "by_tree", region=shop.places["top"])  # type: ignore[attr-defined]
    ids = shop.as_("province").get("/shop/order/list/?size=100").ids
    assert {inside, outside} <= set(ids)


def test_label_of_a_foreign_reference_is_shown_without_a_link(shop: Site) -> None:
    inside, _ = pair(shop, "by_org")
    foreign = shop.make("customer", name=uuid4().hex, org=shop.places["theirs"])  # type: ignore[attr-defined]
    shop.set("order", inside, customer=foreign, partner=foreign)
    row = shop.as_("by_org").get("/shop/order/list/?size=100").row(inside)
    assert shop.row("customer", foreign)["name"] in row.text
    assert f"/shop/customer/show/{foreign}" not in str(row)


def test_scoped_label_of_a_foreign_reference_is_hidden(shop: Site) -> None:
    inside, _ = pair(shop, "by_org")
    foreign = shop.make("customer", name=uuid4().hex, org=shop.places["theirs"])  # type: ignore[attr-defined]
    shop.set("order", inside, partner=foreign)
    assert (
        shop.row("customer", foreign)["name"] not in shop.as_("by_org").get(f"/shop/order/show/{inside}").html
    )


def test_many_valued_columns_belong_to_their_rows(shop: Site) -> None:
    place = shop.places  # type: ignore[attr-defined]
    names = [uuid4().hex for _ in range(3)]
    one, two, three = (shop.make("customer", name=name, org=place["ours"]) for name in names)
    first = shop.make("order", name="甲", org=place["ours"], helpers=[two, one])
    second = shop.make("order", name="乙", org=place["ours"], helpers=[three])
    page = shop.as_("by_org").get("/shop/order/list/?size=100")
    told = dict(zip(page.ids, page.column("helpers"), strict=True))
    assert (told[first], told[second]) == (f"{names[1]}、{names[0]}", names[2])


def test_file_opens_only_through_a_record_of_ones_own(shop: Site) -> None:
    inside, outside = pair(shop, "by_org")
    person = shop.as_("by_org")
    file = person.file("order", "photo")
    person.submit(f"/shop/order/edit/{inside}", photo=["", str(file)])
    uuid = next(row["uuid"] for row in shop.platform("base_file") if row["id"] == file)
    stranger = shop.person("stranger", "by_org", org=shop.places["theirs"])  # type: ignore[attr-defined]
    assert stranger and person.get(f"/shop/order/file/{inside}/{uuid}").status == 200
    tried = (f"/shop/order/file/{inside}/{uuid}", f"/shop/order/file/{outside}/{uuid}")
    assert [shop.as_("stranger").get(path).status for path in tried] == [404, 404]
    assert person.get(f"/shop/order/file/{outside}/{uuid}").status == 404


def test_session_of_a_person_sees_what_changed_meanwhile(shop: Site) -> None:
    inside, _ = pair(shop, "by_org")
    shop.person("mover", "by_org", org=shop.places["ours"])  # type: ignore[attr-defined]
    person = shop.as_("mover")
    before = person.get(f"/shop/order/show/{inside}").status
    with shop.acting() as system:
        values = {"org": shop.places["theirs"]}  # type: ignore[attr-defined]
        system.writer.change(shop.world.manifest.entities["base.user"], shop.users["mover"], values)
    after = person.get(f"/shop/order/show/{inside}").status
    assert (before, after in (302, 404)) == (200, True)
