"""What a role masks or hides is masked in the log too for who holds it, at every door by which the log leaves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from tests.portals.asking import headers
from tests.projects import Browser, Builder, Site

READS = "rows: {order: all, town: all, log: all}\nmay: {order: [read], town: [read], log: [read, export, print]}\n"
FILES = {
    "schema/shop/portal.yaml": "title: 店\n",
    "schema/shop/town.yaml": "label: 城镇\ntitle: '{name}'\nfields: {name: {type: text, label: 名称}}\n",
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
fields:
  name: {type: text, label: 名称}
  note: {type: text, label: 备注, search: true}
  salary: {type: int, label: 工资}
  paid: {type: bool, label: 已付}
  phone: {type: phone, label: 电话, mask: true}
  town: {type: ref, to: town, label: 城镇}
  boss: {type: user, label: 店长}
listing:
  columns: [name, salary]
  search: [name, {field: salary, by: range}, {field: town, by: eq}]
""",
    "schema/shop/log.yaml": """
label: 日志
view_of: base.audit
append_only: true
title: "{action} {entity}"
names: {told: {field: changes, label: 前后}}
listing: {columns: [at, account, action, entity, record_id, told], toolbar: [export], row: [show]}
detail: [{section: 日志, fields: [action, entity, record_id, told]}]
""",
    "schema/shop/staff.yaml": """
label: 员工
view_of: base.user
title: "{called}"
names: {called: {field: name, label: 称呼}}
""",
    "schema/shop/account.yaml": "label: 账号\nview_of: base.user\ntitle: '{name}'\n",
    "permissions/shop/boss.yaml": """
label: 店长
rows: {order: all, town: all, log: all, account: all}
may: {order: [read, add, edit, export], town: [read, pick], log: [read, export], account: [read, edit]}
""",
    "permissions/shop/clerk.yaml": (
        f"label: 店员\n{READS}fields: {{order: {{masked: [salary, paid, town], hidden: [note]}}}}\n"
    ),
    "permissions/shop/guest.yaml": f"label: 访客\n{READS}",
    "permissions/shop/people.yaml": """
label: 人事
rows: {staff: all, log: all}
may: {staff: [read], log: [read]}
fields: {staff: {masked: [called]}}
""",
}
Told = dict[str, Any]
Door = Callable[[Browser], list[Told]]


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(FILES)
    site.person("both", "clerk", "guest")
    boss, town = site.as_("boss"), site.make("town", name="东镇")
    boss.submit(
        "/shop/order/add", name="甲单", note="机密话", salary="4321", paid="true", phone="13000000017"
    )
    boss.submit("/shop/order/edit/1", salary="8765", town=str(town))
    for asked in ("(col:name,opr:eq,value:甲单),(col:salary,opr:eq,value:4321),(col:id,opr:eq,value:1)", ""):
        boss.client.get(f"/api/v1/shop/order/export.csv?q=(filters:!({asked}))")
    boss.client.get("/api/v1/shop/order/export.csv?q=(filters:!((col:town.name,opr:eq,value:东镇)))")
    boss.client.get("/api/v1/shop/order/export.csv?q=(keyword:机密话)")
    boss.client.put(
        f"/api/v1/shop/account/{site.id_of('guest')}", json={"name": "李四"}, headers=headers(boss)
    )
    return site


def by_list(who: Browser) -> list[Told]:
    rows = who.get("/shop/log/list/?size=100").root.one("tbody").all("tr")
    return [json.loads(text) for row in rows if (text := row.all("td")[-2].text).startswith("{")]


def pages(who: Browser) -> str:
    """What the pages of all entries say."""
    return "\n".join(
        who.get(f"/shop/log/show/{id_}").root.one("dl").text
        for id_ in who.get("/shop/log/list/?size=100").ids
    )


def by_workbook(who: Browser) -> list[Told]:
    book = openpyxl.load_workbook(io.BytesIO(who.client.get("/shop/log/export.xlsx").get_data()))
    return [json.loads(row[-1]) for row in list(book.active.iter_rows(values_only=True))[1:] if row[-1]]


def by_csv(who: Browser) -> list[Told]:
    text = who.client.get("/api/v1/shop/log/export.csv").get_data().decode("utf-8-sig")
    return [json.loads(row[-1]) for row in list(csv.reader(io.StringIO(text)))[1:] if row[-1]]


