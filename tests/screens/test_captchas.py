"""A picture at the door is good for one try, in whatever process, however its cookie is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest

from tests.moves.clocks import at
from tests.projects import PASSWORD, Browser, Builder, Page, Site, serve

FILES = {
    "schema/shop/portal.yaml": """
title: {zh: 商店, en: Shop}
kinds: {staff: {label: 员工}}
doors: {staff: {label: 员工, kinds: [staff]}}
login: {captcha: {always: true, seconds: 60}, code: {}}
notices:
  code:
    {about: account, on: password_code, title: 码, text: "{code}", extra: [code], sensitive: [code], channels: [sms],
     to: [{user: id}]}
messages: {captcha: 图形码不对, captcha_expired: 图形码已过期}
""",
    "schema/shop/account.yaml": "label: 账号\nview_of: base.user\n",
    "permissions/shop/boss.yaml": "label: 店长\nrows: {account: 'true'}\nmay: {account: [read]}\n",
}
DOOR = "/shop/entry/staff/"
RIGHT, WRONG = 303, 401


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database, captcha="")


@pytest.fixture
def other(shop: Site) -> Iterator[Site]:
    """A second process on the same database."""
    settings = shop.here.settings
    site = serve(settings.instance, settings.home, settings.database_url, captcha="")
    yield site
    site.close()


def account(shop: Site) -> str:
    name = "p" + uuid4().hex[:10]
    shop.person(name, "boss", kind="staff")
    return name


def looked(shop: Site) -> tuple[Browser, str]:
    """A browser that was shown a picture, and its cookie."""
    browser = shop.as_()
    browser.token = browser.get(DOOR).token
    browser.get("/captcha")
    return browser, kept(browser)


def kept(browser: Browser) -> str:
    cookie = browser.client.get_cookie("fab_form")
    assert cookie is not None
    return cookie.value


def again(site: Site, browser: Browser, cookie: str) -> Browser:
    """A browser that sends the same cookie once more."""
    copy = site.as_()
    copy.token = browser.token
    copy.client.set_cookie("fab_form", cookie)
    return copy


def enter(browser: Browser, name: str, captcha: str) -> Page:
    return browser.post(DOOR, {"username": name, "password": PASSWORD, "captcha": captcha})


def test_what_stands_on_the_picture_opens_the_door(shop: Site, seen: list[str]) -> None:
    browser, _ = looked(shop)
    assert enter(browser, account(shop), f" {seen[-1]} ").status == RIGHT


def test_no_other_answer_opens_it(shop: Site, seen: list[str]) -> None:
    browser, _ = looked(shop)
    page = enter(browser, account(shop), seen[-1][::-1] if seen[-1] != seen[-1][::-1] else "0000")
    assert (page.status, "图形码不对" in page.text) == (WRONG, True)


def test_without_a_picture_no_answer_is_right(shop: Site) -> None:
    assert enter(shop.as_(), account(shop), "2345").status == WRONG


def test_a_picture_is_good_for_its_time(shop: Site, seen: list[str]) -> None:
    at(shop, "2027-03-01 10:00")
    (late, _), name = looked(shop), account(shop)
    at(shop, "2027-03-01 10:02")
    page = enter(late, name, seen[-1])
    assert (page.status, "图形码已过期" in page.text) == (WRONG, True)


def test_a_picture_lets_in_once_though_its_cookie_is_sent_again(shop: Site, seen: list[str]) -> None:
    browser, cookie = looked(shop)
    names = [account(shop) for _ in range(3)]
    pages = [enter(again(shop, browser, cookie), name, seen[-1]) for name in names]
    assert [page.status for page in pages] == [RIGHT, WRONG, WRONG]
    assert "图形码不对" in pages[1].text


def test_a_wrong_answer_uses_the_picture_up(shop: Site, seen: list[str]) -> None:
    browser, cookie = looked(shop)
    name = account(shop)
    wrong = enter(again(shop, browser, cookie), name, "0000")
    right = enter(again(shop, browser, cookie), name, seen[-1])
    assert (wrong.status, right.status) == (WRONG, WRONG)


def test_a_picture_lets_in_once_over_two_processes(shop: Site, other: Site, seen: list[str]) -> None:
    browser, cookie = looked(shop)
    first, second = account(shop), account(shop)
    pages = [
        enter(again(shop, browser, cookie), first, seen[-1]),
        enter(again(other, browser, cookie), second, seen[-1]),
    ]
    assert [page.status for page in pages] == [RIGHT, WRONG]


def test_of_many_who_send_it_at_once_one_gets_in(shop: Site, other: Site, seen: list[str]) -> None:
    browser, cookie = looked(shop)
    names = [account(shop) for _ in range(8)]
    browsers = [again(site, browser, cookie) for site in (shop, other) * 4]
    together = Barrier(len(names))

    def run(one: tuple[Browser, str]) -> int:
        together.wait()
        return enter(*one, seen[-1]).status

    with ThreadPoolExecutor(len(names)) as pool:
        statuses = list(pool.map(run, zip(browsers, names, strict=True)))
    assert sorted(statuses) == [RIGHT] + [WRONG] * 7


def test_a_picture_asks_for_one_code(shop: Site, seen: list[str]) -> None:
    browser, cookie = looked(shop)
    asked = [
        again(shop, browser, cookie).post("/shop/forgotten/", {"account": "boss", "captcha": seen[-1]}).status
        for _ in range(2)
    ]
    assert asked == [303, 422]
