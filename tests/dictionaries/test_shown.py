"""What was changed on screen is what every screen, file and answer shows next, without one statement more."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from tests.dictionaries.home import FILES, add, change, item, keep, offered, words
from tests.projects import Builder, Site


@pytest.fixture
def site(project: Builder) -> Site:
    found = project(FILES)
    found.make("ware", name="绿茶", kind="tea", marks=["new", "cheap"], grade="high")
    # Each is asked once before anything changes, so that what is kept of it would show.
    for path in PAGES:
        assert found.as_("clerk").get(path).status == 200, path
    return found


PAGES = ("/shop/ware/list/", "/shop/ware/show/1", "/shop/ware/edit/1", "/shop/ware/add", "/api/v1/shop/ware/")


def column(site: Site, path: str) -> list[object]:
    """The second column of a workbook."""
    answer = site.as_("clerk").client.get(path)
    book = openpyxl.load_workbook(BytesIO(answer.get_data()))
    return [row[1].value for row in book.worksheets[0].iter_rows()]


@pytest.mark.req("I-162")
def test_label_everywhere(site: Site) -> None:
    assert change(site, "tea", label="红茶", label_en="Black tea", tone="bad")[0] == 200
    for path in ("/shop/ware/list/", "/shop/ware/show/1", "/shop/ware/edit/1"):
        assert "红茶" in words(site, path) and "茶叶" not in words(site, path), path
    assert "Black tea" in words(site, "/shop/ware/list/?_l_=en")
    assert column(site, "/shop/ware/export.xlsx")[-1] == "红茶"


def test_tone_follows(site: Site) -> None:
    change(site, "tea", tone="bad")
    assert '<span class="k-state k-state-bad">茶叶</span>' in site.as_("clerk").get("/shop/ware/list/").html


def test_the_form_keeps_a_withdrawn_value(site: Site) -> None:
    change(site, "tea", enabled=False)
    assert offered(site, "/shop/ware/edit/1") == ["tea", "rice", "salt"]
    who = site.as_("clerk")
    assert "茶叶（已停用）" in who.get("/shop/ware/edit/1").text
    assert who.submit("/shop/ware/edit/1", name="陈茶").status == 303
    assert (site.row("ware", 1)["kind"], site.row("ware", 1)["name"]) == ("tea", "陈茶")


def test_withdrawn_value_cannot_be_chosen_anew(site: Site) -> None:
    change(site, "cheap", "mark", enabled=False)
    change(site, "tea", enabled=False)
    status, body = keep(site, "POST", "ware/", "clerk", name="红茶", kind="tea", marks=["cheap"])
    assert (status, body["errors"]) == (
        422,
        {"kind": ["种类“茶叶”已停用，不能再选"], "marks": ["标记“特价”已停用，不能再选"]},
    )
    status, body = keep(site, "PUT", "ware/1", "clerk", marks=["cheap", "first"])
    assert status == 200 and sorted(site.many("ware", "marks", 1)) == ["cheap", "first"]


def test_unknown_code_is_refused_by_the_api(site: Site) -> None:
    status, body = keep(site, "POST", "ware/", "clerk", name="红茶", kind="coffee")
    assert (status, body["errors"]) == (422, {"kind": ["种类不在可选范围内"]})


def test_filter_finds_what_was_withdrawn(site: Site) -> None:
    change(site, "tea", enabled=False)
    page = site.as_("clerk").get("/shop/ware/list/?kind=tea")
    assert "绿茶" in page.text and "茶叶（已停用）" in page.text


def enum(site: Site) -> list[str]:
    spec = site.as_("clerk").json("/api/v1/_openapi")
    found = [
        one for name, one in spec["components"]["schemas"].items() if "kind" in one.get("properties", {})
    ]
    kinds = [one["properties"]["kind"].get("enum") for one in found]
    return next([code for code in one if code] for one in kinds if one)


def test_openapi_names_what_is_offered(site: Site) -> None:
    before = enum(site)
    add(site, "bean", "豆")
    change(site, "rice", enabled=False)
    assert (before, enum(site)) == (["rice", "salt", "tea"], ["bean", "salt", "tea"])


def groups(site: Site) -> list[str]:
    found = site.as_("keeper").json("/api/v1/shop/charts/by_kind")
    return [group["label"] for group in found["result"]["x"]]


def test_charts_have_its_labels_and_order(site: Site) -> None:
    groups(site)
    change(site, "salt", position=1)
    change(site, "tea", label="红茶")
    add(site, "bean", "豆")
    assert groups(site) == ["食盐", "红茶", "大米", "豆"]


def test_import_judges_by_it(site: Site) -> None:
    add(site, "bean", "豆")
    change(site, "rice", enabled=False)
    book = openpyxl.load_workbook(
        BytesIO(site.as_("clerk").client.get("/shop/ware/import-template.xlsx").get_data())
    )
    hidden = [cell.value for row in book.worksheets[-1].iter_rows() for cell in row if cell.value]
    assert "豆" in hidden and "大米" not in hidden


def test_no_statement_more(site: Site) -> None:
    who = site.as_("clerk")
    who.get("/shop/ware/list/")
    with site.statements() as before:
        who.get("/shop/ware/list/")
    change(site, "tea", label="红茶")
    who.get("/shop/ware/list/")
    with site.statements() as after:
        who.get("/shop/ware/list/")
    assert len(before) == len(after) and item(site, "tea")
