"""A tree with boxes in a form: what is ticked, what that covers in fact, by mouse, by keys and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.live import PHONE, Desk, desk_at
from tests.browser.steps import field
from tests.projects import Builder, Site
from tests.runtime.agencies import FILES, agency, planted


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    builder = Builder(tmp_path_factory.mktemp("ticks"))
    made = builder(FILES)
    made.made = planted(made)  # type: ignore[attr-defined]
    yield made
    builder.close()


@pytest.fixture
def office(browser: Browser, site: Site) -> Iterator[Desk]:
    with desk_at(browser, site) as opened:
        yield opened


@pytest.fixture
def id_(site: Site) -> int:
    name = f"甲市局{len(site.rows('agency'))}"
    return agency(site, site.made, name, "甲市 北区", "消防", "city")  # type: ignore[attr-defined]


def edit(office: Desk, id_: int, **how: object) -> Page:
    page = office.login("clerk", **how)
    page.goto(f"/shop/agency/edit/{id_}")
    return page


def box(page: Page, name: str, node: str) -> Locator:
    return field(page, name).locator(
        f".k-ticks-tree li:has(> .k-tick label > span:text-is('{node}')) > .k-tick input"
    )


def unfold(page: Page, name: str, node: str) -> None:
    field(page, name).get_by_role("button", name=f"展开或收起{node}", exact=True).click()


def fact(page: Page, name: str) -> Locator:
    return field(page, name).locator(".k-ticks-fact")


@pytest.mark.req("H-097", "H-211")
def test_what_is_covered_is_seen_while_one_ticks(office: Desk, site: Site, id_: int) -> None:
    page = edit(office, id_)
    head = field(page, "kinds").locator(".k-ticks-head")
    expect(head).to_have_text("消防")
    expect(fact(page, "kinds")).to_contain_text("实际包含 2 项")
    head.click()
    unfold(page, "kinds", "消防")
    expect(field(page, "kinds").locator(".is-within label")).to_have_text(["栓已含", "通道已含"])
    box(page, "kinds", "栓").check()
    expect(fact(page, "kinds").locator("dd")).to_have_text(["栓"])
    expect(field(page, "kinds").locator(".k-tick").filter(has_text="消防")).to_contain_text("仅含所选下级")
    box(page, "kinds", "燃气").check()
    expect(head).to_have_text("消防，栓，燃气")
    page.keyboard.press("Escape")
    expect(field(page, "kinds").locator(".k-ticks-box")).to_be_hidden()
    expect(head).to_be_focused()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#list")).to_contain_text("消防、栓、燃气")


@pytest.mark.req("H-096", "H-043")
def test_what_a_tick_includes_needs_no_tick_and_what_is_ticked_twice_is_told(
    office: Desk, site: Site, id_: int
) -> None:
    page = edit(office, id_)
    unfold(page, "regions", "甲市")
    expect(box(page, "regions", "东区")).to_be_disabled()
    box(page, "regions", "乙市").check()
    expect(fact(page, "regions")).to_contain_text("实际包含 3 项")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".k-toast").filter(has_text="北区已包含在所选的上级之内")).to_be_visible()
    made = site.made  # type: ignore[attr-defined]
    assert site.many("agency", "regions", id_) == [made["甲市"], made["乙市"]]


@pytest.mark.req("H-095")
def test_another_level_takes_away_what_it_does_not_allow(office: Desk, id_: int) -> None:
    page = edit(office, id_)
    expect(fact(page, "regions")).to_contain_text("实际包含 3 项")
    field(page, "level").get_by_label("区县级").check()
    expect(page.locator("#k-ask")).to_contain_text("甲市")
    page.locator("#k-ask [data-yes]").click()
    expect(page.locator(".k-toast")).to_contain_text("不再允许，已移除：甲市")
    expect(field(page, "regions").locator(".k-ticks-told")).to_have_text("已勾选：北区")
    expect(fact(page, "regions").locator("dd")).to_have_text(["北区"])


@pytest.mark.req("H-095")
def test_who_does_not_agree_keeps_his_level_and_his_ticks(office: Desk, id_: int) -> None:
    page = edit(office, id_)
    expect(fact(page, "regions")).to_contain_text("实际包含 3 项")
    before = field(page, "regions").locator(".k-ticks-told").inner_text()
    field(page, "level").get_by_label("区县级").check()
    page.locator("#k-ask [data-no]").click()
    expect(field(page, "level").get_by_label("区县级")).not_to_be_checked()
    expect(field(page, "regions").locator(".k-ticks-told")).to_have_text(before)
    expect(fact(page, "regions")).to_contain_text("实际包含 3 项")


def test_the_tree_is_walked_by_keys(office: Desk, id_: int) -> None:
    page = edit(office, id_)
    field(page, "kinds").locator(".k-ticks-head").focus()
    page.keyboard.press("ArrowDown")
    expect(field(page, "kinds").get_by_role("searchbox")).to_be_focused()
    expect(box(page, "kinds", "消防")).to_be_visible()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(box(page, "kinds", "通道")).to_be_visible()
    for key in ("ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(box(page, "kinds", "通道")).to_be_checked()
    expect(fact(page, "kinds").locator("dd")).to_have_text(["通道"])
    for key in ("ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(box(page, "kinds", "通道")).to_be_hidden()


def test_a_search_in_the_tree_shows_what_is_included(office: Desk, id_: int) -> None:
    page = edit(office, id_)
    field(page, "regions").get_by_role("searchbox").fill("区")
    labels = field(page, "regions").locator(".k-ticks-tree label")
    expect(labels).to_have_text(["省 / 甲市 / 东区已含", "省 / 乙市 / 北区", "省 / 甲市 / 西区已含"])


@pytest.mark.parametrize("dark", [False, True])
def test_the_tree_fits_a_telephone(office: Desk, id_: int, dark: bool) -> None:
    page = edit(office, id_, size=PHONE, dark=dark)
    field(page, "kinds").locator(".k-ticks-head").click()
    expect(box(page, "kinds", "燃气")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
