"""Nothing is changed by a cookie alone: every address that changes something asks for the token of a page of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.leaks.homes import small
from tests.leaks.platform import filled
from tests.leaks.walk import rules
from tests.pages import Page
from tests.projects import PASSWORD, Browser, Builder, Site

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
TOO_OLD = ("页面已过期", "页面停留时间过长")
WITHOUT = {
    "/api/v1/security/login": "gives a JWT to who sends account and password: it reads no cookie and sets none",
    "/api/v1/security/refresh": "renews a JWT by a JWT in the header: it reads no cookie and sets none",
}
"""Addresses that take no token of a page, each with the reason."""


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return small(build, "sqlite")


def ways(site: Site) -> Iterator[tuple[str, str, str]]:
    for rule in rules(site):
        for method in sorted(set(rule.methods or ()) & set(CHANGING)):
            yield method, rule.rule, filled(rule.rule)


def asked(browser: Browser, method: str, path: str, token: str) -> TestResponse:
    api = path.startswith("/api/")
    body: dict[str, object] = {"json": {}} if api else {"data": {"csrf_token": token} if token else {}}
    headers = {"Accept-Language": "zh", **({"X-CSRFToken": token} if token else {})}
    return browser.client.open(path, method=method, headers=headers, **body)


@pytest.mark.parametrize("account", ["org", "admin"])
@pytest.mark.parametrize("token", ["none", "of another", "made up"])
def test_no_address_changes_anything_without_the_token_of_a_page(
    shop: Site, account: str, token: str
) -> None:
    browser, other = shop.as_(account), shop.as_("own")
    browser.get("/login/")
    sent = {"none": "", "of another": other.get("/login/").token, "made up": "x" * 40}[token]
    wrong = []
    for method, rule, path in ways(shop):
        answer = asked(browser, method, path, sent)
        told = str(answer.get_json() if answer.is_json else answer.get_data(as_text=True))
        if rule in WITHOUT:
            assert (answer.status_code in (400, 401), answer.headers.getlist("Set-Cookie")) == (True, []), (
                rule
            )
        elif answer.status_code != 400 or not any(words in told for words in TOO_OLD):
            wrong.append(f"{method} {rule}: {answer.status_code} {told[:60]}")
    assert wrong == []


def test_addresses_that_change_are_many(shop: Site) -> None:
    found = list(ways(shop))
    assert len(found) > 100 and {rule for _, rule, _ in found} >= set(WITHOUT)


def test_cookies_of_production_travel_encrypted_only_and_no_script_reads_them(build: Builder) -> None:
    role = "label: 店员\nrows: {order: all}\nmay: {order: [read]}\n"
    order = "label: 订单\nfields: {name: {type: text, label: 名称}}\n"
    files = {"schema/shop/order.yaml": order, "permissions/shop/clerk.yaml": role}
    client = build(files, env="production").app.test_client()
    there = {"base_url": "https://localhost"}
    page = client.get("/login/", **there)
    token = Page(page).token
    given = {"username": "clerk", "password": PASSWORD, "csrf_token": token}
    answers = [page, client.post("/login/", data=given, **there), client.get("/lang/en", **there)]
    cookies = [text for answer in answers for text in answer.headers.getlist("Set-Cookie")]
    names = {text.partition("=")[0] for text in cookies}
    assert names >= {"fab_form", "fab_session", "fab_locale"}
    lacking = {part: [c for c in cookies if part not in c] for part in ("Secure", "HttpOnly", "SameSite=Lax")}
    assert lacking == {"Secure": [], "HttpOnly": [], "SameSite=Lax": []}
