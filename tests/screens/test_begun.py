"""A new record that is asked for on a tab begins with what the tab's condition says of its rows."""

from __future__ import annotations

import pytest

from tests.projects import Browser, Builder, Page

FILES = {
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/ware.yaml": """
label: 商品
title: "{name}"
fields:
  name: {type: text, label: 品名, required: true}
  kind: {type: choice, label: 种类, options: {tea: 茶, rice: 米, salt: 盐, oil: 油, soy: 酱}, default: rice}
  dear: {type: bool, label: 贵}
  price: {type: money, label: 价}
  state: {type: choice, label: 状态, options: {open: 在售, shut: 停售}, default: open, readonly: true}
listing:
  columns: [name, kind]
  tabs:
    all: {label: 全部}
    tea: {label: 茶, where: kind == 'tea'}
    fine: {label: 好茶, where: "'tea' == kind and dear == true and price > 5"}
    either: {label: 茶或米, where: kind == 'tea' or kind == 'salt'}
    shut: {label: 停售, where: state == 'shut'}
  toolbar: [add]
""",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {ware: all}\nmay: {ware: [read, add]}\n",
}


@pytest.fixture(scope="module")
def clerk(build: Builder) -> Browser:
    return build(FILES).as_("clerk")


def way(page: Page) -> str:
    """Where the list's button of a new record leads."""
    return next(
        one.attrs["href"]
        for one in page.root.all("a")
        if one.attrs.get("href", "").startswith("/shop/ware/add")
    )


def begins(clerk: Browser, tab: str) -> dict[str, str]:
    return dict(clerk.get(way(clerk.get(f"/shop/ware/list/?tab={tab}"))).form())


def test_equality_is_chosen(clerk: Browser) -> None:
    assert begins(clerk, "tea")["kind"] == "tea"


def test_each_part_that_and_joins(clerk: Browser) -> None:
    form = begins(clerk, "fine")
    assert (form["kind"], form["dear"], form["price"]) == ("tea", "1", "")


@pytest.mark.parametrize("tab", ["all", "either", "shut"])
def test_what_a_tab_does_not_settle_begins_as_ever(clerk: Browser, tab: str) -> None:
    assert begins(clerk, tab)["kind"] == "rice"


def test_it_may_be_changed_and_leads_back_to_the_tab(clerk: Browser) -> None:
    saved = clerk.submit(way(clerk.get("/shop/ware/list/?tab=tea")), name="盐", kind="salt")
    assert (saved.location, clerk.site.rows("ware")[-1]["kind"]) == ("/shop/ware/list/?tab=tea", "salt")


def test_field_that_is_not_asked_stays_its_own(clerk: Browser) -> None:
    clerk.submit("/shop/ware/add?tab=shut", name="酱")
    assert clerk.site.rows("ware")[-1]["state"] == "open"


def test_unknown_tab_is_refused(clerk: Browser) -> None:
    assert clerk.get("/shop/ware/add?tab=none").status == 400
