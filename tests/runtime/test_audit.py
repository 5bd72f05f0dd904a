"""Every write leaves an entry: who, when, from where, what, old and new; secrets masked."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.imports.books import book, finished, send
from tests.moves.clocks import later
from tests.projects import PASSWORD, Browser, Builder, Site

LONG = 301  # rows, of which so many are imported in the background
LOGIN, KEYS = "/api/v1/security/login", "/api/v1/security/api_keys/"
FILES = {
    "schema/shop/portal.yaml": """
title: 店
imports: {customer: {columns: [name]}}
jobs: {remind: {at: "06:00", do: {type: create, entity: customer, fields: {name: "'提醒'"}}}}
""",
    "schema/shop/customer.yaml": """
label: 客户
fields:
  name: {type: text, label: 名称, required: true}
  phone: {type: phone, label: 电话, mask: true}
  secret: {type: password, label: 口令}
  tags: {type: choices, label: 标签, options: {a: 甲, b: 乙}}
  amount: {type: money, label: 金额}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {customer: 'true'}
may: {customer: [read, add, edit, delete, import]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


def test_each_write_has_one_entry(shop: Site, clerk: Browser) -> None:
    clerk.submit("/shop/customer/add", name="甲")
    id_ = shop.rows("customer")[-1]["id"]
    clerk.submit(f"/shop/customer/edit/{id_}", name="乙")
    clerk.post(f"/shop/customer/delete/{id_}")
    entries = shop.audit("customer", id_)
    assert [entry["action"] for entry in entries] == ["add", "edit", "delete"]
    assert {(entry["account"], entry["channel"], entry["address"]) for entry in entries} == {
        ("clerk", "web", "127.0.0.1")
    }


def test_edit_tells_old_and_new_of_what_changed(shop: Site, clerk: Browser) -> None:
    id_ = shop.make("customer", name="甲", amount="1.50", tags=["a"])
    clerk.submit(f"/shop/customer/edit/{id_}", amount="2.75", tags=["", "b"])
    changes = shop.audit("customer", id_)[-1]["changes"]
    assert set(changes) == {"amount", "tags"} and changes["tags"] == [["a"], ["b"]]
    assert [float(value) for value in changes["amount"]] == [1.5, 2.75]


def test_masked_values_are_masked(shop: Site, clerk: Browser) -> None:
    clerk.submit("/shop/customer/add", name="甲", phone="13000000017")
    entry = shop.audit("customer", shop.rows("customer")[-1]["id"])[-1]
    assert "13000000017" not in str(entry["changes"]) and "phone" in entry["changes"]


def test_secrets_are_never_written_down(shop: Site, clerk: Browser) -> None:
    clerk.submit("/shop/customer/add", name="甲", secret="Geheim-2026")
    id_ = shop.rows("customer")[-1]["id"]
    told = str(shop.audit("customer", id_))
    assert "Geheim-2026" not in told and str(shop.row("customer", id_)["secret"]) not in told


def test_refusal_leaves_no_entry_of_a_write(shop: Site, clerk: Browser) -> None:
    before = len(shop.platform("base_audit"))
    clerk.submit("/shop/customer/add", name="")
    assert len(shop.platform("base_audit")) == before


# --- by which channel ----------------------------------------------------------------------------


def noted(shop: Site, name: str) -> set[tuple[str, str, str]]:
    """Who wrote the record of this name, by which channel and from where."""
    rows = [row for row in shop.platform("base_audit") if row["changes"].get("name") == [None, name]]
    return {(row["account"], row["channel"], row["address"]) for row in rows}


def token(shop: Site) -> str:
    given = {"username": "clerk", "password": PASSWORD}
    return str(shop.as_().client.post(LOGIN, json=given).get_json()["access_token"])


def key(shop: Site) -> str:
    answer = sent(shop, token(shop), KEYS, json={"name": "robot"})
    return str(answer["result"]["key"])


def sent(shop: Site, bearer: str, path: str, **body: Any) -> Any:
    answer = shop.as_().client.post(path, headers={"Authorization": f"Bearer {bearer}"}, **body)
    assert answer.status_code in (200, 201), answer.get_json()
    return answer.get_json()


@pytest.mark.parametrize(("bearer", "channel"), [(token, "api"), (key, "api-key")])
def test_a_program_is_told_from_a_person_and_a_key_from_a_token(
    shop: Site, bearer: Any, channel: str
) -> None:
    sent(shop, bearer(shop), "/api/v1/shop/customer/", json={"name": f"来自{channel}"})
    assert noted(shop, f"来自{channel}") == {("clerk", channel, "127.0.0.1")}


@pytest.mark.parametrize(("bearer", "channel"), [(None, "web"), (token, "api"), (key, "api-key")])
def test_imported_rows_have_the_channel_of_who_sends_the_workbook(
    shop: Site, bearer: Any, channel: str
) -> None:
    name = f"导入{channel}"
    content = book(("名称",), (name,))
    if bearer is None:
        send(shop.as_("clerk"), "customer", content)
    else:
        data = {"file": (io.BytesIO(content), "a.xlsx")}
        sent(shop, bearer(shop), "/api/v1/shop/customer/import", data=data)
    assert noted(shop, name) == {("clerk", channel, "127.0.0.1")}


def test_rows_that_background_work_imports_are_of_who_asked_by_a_job(shop: Site) -> None:
    clerk, names = shop.as_("clerk"), [f"长{number}" for number in range(LONG)]
    _, body = send(clerk, "customer", book(("名称",), *((name,) for name in names)))
    assert finished(shop, clerk, body)["added"] == LONG
    assert noted(shop, names[-1]) == {("clerk", "job", "")}


def test_what_a_job_of_the_portal_writes_is_of_nobody_by_a_job(shop: Site) -> None:
    later(shop, hours=25)
    assert noted(shop, "提醒") == {("jobs.run", "job", "")}
