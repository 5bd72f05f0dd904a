"""Forged words, answers and settings of an identity provider open nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from fab_app.config import Settings, WrongSetting
from tests.oidc.provider import CLIENT, Provider, login_at
from tests.oidc.shop import FILES, NOT_DONE, answer, asked, refused
from tests.projects import Builder, Site, serve, write_home

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
