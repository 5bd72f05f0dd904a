"""Accounts stand over Flask-AppBuilder's table; a login name is given once, for ever."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.projects import PASSWORD, Browser, Builder, Site

FILES = {
    "schema/shop/account.yaml": """
label: 账号
view_of: base.user
listing: {columns: [account, name, roles, status]}
form: [{section: 账号, fields: [account, name, password, roles, status]}]
""",
    "schema/mill/account.yaml": "label: 账号\nview_of: base.user\n",
    "permissions/shop/boss.yaml": """
label: 店长
rows: {account: 'true', role: 'true'}
may: {account: [read, add, edit, delete], role: [read]}
""",
    "permissions/mill/miller.yaml": "label: 厂长\nrows: {account: 'true'}\nmay: {account: [read, add]}\n",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture(scope="module")
def boss(shop: Site) -> Browser:
    return shop.as_("boss")


def name() -> str:
    return "u" + uuid4().hex[:10]


def test_password_set_by_somebody_else_must_be_changed_at_the_first_login(shop: Site, boss: Browser) -> None:
    login = name()
    assert boss.submit("/shop/account/add", account=login, name="甲", password=PASSWORD).status == 303
    nobody = shop.as_()
    nobody.post("/login/", {"username": login, "password": PASSWORD})
    assert [nobody.get(path).location for path in ("/shop/", "/shop/account/list/")] == ["/shop/password"] * 2


def test_password_is_kept_as_a_hash_alone(shop: Site, boss: Browser) -> None:
    boss.submit("/shop/account/add", account=name(), name="甲", password=PASSWORD)
    row = shop.rows("account")[-1]
    assert PASSWORD not in str(row) and row["password"].startswith(("scrypt:", "pbkdf2:"))


def test_password_is_in_no_log_and_on_no_page(shop: Site, boss: Browser) -> None:
    boss.submit("/shop/account/add", account=name(), name="甲", password=PASSWORD)
    id_ = shop.rows("account")[-1]["id"]
    pages = [boss.get(f"/shop/account/{page}") for page in (f"show/{id_}", f"edit/{id_}", "list/")]
    stored = shop.row("account", id_)["password"]
    assert all(PASSWORD not in page.html and stored not in page.html for page in pages)
    assert PASSWORD not in str(shop.audit("account", id_)) and stored not in str(shop.audit("account", id_))


def test_untouched_password_stays(shop: Site, boss: Browser) -> None:
    boss.submit("/shop/account/add", account=name(), name="甲", password=PASSWORD)
    id_ = shop.rows("account")[-1]["id"]
    before = shop.row("account", id_)["password"]
    boss.submit(f"/shop/account/edit/{id_}", name="乙")
    assert shop.row("account", id_)["password"] == before


@pytest.mark.parametrize("same", [str, str.upper, str.title])
def test_login_name_is_given_once_whatever_its_case(shop: Site, boss: Browser, same: object) -> None:
    login = name()
    shop.person(login, portal="mill")
    answer = boss.submit("/shop/account/add", account=same(login), name="甲", password=PASSWORD)  # type: ignore[operator]
    assert answer.status == 422 and "account" in answer.errors


def test_login_name_of_a_deleted_account_is_not_given_again(shop: Site, boss: Browser) -> None:
    login = name()
    id_ = shop.person(login, portal="shop")
    boss.post(f"/shop/account/delete/{id_}")
    answer = boss.submit("/shop/account/add", account=login.upper(), name="甲", password=PASSWORD)
    assert answer.status == 422 and "account" in answer.errors


def test_mirror_follows_the_account(shop: Site, boss: Browser) -> None:
    id_ = shop.person(name(), portal="shop")
    boss.submit(f"/shop/account/edit/{id_}", name="新名", status="disabled")
    row = next(row for row in shop.platform("ab_user") if row["id"] == id_)
    assert (row["first_name"], row["active"]) == ("新名", False)


def test_accounts_of_another_portal_are_not_there(shop: Site, boss: Browser) -> None:
    foreign = shop.person(name(), portal="mill")
    statuses = [boss.get(f"/shop/account/{page}/{foreign}").status for page in ("show", "edit")]
    statuses.append(boss.post(f"/shop/account/delete/{foreign}").status)
    assert statuses == [404, 404, 404]


def test_role_of_another_portal_cannot_be_given(shop: Site, boss: Browser) -> None:
    id_ = shop.person(name(), portal="shop")
    foreign = next(
        row["id"] for row in shop.rows("role") if row["portal"] == "mill" and row["code"] == "miller"
    )
    answer = boss.submit(f"/shop/account/edit/{id_}", roles=["", str(foreign)])
    assert answer.status == 422 and shop.many("account", "roles", id_) == []


def test_account_without_a_portal_cannot_be_made_on_a_screen(shop: Site, boss: Browser) -> None:
    boss.post("/shop/account/add", {"account": name(), "name": "甲", "password": PASSWORD, "portal": ""})
    assert shop.rows("account")[-1]["portal"] == "shop"


def test_seeds_of_a_portal_make_no_account_of_the_platform(project: Builder) -> None:
    seeds = "user:\n  - {account: sneaky, name: 甲, password: Demo@2024x, must_change: false}\n"
    site = project({"schema/shop/order.yaml": "label: 订单\n", "seeds/shop/01.yaml": seeds})
    assert (site.principal("sneaky").everything, site.principal("sneaky").portal) == (False, "shop")
