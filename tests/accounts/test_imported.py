"""No workbook of accounts is a way to more rights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts.shop import FILES, row
from tests.imports.books import book, reasons, send
from tests.projects import Builder, Site

HEAD = ("账号*", "姓名*", "手机号", "角色")
PORTAL = "imports: {account: {columns: [account, name, phone, roles], key: account}}\n"
HELPER = """
label: 助手
rows: {account: 'true', role: 'true'}
may: {account: [read, add, edit, import], role: [read, pick]}
"""


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    portal = FILES["schema/shop/portal.yaml"] + PORTAL
    return build({**FILES, "schema/shop/portal.yaml": portal, "permissions/shop/helper.yaml": HELPER})


def imported(shop: Site, *rows: tuple[Any, ...]) -> tuple[int, int, list[tuple[int, str, str]]]:
    """By the helper: how many were added, how many changed, what was refused."""
    _, body = send(shop.as_("helper"), "account", book(HEAD, *rows))
    return body["added"], body["changed"], reasons(body)


def test_an_import_gives_no_role_that_may_do_more_than_who_imports(shop: Site) -> None:
    done = imported(shop, ("neu1", "甲", "13000000021", "店长"))
    assert done == (0, 0, [(2, "roles", "不能授予超出本人权限的角色")])
    assert "neu1" not in [person["account"] for person in shop.rows("account")]


def test_an_import_gives_a_role_that_may_do_less(shop: Site) -> None:
    assert imported(shop, ("neu2", "乙", "13000000022", "店员")) == (1, 0, [])


def test_an_import_changes_no_way_in_of_who_may_do_more(shop: Site) -> None:
    before = row(shop, "boss")
    done = imported(shop, ("boss", "新名", "13000000066", None))
    assert done == (0, 0, [(2, "phone", "该账号的权限超过您的权限，不能由您修改")])
    assert row(shop, "boss") == before


def test_an_import_changes_an_account_that_may_do_less(shop: Site) -> None:
    assert imported(shop, ("clerk", "丙", "13000000023", None)) == (0, 1, [])
    assert row(shop, "clerk")["phone"] == "13000000023"


def test_nobody_raises_himself_by_an_import(shop: Site) -> None:
    added, changed, refused = imported(shop, ("helper", "丁", None, "店长"))
    assert (added, changed, [field for _, field, _ in refused]) == (0, 0, ["roles"])
