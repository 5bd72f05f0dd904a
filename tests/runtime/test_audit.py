"""Every write leaves an entry: who, when, from where, what, old and new; secrets masked."""

from __future__ import annotations

import pytest

from tests.projects import Browser, Builder, Site

FILES = {
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
may: {customer: [read, add, edit, delete]}
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
