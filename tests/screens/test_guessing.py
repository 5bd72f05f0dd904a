"""Guesses that come at once are judged as if one came after the other: no more of them than the lock allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from tests.projects import PASSWORD, Builder, Site, serve

FILES = {
    "schema/shop/portal.yaml": "title: 商店\nlogin: {lockout: {failures: 4}}\nmessages: {locked: 已锁定}\n",
    "schema/shop/order.yaml": "label: 订单\nfields: {name: {type: text, label: 名称}}\n",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: all}\nmay: {order: [read]}\n",
}
WRONG, LOCKED = "账号或密码错误", "账号已锁定,请15分钟后再试"
AT_ONCE = 12


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture(scope="module")
def other(shop: Site) -> Iterator[Site]:
    """A second process on the same database."""
    settings = shop.here.settings
    site = serve(settings.instance, settings.home, settings.database_url)
    yield site
    site.close()


@pytest.fixture
def account(shop: Site) -> str:
    name = "p" + uuid4().hex[:10]
    shop.person(name, "clerk")
    return name


def at_once(knocks: list[Callable[[], str]]) -> Counter[str]:
    """How often each was told."""
    together = Barrier(len(knocks))

    def run(knock: Callable[[], str]) -> str:
        together.wait()
        return knock()

    with ThreadPoolExecutor(len(knocks)) as pool:
        return Counter(pool.map(run, knocks))


def program(site: Site, name: str, password: str = "falsch") -> Callable[[], str]:
    """Asks the API for a token; "" is one."""
    client, given = site.as_().client, {"username": name, "password": password}
    return lambda: str(client.post("/api/v1/security/login", json=given).get_json().get("message", ""))


def person(site: Site, name: str, password: str = "falsch") -> Callable[[], str]:
    """Stands at the door; "" is let in."""
    browser = site.as_()
    browser.token = browser.get("/login/").token

    def knock() -> str:
        page = browser.post("/login/", {"username": name, "password": password, "captcha": "0000"})
        return "" if page.status == 303 else next(told for told in (WRONG, LOCKED) if told in page.text)

    return knock


@pytest.mark.parametrize("way", [program, person])
def test_no_more_guesses_are_judged_than_the_lock_allows(
    shop: Site, other: Site, account: str, way: Callable[[Site, str], Callable[[], str]]
) -> None:
    told = at_once([way(site, account) for site in (shop, other) * (AT_ONCE // 2)])
    kept = [row for row in shop.platform("base_login_failure") if row["login"] == account]
    assert (told, len(kept)) == ({WRONG: 4, LOCKED: AT_ONCE - 4}, 4)
    assert program(shop, account, PASSWORD)() == LOCKED


def test_an_unknown_account_is_told_the_same(shop: Site, other: Site) -> None:
    told = at_once([program(site, "niemand") for site in (shop, other) * (AT_ONCE // 2)])
    assert told == {WRONG: 4, LOCKED: AT_ONCE - 4}


def test_pages_and_programs_are_counted_together(shop: Site, account: str) -> None:
    told = at_once([way(shop, account) for way in (program, person) * (AT_ONCE // 2)])
    assert told == {WRONG: 4, LOCKED: AT_ONCE - 4}


def test_all_who_know_the_password_get_in_at_once(shop: Site, other: Site, account: str) -> None:
    told = at_once([program(site, account, PASSWORD) for site in (shop, other) * (AT_ONCE // 2)])
    assert told == {"": AT_ONCE}


def test_the_right_password_after_less_failures_than_the_lock_forgets_them(shop: Site, account: str) -> None:
    assert at_once([program(shop, account) for _ in range(3)]) == {WRONG: 3}
    assert program(shop, account, PASSWORD)() == ""
    assert [row for row in shop.platform("base_login_failure") if row["login"] == account] == []
    assert at_once([program(shop, account) for _ in range(3)]) == {WRONG: 3}
