"""The to-do list: over all entities and chains of a portal, in as many statements whatever their number."""

from __future__ import annotations

import pytest

from tests.chains.town import agree, apply, town
from tests.projects import Builder, Site


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return town(build, database, more=("filing",))


def titles(site: Site, account: str, **asked: str) -> list[str]:
    body = site.as_(account).json("/api/v1/shop/todo/", query_string=asked)
    return [item["title"] for item in body["result"]]


def test_list_gathers_what_waits_for_the_person_and_nothing_else(site: Site) -> None:
    permit = apply(site, "许可甲")
    apply(site, "备案甲", entity="filing")
    apply(site, "许可乙", region="乙市")
    assert {"XK1 许可甲", "XK1 备案甲"} <= set(titles(site, "jia_handler"))
    assert "XK1 许可乙" not in titles(site, "jia_handler") and "XK1 许可乙" in titles(site, "yi_handler")
    assert "XK1 许可甲" not in titles(site, "jia_leader")
    agree(site, permit, "jia_handler")
    assert "XK1 许可甲" not in titles(site, "jia_handler") and "XK1 许可甲" in titles(site, "jia_leader")


def test_what_was_decided_and_what_was_submitted_stay_to_be_seen(site: Site) -> None:
    permit = apply(site, "已办甲")
    agree(site, permit, "jia_handler")
    assert "XK1 已办甲" in titles(site, "jia_handler", tab="decided")
    assert "XK1 已办甲" in titles(site, "firm", tab="submitted")
    assert "XK1 已办甲" not in titles(site, "yi_handler", tab="decided")


def test_conditions_narrow_the_list(site: Site) -> None:
    apply(site, "条件甲")
    apply(site, "条件乙", entity="filing")
    assert titles(site, "jia_handler", q="条件") == ["XK1 条件甲", "XK1 条件乙"]
    assert titles(site, "jia_handler", q="条件", kind="shop.filing:permit") == ["XK1 条件乙"]
    assert titles(site, "jia_handler", q="条件", step="省厅") == []
    assert titles(site, "jia_handler", q="条件", to="2020-01-01") == []


@pytest.mark.parametrize("query", ["tab=all", "due=now", "page=-1", "page_size=101", "from=x", "sort=title"])
def test_what_cannot_be_read_is_refused(site: Site, query: str) -> None:
    assert site.as_("jia_handler").client.get(f"/api/v1/shop/todo/?{query}").status_code == 400


def test_numbers_agree_with_the_lines(site: Site) -> None:
    apply(site, "数甲")
    body = site.as_("jia_handler").json("/api/v1/shop/todo/", query_string={"page_size": "100"})
    badge = site.as_("jia_handler").json("/shop/badges")["todo"]
    assert body["count"] == len(body["result"]) == body["counts"]["waiting"] == badge
    assert sum(body["counts"]["kinds"].values()) == badge


def test_page_shows_the_lines_with_their_step_and_a_way_to_the_record(site: Site) -> None:
    permit = apply(site, "页面甲")
    page = site.as_("jia_handler").get("/shop/todo/", query_string={"q": "页面甲"})
    line = page.root.one("ul", class_="k-todo")
    text = line.text
    assert "XK1 页面甲" in text and "市经办人" in text and "页面甲 · 东城" in text
    assert f"/shop/permit/show/{permit}" in [one.attrs["href"] for one in line.all("a")]


def test_deleted_record_waits_for_nobody(site: Site) -> None:
    permit = apply(site, "删甲")
    with site.acting() as system:
        system.writer.delete(site.entity("permit"), permit)
    assert "XK1 删甲" not in titles(site, "jia_handler")


def test_who_is_never_asked_has_no_list_in_his_menu(site: Site) -> None:
    pages = [site.as_(who).get("/shop/").response.get_data(as_text=True) for who in ("firm", "jia_handler")]
    assert ["/shop/todo/" in page for page in pages] == [False, True]


def test_statements_do_not_grow_with_entities_chains_and_lines(project: Builder, build: Builder) -> None:
    small = town(build, "sqlite")
    more = tuple(f"kind{n}" for n in range(12))
    large = town(project, "sqlite", more=more)
    apply(small)
    for name in ("permit", *more):
        apply(large, entity=name)
    numbers = []
    for site_ in (small, large):
        browser = site_.as_("jia_handler")
        for path in ("/shop/todo/", "/api/v1/shop/todo/", "/shop/badges"):
            browser.get(path)
            with site_.statements() as seen:
                browser.get(path)
            numbers.append(len(seen))
    assert numbers[:3] == numbers[3:] and numbers[0] <= 6, numbers
