"""Entries of a log or a ledger are the program's alone: no address lets anybody add, change or delete one."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from fab_app.core.problems import Refused
from fab_app.spec.manifest import Entity
from tests.leaks.platform import filled
from tests.leaks.walk import rules, shape
from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 店\nimports: {ledger: {columns: [name]}}\n",
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  lines: {type: table, label: 明细, of: line, by: order, columns: [name]}
""",
    "schema/shop/line.yaml": """
label: 明细
append_only: true
fields: {name: {type: text, label: 名称}, order: {type: ref, to: order, label: 订单, on_delete: delete}}
""",
    "schema/shop/ledger.yaml": "label: 台账\nappend_only: true\nfields: {name: {type: text, label: 名称}}\n",
    "schema/shop/log.yaml": "label: 日志\nview_of: base.audit\n",
    "permissions/shop/boss.yaml": """
label: 店长
rows: {ledger: all, log: all, order: all, line: all}
may:
  ledger: [read, add, edit, delete, import]
  log: [read, add, edit, delete]
  order: [read, add, edit]
  line: [read, add]
""",
}
LASTING = ("base.audit", "base.delivery", "base.message", "shop.ledger", "shop.line", "shop.log")
WRITING = ("POST", "PUT", "PATCH", "DELETE")
ELSE = {
    "/E/do/<code>/<int:pk>": "a move, which only adds to the course of a delivery",
    "/E/do/<code>": "a move of ticked rows",
    "/api/E/<pk>/do/<code>": "a move",
    "/api/E/do/<code>": "a move of ticked rows",
    "/E/batch/<code>": "a move of ticked rows",
    "/E/unmask/<int:pk>/<field>": "tells a value, writes that it was told",
    "/api/E/<pk>/unmask/<field>": "tells a value, writes that it was told",
}
"""Addresses that change and are no way to an entry, each with the reason."""


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(FILES)
    site.make("ledger", name="一")
    site.make("order", name="甲", lines=[{"name": "行"}])
    return site


def entries(site: Site, entity: Entity) -> list[dict[str, Any]]:
    """Without the refusals, of which the log tells by itself."""
    rows = site.platform(entity.table)
    return [row for row in rows if row.get("action") not in ("refused", "login", "export")]


def ways(site: Site) -> list[tuple[str, str, str, Entity]]:
    """Every address of such an entity that changes something, by the shape of its rule."""
    found = []
    for rule in rules(site):
        kind, entity = shape(rule.rule, site.world.manifest.entities.values())
        if entity is not None and entity.key in LASTING and kind not in ELSE:
            methods = sorted(set(rule.methods or ()) & set(WRITING))
            found += [(method, kind, filled(rule.rule), entity) for method in methods]
    return found


def test_every_kind_of_entry_is_here(shop: Site) -> None:
    entities = shop.world.manifest.entities.values()
    assert sorted(entity.key for entity in entities if entity.spec.append_only) == list(LASTING)
    assert {entity.key for *_, entity in ways(shop)} == set(LASTING)


@pytest.mark.parametrize("account", ["admin", "boss"])
def test_no_address_writes_an_entry(shop: Site, account: str) -> None:
    browser, wrong = shop.as_(account), []
    browser.get("/login/")
    token = browser.get("/login/").token
    for method, kind, path, entity in ways(shop):
        before = entries(shop, entity)
        body: dict[str, Any] = {"data": {"csrf_token": token, "name": "新", "ids": "1"}}
        if "import" in kind:
            body["data"]["file"] = (BytesIO(b"PK"), "a.xlsx")
        elif kind.startswith("/api/"):
            body = {"json": {"name": "新"}}
        answer = browser.client.open(path, method=method, headers={"X-CSRFToken": token}, **body)
        if answer.status_code not in (403, 404) or entries(shop, entity) != before:
            wrong.append(f"{method} {kind} {entity.key}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("path", ["/base/audit", "/shop/ledger"])
def test_no_screen_offers_to_write_one(shop: Site, path: str) -> None:
    admin = shop.as_("admin")
    page = admin.get(f"{path}/list/").html
    assert [f"{path}/{way}" in page for way in ("add", "edit", "delete", "import")] == [False] * 4
    assert [admin.get(f"{path}/{way}").status for way in ("add", "edit/1")] == [403, 403]


@pytest.mark.parametrize("act", ["create", "change", "delete"])
def test_the_door_itself_refuses(shop: Site, act: str) -> None:
    ledger, before = shop.entity("ledger"), shop.rows("ledger")
    steps = {"create": (ledger, {"name": "二"}), "change": (ledger, 1, {"name": "二"}), "delete": (ledger, 1)}
    for account in ("admin", "boss"):
        with pytest.raises(Refused) as refusal, shop.acting(account) as person:
            getattr(person.writer, act)(*steps[act])
        assert refusal.value.status == 403
    assert shop.rows("ledger") == before


def test_entries_within_a_record_are_written_down_and_stand(shop: Site) -> None:
    boss, line = shop.as_("boss"), shop.rows("line")[0]
    kept = {"id": line["id"], "name": "行"}
    order, api = line["order"], f"/api/v1/shop/order/{line['order']}"
    token = {"X-CSRFToken": boss.get("/login/").token}

    def put(*lines: dict[str, Any]) -> tuple[int, list[str]]:
        status = boss.client.put(api, json={"lines": list(lines)}, headers=token).status_code
        return status, [row["name"] for row in shop.rows("line") if row["order"] == order]

    assert put({**kept, "name": "改"}) == (422, ["行"])
    assert put() == (403, ["行"])
    assert put(kept, {"name": "又"}) == (200, ["行", "又"])
