"""An identity provider beside passwords: the same accounts, sessions and rules, and no way in by a forged word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from joserfc.jwk import RSAKey

from fab_app.config import Settings, WrongSetting
from tests.oidc.provider import CLIENT, SECRET, Provider, login_at, providing
from tests.projects import Browser, Builder, Page, Site, serve, write_home

FILES = {
    "schema/shop/portal.yaml": """
title: 商店
kinds: {staff: {label: 员工}, guest: {label: 客人}}
doors: {staff: {label: 员工, kinds: [staff]}, guest: {label: 客人, kinds: [guest]}}
login:
  lockout: {failures: 3, minutes: 15}
  providers: {gov: {label: 统一身份认证, kinds: [staff]}, other: {label: 另一个}}
messages: {disabled: 账号已停用, wrong_door: 不属于本入口}
""",
    "schema/shop/account.yaml": "label: 账号\nview_of: base.user\n",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {account: all}\nmay: {account: [read, edit]}\n",
}
NOT_DONE = "登录未完成"


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    before = pytest.MonkeyPatch()
    before.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with providing() as provider:
        yield provider
    before.undo()


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.claims, running.forge, running.shown, running.algorithm = {}, {}, None, "RS256"
    return running


@pytest.fixture(scope="module")
def shop(running: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("oidc")
    name = "FAB_APP_OIDC_SHOP_GOV"
    environ = {f"{name}_ISSUER": running.issuer, f"{name}_CLIENT_ID": CLIENT, f"{name}_CLIENT_SECRET": SECRET}
    url = f"sqlite:///{folder / 'site.sqlite'}"
    site = serve(folder, write_home(folder / "home", FILES), url, environ=environ)
    yield site
    site.close()


@pytest.fixture
def person(shop: Site, provider: Provider) -> str:
    """An account that is linked; he stands at the provider's counter."""
    name = "u" + uuid4().hex[:10]
    shop.person(name, "clerk", kind="staff", subject=f"gov:{name}-id", email="a@example.org")
    provider.claims = {"sub": f"{name}-id"}
    return name


def asked(shop: Site, browser: Browser, next_: str = "") -> str:
    """Where the provider is asked."""
    page = browser.get("/shop/oidc/gov/" + (f"?next={next_}" if next_ else ""))
    assert page.status == 303, page.text
    return page.location


def answer(browser: Browser, url: str) -> Page:
    parts = urlsplit(url)
    return browser.get(f"{parts.path}?{parts.query}")


def enters(shop: Site, next_: str = "") -> tuple[Browser, Page]:
    browser = shop.as_()
    return browser, answer(browser, login_at(asked(shop, browser, next_)))


def refused(shop: Site, sentence: str = NOT_DONE) -> None:
    browser, page = enters(shop)
    assert (page.status, page.location) == (303, "/shop/entry/")
    assert browser.client.get_cookie("fab_session") is None and sentence in browser.follow(page).html


# --- the same accounts and sessions --------------------------------------------------------------


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
    told = [entry["account"] for entry in shop.platform("base_audit") if entry["action"] == "login_failed"]
    assert "gov:niemand" in told


def test_nobody_links_his_own_account_himself(shop: Site, person: str) -> None:
    browser = shop.as_(person)
    page = browser.submit(f"/shop/account/edit/{shop.id_of(person)}", subject="gov:mine")
    assert page.status == 422 and shop.row("account", shop.id_of(person))["subject"] == f"gov:{person}-id"


# --- no forged word ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "forged",
    [
        {"nonce": "another"},
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": ["another-client", CLIENT], "azp": "another-client"},
        {"exp": 1},
        {"at_hash": "wrong"},
    ],
)
def test_forged_claim_opens_nothing(
    shop: Site, provider: Provider, person: str, forged: dict[str, Any]
) -> None:
    provider.forge = forged
    refused(shop)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_token_without_the_provider_s_signature_opens_nothing(
    shop: Site, provider: Provider, person: str, algorithm: str
) -> None:
    provider.algorithm = algorithm
    browser = shop.as_()
    page = answer(browser, login_at(asked(shop, browser)))
    assert page.location == "/shop/entry/"