def by_api(who: Browser) -> list[Told]:
    return [row["told"] for row in who.json("/api/v1/shop/log/?q=(page_size:100)")["result"] if row["told"]]


def by_api_one(who: Browser) -> list[Told]:
    ids = who.json("/api/v1/shop/log/?q=(page_size:100)")["ids"]
    found = (who.json(f"/api/v1/shop/log/{id_}")["result"]["told"] for id_ in ids)
    return [told for told in found if told]


DOORS = [by_list, by_workbook, by_csv, by_api, by_api_one]
doors = pytest.mark.parametrize("door", DOORS)


def changes(told: list[Told], name: str) -> list[Any]:
    return sorted((one[name] for one in told if any(one.get(name, ()))), key=str)


@doors
def test_masked_by_a_role_is_masked(shop: Site, door: Door) -> None:
    told = door(shop.as_("clerk"))
    assert changes(told, "salary") == [["***", "***"], [None, "***"]]
    assert changes(told, "paid") == [[None, "***"]] and changes(told, "town") == [[None, "***"]]
    assert [None, "甲单"] in changes(told, "name")


@doors
def test_hidden_by_a_role_is_not_named(shop: Site, door: Door) -> None:
    told = door(shop.as_("clerk"))
    assert changes(told, "note") == [] and "机密话" not in str(told)


@doors
def test_conditions_of_an_export_end_where_one_is_masked(shop: Site, door: Door) -> None:
    told = [pair[1] for pair in changes(door(shop.as_("clerk")), "filters")]
    assert sorted(map(str, told)) == ["******", "******", "name eq 甲单; ******"]


@doors
def test_another_reader_is_told_the_same_entries_whole(shop: Site, door: Door) -> None:
    told = door(shop.as_("guest"))
    assert changes(told, "salary") == [[4321, 8765], [None, 4321]]
    assert changes(told, "note") == [[None, "机密话"]] and changes(told, "paid") == [[None, True]]
    assert "name eq 甲单; salary eq 4321; id eq 1" in str(told) and "keyword = 机密话" in str(told)
    assert changes(told, "phone") == [[None, "130****0017"]]


def test_page_of_an_entry_tells_it_in_words_as_its_reader_may_know_it(shop: Site) -> None:
    told, whole = pages(shop.as_("clerk")), pages(shop.as_("guest"))
    assert "工资:*** → ***" in told and "城镇:***" in told and "名称:甲单" in told
    assert [word for word in ("4321", "8765", "机密话", "城镇:东镇", "备注") if word in told] == [], told
    assert (
        "工资:4321 → 8765" in whole and "城镇:东镇" in whole and "备注:机密话" in whole and "已付:是" in whole
    )


def test_of_two_roles_the_careful_one_holds(shop: Site) -> None:
    told = by_api(shop.as_("both"))
    assert changes(told, "salary") == [["***", "***"], [None, "***"]]
    assert changes(told, "note") == [[None, "******"]]


def test_what_one_view_masks_is_masked_in_entries_about_another_view_of_the_same_table(shop: Site) -> None:
    told = by_api(shop.as_("people"))
    assert "李四" not in str(told) and ["g***t", "李*四"] in changes(told, "name")
    assert "李四" in str(by_api(shop.as_("guest")))


def test_what_became_sensitive_later_is_masked_as_it_is_read(shop: Site) -> None:
    entry, table = shop.audit("order", 1)[-1], shop.world.tables.of("base.audit").table
    told = {**entry["changes"], "phone": [None, "13000000029"]}
    with shop.engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.id == entry["id"]).values(changes=told))
    assert "13000000029" not in str(by_api(shop.as_("guest")))
    assert "13000000029" in str(
        shop.as_("admin").json("/api/v1/base/audit/?q=(columns:!(changes),page_size:100)")["result"]
    )


def test_the_sealed_entries_are_as_they_were_written(shop: Site) -> None:
    by_list(shop.as_("clerk"))
    assert [None, 4321] in [entry["changes"].get("salary") for entry in shop.audit("order", 1)]


def test_masking_costs_no_statement(shop: Site) -> None:
    counted = []
    for account in ("clerk", "guest"):
        who = shop.as_(account)
        by_api(who)
        with shop.statements() as statements:
            by_api(who)
        counted.append(len(statements))
    assert counted[0] == counted[1]
