"""A tab may be a page by itself: columns, conditions, order and buttons of its own; remarks stand above a list."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.imports.books import read
from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/portal.yaml": """
title: 商店
kinds: {clerk: {label: 店员}, guest: {label: 访客}}
settings: {address: {type: text, label: 地址, default: "'https://shop.example/login'"}}
""",
    "schema/shop/order.yaml": """
label: 订单
title: "{no}"
fields:
  no: {type: text, label: 编号, required: true}
  amount: {type: int, label: 金额}
  late: {type: bool, label: 逾期}
  state: {type: choice, label: 状态, options: {open: 开, closed: 关}, default: open}
listing:
  columns: [no, amount, state]
  search: [no, state]
  tabs:
    all: {label: 全部}
    open: {label: 未结, where: state == 'open', order: -amount}
    archive:
      label: 订单档案
      where: state == 'closed'
      apart: true
      columns: [{field: amount, label: 总额}, no, late]
      search: [no]
      toolbar: [export, {open: order, new: true, label: 再来一单}, {open: secret}]
      row: [show]
  order: no
  toolbar: [add, export]
  row: [show, edit]
  remarks:
    - {text: "请从{address}登录", when: user.kind == 'clerk'}
    - {text: 所有人可见}
""",
    "schema/shop/secret.yaml": "label: 机密\nfields: {no: {type: text, label: 编号}}\n",
    "menus/shop.yaml": """
items:
  - order
  - {label: 档案, items: [{entity: order, tab: archive, label: 已归档}]}
""",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: all}\nmay: {order: [read, add, edit, export]}\n",
}
LIST = "/shop/order/list/"


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    site = build(FILES)
    site.person("visitor", "clerk", kind="guest")
    site.person("seller", "clerk", kind="clerk")
    for no, amount, state in (("A", 1, "open"), ("B", 3, "open"), ("C", 2, "closed"), ("D", 9, "closed")):
        site.make("order", no=no, amount=amount, state=state)
    return site


@pytest.fixture(scope="module")
def clerk(site: Site) -> Browser:
    return site.as_("seller")


def test_rows_of_a_tab_stand_in_its_order(clerk: Browser) -> None:
    assert (clerk.get(LIST).column("no"), clerk.get(f"{LIST}?tab=open").column("no")) == (
        ["A", "B", "C", "D"],
        ["B", "A"],
    )


def test_order_of_a_tab_is_left_with_the_tab(clerk: Browser) -> None:
    page = clerk.get(f"{LIST}?tab=open")
    everything = page.root.one("a", id="tab-all").attrs["href"]
    assert parse_qs(urlsplit(everything).query).keys() <= {"tab"}
    assert clerk.get(everything).column("no") == ["A", "B", "C", "D"]


def test_page_apart_has_its_own_columns_conditions_and_buttons(clerk: Browser) -> None:
    page = clerk.get(f"{LIST}?tab=archive")
    asked = [
        node.attrs["name"] for node in page.root.one("form", id="k-query").walk() if node.attrs.get("name")
    ]
    assert page.root.one("th", data_col="amount").text == "总额"
    assert (page.columns, page.column("no")) == (["amount", "no", "late"], ["C", "D"])
    assert "no" in asked and "state" not in asked
    assert (page.links("编辑"), page.links("导出") != [], page.links("新增订单")) == ([], True, [])


def test_toolbar_leads_where_the_person_may_go(clerk: Browser) -> None:
    page = clerk.get(f"{LIST}?tab=archive")
    assert (page.link("再来一单"), page.links("机密")) == ("/shop/order/add", [])


def test_page_apart_is_called_by_its_label_and_stands_among_no_tabs(clerk: Browser) -> None:
    page = clerk.get(f"{LIST}?tab=archive")
    assert (page.root.one("h1").text, page.root.all("a", id="tab-all")) == ("订单档案", [])
    assert list(clerk.get(LIST).tabs) == ["all", "open"]


def test_menu_marks_the_leaf_that_opened_it(clerk: Browser) -> None:
    crumbs = clerk.get(f"{LIST}?tab=archive").root.one("ol", class_="k-crumb").text
    assert "档案" in crumbs and "已归档" in crumbs


def test_workbook_of_a_page_apart_has_its_columns(clerk: Browser) -> None:
    heading, *rows = read(clerk.get("/shop/order/export.xlsx?tab=archive").response.get_data())
    assert (list(heading), len(rows)) == (["金额", "编号", "逾期"], 2)


def test_condition_that_a_tab_does_not_ask_is_not_applied(clerk: Browser) -> None:
    assert clerk.get(f"{LIST}?tab=archive&state=open").column("no") == ["C", "D"]


def test_remark_names_a_setting_and_is_told_to_whom_it_concerns(site: Site, clerk: Browser) -> None:
    notes = [note.text for note in clerk.get(LIST).root.all("div", class_="k-note")]
    assert notes == ["请从https://shop.example/login登录", "所有人可见"]
    others = [note.text for note in site.as_("visitor").get(LIST).root.all("div", class_="k-note")]
    assert others == ["所有人可见"]
