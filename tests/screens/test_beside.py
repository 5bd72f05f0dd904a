"""A record made beside the form that refers to it, and one that stands already and is taken as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/firm.yaml": """
label: 企业
title: "{name}"
soft_delete: true
reuse: code
fields:
  name: {type: text, label: 名称, required: true, search: true}
  code: {type: text, label: 代码, required: true, unique: true, search: true}
  secret: {type: bool, label: 保密, default: false}
words: {new_button: 新增企业}
""",
    "schema/shop/order.yaml": """
label: 订单
fields:
  no: {type: text, label: 编号}
  firm: {type: ref, to: firm, label: 企业, new: true}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {firm: {read: not secret, add: all}, order: all}
may: {firm: [read, add], order: [read, add, edit]}
""",
    "permissions/shop/reader.yaml": """
label: 读者
rows: {firm: all, order: all}
may: {firm: [pick], order: [read, add]}
""",
}
DIALOG = {"HX-Request": "true", "HX-Target": "k-dialog"}


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    return build(FILES)


@pytest.fixture
def clerk(site: Site) -> Browser:
    return site.as_("clerk")


def made(who: Browser, **said: str) -> Any:
    page = who.post("/shop/firm/add", said, headers=DIALOG)
    assert page.status == 204, page.html
    return json.loads(page.response.headers["HX-Trigger"])["made"]


def beside(who: Browser) -> list[tuple[str, str]]:
    links = who.get("/shop/order/add").root.all("a")
    return [(a.text, a.attrs["href"]) for a in links if "data-beside" in a.attrs]


def test_link_stands_beside_the_picker_of_who_may_make_one(site: Site, clerk: Browser) -> None:
    assert beside(clerk) == [("新增企业", "/shop/firm/add")]
    assert beside(site.as_("reader")) == []


def test_dialog_asks_what_the_form_asks(clerk: Browser) -> None:
    page = clerk.get("/shop/firm/add", headers=DIALOG)
    names = {node.attrs["name"] for node in page.root.one("form").walk() if node.attrs.get("name")}
    assert {"name", "code"} <= names and not page.root.all("nav")


def test_made_record_is_told_to_the_form(site: Site, clerk: Browser) -> None:
    told = made(clerk, name="甲公司", code="A1")
    assert (told["label"], site.row("firm", int(told["value"]))["code"]) == ("甲公司", "A1")


def test_mistake_is_told_in_the_dialog(clerk: Browser) -> None:
    page = clerk.post("/shop/firm/add", {"name": "", "code": "A2"}, headers=DIALOG)
    assert page.status == 422 and page.root.all("div", class_="k-error")


def test_known_code_gives_the_record_that_stands_as_it_is(site: Site, clerk: Browser) -> None:
    first = made(clerk, name="乙公司", code="B1")
    again = made(clerk, name="别名", code="B1")
    assert again == first
    assert [row["name"] for row in site.rows("firm") if row["code"] == "B1"] == ["乙公司"]
    page = clerk.post("/shop/firm/add", {"name": "别名", "code": "B1"})
    assert (page.status, page.location) == (303, f"/shop/firm/show/{first['value']}")


def test_api_answers_with_the_record_that_stands(site: Site, clerk: Browser) -> None:
    headers = {"X-CSRFToken": clerk.get("/shop/order/add").token}
    first, again = (
        clerk.client.post("/api/v1/shop/firm/", json={"name": name, "code": "C1"}, headers=headers)
        for name in ("丙公司", "别名")
    )
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json()["id"] == first.get_json()["id"]
    assert again.get_json()["result"]["name"] == "丙公司"


def test_record_that_may_not_be_read_is_not_handed_out(site: Site, clerk: Browser) -> None:
    site.make("firm", name="秘密公司", code="S1", secret=True)
    page = clerk.post("/shop/firm/add", {"name": "丁公司", "code": "S1"}, headers=DIALOG)
    assert page.status == 422 and "秘密公司" not in page.html


def test_deleted_record_is_not_taken(site: Site, clerk: Browser) -> None:
    told = made(clerk, name="戊公司", code="E1")
    with site.acting() as system:
        system.writer.delete(site.entity("firm"), int(told["value"]))
    again = made(clerk, name="戊公司二", code="E1")
    assert again["value"] != told["value"]