def test_token_signed_by_another_key_opens_nothing(shop: Site, provider: Provider, person: str) -> None:
    before = provider.key
    provider.key, provider.shown = RSAKey.generate_key(2048, {"kid": "one"}), before
    refused(shop)
    provider.key = before


def test_state_belongs_to_the_browser_that_asked(shop: Site, person: str) -> None:
    there = login_at(asked(shop, shop.as_()))
    assert answer(shop.as_(), there).location == "/shop/entry/"
    other = shop.as_()
    asked(shop, other)
    assert answer(other, there).location == "/shop/entry/"


def test_answer_counts_once(shop: Site, person: str) -> None:
    browser = shop.as_()
    there = login_at(asked(shop, browser))
    assert [answer(browser, there).location for _ in range(2)] == ["/shop/", "/shop/entry/"]


def test_code_is_of_no_use_without_its_verifier(shop: Site, person: str) -> None:
    """Whoever has caught a code puts it into his own browser's answer."""
    there, thief = login_at(asked(shop, shop.as_())), shop.as_()
    own = asked(shop, thief)
    caught, state = parse_qs(urlsplit(there).query)["code"][0], parse_qs(urlsplit(own).query)["state"][0]
    assert thief.get(f"/shop/oidc/gov/back?code={caught}&state={state}").location == "/shop/entry/"


def test_each_question_has_its_own_state_nonce_and_challenge(shop: Site) -> None:
    browser = shop.as_()
    first, second = (parse_qs(urlsplit(asked(shop, browser)).query) for _ in range(2))
    assert first["code_challenge_method"] == ["S256"] and first["response_type"] == ["code"]
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


def test_what_the_provider_complains_of_is_not_shown(shop: Site) -> None:
    browser = shop.as_()
    state = parse_qs(urlsplit(asked(shop, browser)).query)["state"][0]
    page = browser.get(f"/shop/oidc/gov/back?state={state}&error=x&error_description=<script>evil")
    shown = browser.follow(page).html
    assert "evil" not in shown and re.search(NOT_DONE, shown)


def test_another_issuer_in_the_answer_is_refused(shop: Site, person: str) -> None:
    browser = shop.as_()
    there = login_at(asked(shop, browser))
    assert answer(browser, f"{there}&iss=https%3A%2F%2Fevil.example").location == "/shop/entry/"


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "env", "told"),
    [
        ({"ISSUER": "http://login.example"}, "demo", "https"),
        ({"ISSUER": "http://127.0.0.1:1"}, "production", "https"),
        ({"ISSUER": "https://login.example", "CLIENT_ID": ""}, "demo", "CLIENT_ID"),
    ],
)
def test_wrong_setting_stops_the_start(tmp_path: Path, environ: dict[str, str], env: str, told: str) -> None:
    from fab_app.application import manifest_of
    from fab_app.web.providers import providers_of

    given = {f"FAB_APP_OIDC_SHOP_GOV_{name}": value for name, value in {"CLIENT_ID": "x", **environ}.items()}
    settings = Settings(home=write_home(tmp_path, FILES), env=env, environ=given)
    with pytest.raises(WrongSetting, match=told):
        providers_of(settings, manifest_of(settings)[0])


def test_provider_that_publishes_another_issuer_is_not_asked(project: Builder, provider: Provider) -> None:
    folder = project.folder / "other"
    folder.mkdir()
    name = "FAB_APP_OIDC_SHOP_GOV"
    environ = {f"{name}_ISSUER": f"{provider.issuer}/", f"{name}_CLIENT_ID": CLIENT}
    url = f"sqlite:///{folder / 'site.sqlite'}"
    site = serve(folder, write_home(folder / "home", FILES), url, environ=environ)
    try:
        assert site.as_().get("/shop/oidc/gov/").location == "/shop/entry/"
    finally:
        site.close()
