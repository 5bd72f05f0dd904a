"""An identity provider beside passwords: the same accounts, sessions and rules, and no way in by a forged word."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oidc.provider import Provider
from tests.oidc.shop import enters, refused
from tests.projects import Site


def test_person_enters_by_the_provider_s_word(shop: Site, person: str) -> None:
    browser, page = enters(shop)
    assert (page.location, browser.get("/shop/account/list/").status) == ("/shop/", 200)
    row = shop.row("account", shop.id_of(person))
    assert (row["login_count"], row["last_login_at"] is not None) == (1, True)
    told = [entry for entry in shop.platform("base_audit") if entry["account"] == person]
    assert [(entry["action"], entry["channel"]) for entry in told] == [("login", "oidc")]


def test_person_goes_where_he_wanted_and_to_no_other_host(shop: Site, person: str) -> None:
    assert enters(shop, "/shop/account/list/")[1].location == "/shop/account/list/"
    assert enters(shop, "//evil.example")[1].location == "/shop/"


def test_session_ends_as_any_other(shop: Site, person: str) -> None:
    browser, _ = enters(shop)
    with shop.acting() as system:
        system.writer.change(shop.entity("account"), shop.id_of(person), {"status": "disabled"})
    assert browser.get("/shop/account/list/").status == 302


def test_button_stands_on_the_doors_of_its_kinds_and_only_where_it_is_set_up(shop: Site) -> None:
    doors = [shop.as_().get(f"/shop/entry/{code}/").html for code in ("staff", "guest")]
    assert ["统一身份认证" in door for door in doors] == [True, False]
    assert "另一个" not in "".join(doors)
    assert [shop.as_().get(f"/shop/oidc/other/{end}").status for end in ("", "back")] == [404, 404]


def test_initial_password_is_changed_first_here_too(shop: Site, person: str) -> None:
    shop.set("account", shop.id_of(person), must_change=True)
    assert enters(shop)[1].location == "/shop/password"


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [({"status": "disabled"}, "账号已停用"), ({"kind": "guest"}, "不属于本入口")],
)
def test_rules_of_the_doors_hold(shop: Site, person: str, columns: dict[str, Any], sentence: str) -> None:
    shop.set("account", shop.id_of(person), **columns)
    refused(shop, sentence)


def test_locked_account_is_locked_at_this_door(shop: Site, person: str) -> None:
    for _ in range(3):
        shop.as_().post("/login/", {"username": person, "password": "falsch", "captcha": "0000"})
    refused(shop, "15")


def test_deleted_account_is_unknown(shop: Site, person: str) -> None:
    shop.set("account", shop.id_of(person), alive=shop.id_of(person))
    refused(shop, "没有与该身份关联的账号")


# --- who it is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "somebody-else"},
        {"sub": "somebody-else", "email": "a@example.org"},
        {"sub": "somebody-else", "email": "a@example.org", "email_verified": True},
        {"sub": "somebody-else", "preferred_username": "PERSON", "name": "PERSON"},
    ],
)
def test_account_is_found_by_its_subject_alone(
    shop: Site, provider: Provider, person: str, claims: dict[str, Any]
) -> None:
    provider.claims = {name: person if value == "PERSON" else value for name, value in claims.items()}
    refused(shop, "没有与该身份关联的账号")


@pytest.mark.parametrize("sub", ["", " ", 7, None, ["x"], "x" * 300, "\0"])
def test_senseless_subject_is_nobody(shop: Site, provider: Provider, person: str, sub: Any) -> None:
    provider.claims = {"sub": sub}
    _, page = enters(shop)
    assert page.location == "/shop/entry/"


def test_subject_of_another_provider_is_another_person(shop: Site, person: str) -> None:
    shop.set("account", shop.id_of(person), subject=f"other:{person}-id")
    refused(shop, "没有与该身份关联的账号")


def test_unknown_identity_is_noted(shop: Site, provider: Provider) -> None:
    provider.claims = {"sub": "niemand"}
    enters(shop)
    told = [entry for entry in shop.platform("base_audit") if entry["account"] == "gov:niemand"]
    assert [(entry["action"], entry["channel"], entry["portal"]) for entry in told] == [
        ("login_failed", "oidc", "shop")
    ]


def test_nobody_links_his_own_account_himself(shop: Site, person: str) -> None:
    browser = shop.as_(person)
    page = browser.submit(f"/shop/account/edit/{shop.id_of(person)}", subject="gov:mine")
    assert page.status == 422 and shop.row("account", shop.id_of(person))["subject"] == f"gov:{person}-id"
