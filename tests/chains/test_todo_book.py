"""The to-do list as a workbook, and its first lines on a first page."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from tests.chains.town import PORTAL, agree, apply, town
from tests.projects import Builder, Site

HEADS = (
    "记录类别",
    "标题",
    "摘要",
    "申请人",
    "当前环节",
    "提交时间",
    "等待自",
    "办理期限",
    "办理时间",
    "状态",
)
BOARD = "boards: {desk: {label: 桌面, home: true, rows: [[{todo: 2, label: 我的事}]]}}\nexports: {most: 12}\n"


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return town(build, database, more=("filing",))


@pytest.fixture(scope="module")
def boarded(build: Builder, database: str) -> Site:
    return town(build, database, files={"schema/shop/portal.yaml": PORTAL + BOARD})


def book(site: Site, account: str, **asked: str) -> list[tuple[Any, ...]]:
    answer = site.as_(account).client.get("/shop/todo/export.xlsx", query_string=asked)
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    return list(sheet.iter_rows(values_only=True))


def test_workbook_has_the_lines_that_the_list_shows(site: Site) -> None:
    apply(site, "书甲")
    apply(site, "书乙", entity="filing")
    apply(site, "别处", region="乙市")
    heads, *rows = book(site, "jia_handler", q="书")
    assert heads == HEADS
    assert [(row[0], row[1], row[2], row[4], row[9]) for row in rows] == [
        ("许可申请", "XK1 书甲", "书甲 · 东城", "市经办人", "待我审批"),
        ("filing", "XK1 书乙", "书乙 · 东城", "市经办人", "待我审批"),
    ]
    assert all(row[5] is not None and row[6] is not None and row[8] is None for row in rows)
    assert [row[1] for row in book(site, "jia_handler", q="书", kind="shop.filing:permit")[1:]] == [
        "XK1 书乙"
    ]


def test_workbook_of_what_was_decided_tells_what_came_of_it(site: Site) -> None:
    permit = apply(site, "定甲")
    agree(site, permit, "jia_handler")
    (row,) = book(site, "jia_handler", tab="decided", q="定甲")[1:]
    assert row[9] == "已同意" and row[8] is not None
    (mine,) = book(site, "firm", tab="submitted", q="定甲")[1:]
    assert mine[4] == "市保安处领导" and mine[9] == "审批中"


def test_workbook_is_told_in_the_log_by_kind_of_record(site: Site) -> None:
    apply(site, "志甲")
    book(site, "jia_handler", q="志甲")
    audit = site.world.tables.of("base.audit").table
    newest = sa.select(audit.c.entity, audit.c.action, audit.c.account).order_by(audit.c.id.desc()).limit(1)
    with site.engine.connect() as connection:
        assert tuple(connection.execute(newest).one()) == ("shop.permit", "export", "jia_handler")


def test_page_leads_to_the_workbook_under_its_conditions(site: Site) -> None:
    apply(site, "路甲")
    page = site.as_("jia_handler").get("/shop/todo/", query_string={"q": "路甲"}).root
    (way,) = [a.attrs["href"] for a in page.all("a") if "export.xlsx" in a.attrs.get("href", "")]
    assert way.startswith("/shop/todo/export.xlsx?q=")
    empty = (
        site.as_("jia_handler").get("/shop/todo/", query_string={"q": "没有"}).response.get_data(as_text=True)
    )
    assert "export.xlsx" not in empty


def test_home_shows_how_much_waits_and_the_first_of_it(site: Site) -> None:
    permit = apply(site, "首甲")
    page = site.as_("jia_handler").get("/shop/").root
    count = site.as_("jia_handler").json("/shop/badges")["todo"]
    card = next(one for one in page.all("section") if "我的待办" in one.text)
    assert str(count) in card.text and len(card.one("ul", class_="k-todo").all("li")) == min(count, 5)
    links = {a.attrs["href"] for a in card.all("a")}
    assert "/shop/todo/" in links and links & {f"/shop/permit/show/{permit}", "/shop/permit/show/1"}
    assert "我的待办" not in site.as_("firm").get("/shop/").text


def test_board_has_a_card_of_what_waits(boarded: Site) -> None:
    empty = boarded.as_("jia_handler").get("/shop/")
    assert "我的事" in empty.text and "没有待办事项" in empty.text
    for name in ("一", "二", "三"):
        apply(boarded, name)
    card = boarded.as_("jia_handler").get("/shop/").root.one(id="k-board").one("section")
    assert card.one("span", class_="k-count").text == "3" and len(card.all("li")) == 2
    assert "我的事" not in boarded.as_("firm").get("/shop/").text


def test_more_lines_than_the_portal_allows_are_refused(boarded: Site) -> None:
    for number in range(13):
        apply(boarded, f"多{number}")
    assert boarded.as_("jia_handler").get("/shop/todo/export.xlsx").status == 422
    assert len(book(boarded, "jia_handler", q="多3")) == 2


def test_card_costs_two_statements(boarded: Site) -> None:
    browser = boarded.as_("jia_handler")
    browser.get("/shop/")
    with boarded.statements() as seen:
        browser.get("/shop/")
    assert sum("base_task" in text for text in map(str, seen)) == 2
