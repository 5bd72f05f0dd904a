"""A password by a code that is sent: one's own, and a forgotten one; nothing tells who has an account."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.projects import PASSWORD, Browser, Builder, Page, Site

FILES = {
    "schema/shop/portal.yaml": """
title: 商店
login: {code: {minutes: 5, tries: 3, wait: 60, hourly: 2}, password: {min: 8, classes: 2, last: 2}}
notices:
  code:
    about: account
    on: password_code
    title: 验证码
    text: "验证码{code}"
    extra: [code]
    sensitive: [code]
    channels: [sms]
    to: [{user: id}]
""",
    "schema/shop/account.yaml": "label: 账号\nview_of: base.user\n",
    "schema/mill/portal.yaml": "title: 磨坊\n",
    "schema/mill/batch.yaml": "label: 批次\n",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {account: id == user}\nmay: {account: [read]}\n",
    "permissions/mill/miller.yaml": "label: 厂长\nrows: {batch: 'true'}\nmay: {batch: [read]}\n",
}
NEW = "Neues2026x"


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return build(FILES)


@pytest.fixture
def person(shop: Site) -> str:
    name = "u" + uuid4().hex[:10]
    shop.person(name, "clerk", portal="shop", phone="13000000009")
    return name


_ADDRESSES = count(1)


def at(site: Site, account: str = "") -> Browser:
    """Each at an address of his own: one address may ask only now and then."""
    browser, number = site.as_(account), next(_ADDRESSES)
    browser.client.environ_base["REMOTE_ADDR"] = f"10.0.{number // 250}.{number % 250}"
    return browser


def sent(site: Site, account: str) -> list[str]:
    """The codes that went to this person's telephone, in the demo's log."""
    site.here.jobs.drain()
    mine = [row for row in Site.rows(site, "base.delivery") if row["receiver"] == site.id_of(account)]
    return [found[0] for row in mine if (found := re.findall(r"\d{6}", row["text"]))]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def later(site: Site, **by: float) -> None:
    """As if what was sent had been sent earlier."""
    table = site.world.tables.platform("base_code")
    with site.engine.begin() as connection:
        for row in connection.execute(sa.select(table)).mappings().all():
            moved = {name: row[name] - timedelta(**by) for name in ("created_at", "expires_at")}
            connection.execute(sa.update(table).where(table.c.id == row["id"]).values(moved))


def logs_in(site: Site, account: str, password: str) -> bool:
    return at(site).post("/login/", {"username": account, "password": password}).status == 303


# --- one's own -----------------------------------------------------------------------------------


def change(browser: Browser, code: str, new: str = NEW, repeat: str = "") -> Page:
    return browser.post("/shop/password?by=code", {"code": code, "password": new, "repeat": repeat or new})


def test_code_changes_ones_own_password_and_ends_the_other_sessions(shop: Site, person: str) -> None:
    here, elsewhere = at(shop, person), at(shop, person)
    page = here.get("/shop/password?by=code")
    assert "0009" in page.text and "13000000009" not in page.html and "原密码" in page.text
    here.post("/shop/password/code")
    (code,) = sent(shop, person)
    assert change(here, code).status == 303
    assert (here.get("/shop/").status, elsewhere.get("/shop/").status) == (200, 302)
    assert (logs_in(shop, person, PASSWORD), logs_in(shop, person, NEW)) == (False, True)


def test_code_is_used_once(shop: Site, person: str) -> None:
    browser = at(shop, person)
    browser.post("/shop/password/code")
    (code,) = sent(shop, person)
    assert [change(browser, code).status, change(browser, code, "Drittes2026").status] == [303, 422]


def test_wrong_code_changes_nothing_and_too_many_make_it_void(shop: Site, person: str) -> None:
    browser = at(shop, person)
    browser.post("/shop/password/code")
    (code,) = sent(shop, person)
    pages = [change(browser, wrong(code)) for _ in range(3)]
    assert [page.status for page in pages] == [422] * 3 and "验证码错误或已过期" in pages[0].text
    assert change(browser, code).status == 422 and logs_in(shop, person, PASSWORD)


def test_code_ends_after_its_minutes(shop: Site, person: str) -> None:
    browser = at(shop, person)
    browser.post("/shop/password/code")
    (code,) = sent(shop, person)
    later(shop, minutes=5, seconds=1)
    assert change(browser, code).status == 422


def test_bad_password_costs_no_try(shop: Site, person: str) -> None:
    browser = at(shop, person)
    browser.post("/shop/password/code")
    (code,) = sent(shop, person)
    typed = (("kurz", "kurz"), (NEW, "Anders2026"), (PASSWORD, PASSWORD), ("ohneziffer", "ohneziffer"))
    assert [change(browser, code, *pair).status for pair in typed] == [422] * 4
    assert change(browser, code).status == 303


def test_another_code_waits_and_makes_the_first_void_and_they_are_few(shop: Site, person: str) -> None:
    browser = at(shop, person)
    browser.post("/shop/password/code")
    browser.post("/shop/password/code")
    assert len(sent(shop, person)) == 1
    later(shop, seconds=61)
    browser.post("/shop/password/code")
    first, second = sent(shop, person)
    later(shop, seconds=61)
    browser.post("/shop/password/code")
    assert len(sent(shop, person)) == 2
    assert [change(browser, first).status, change(browser, second).status] == [422, 303]


def test_code_is_kept_as_a_keyed_digest_alone(shop: Site, person: str) -> None:
    at(shop, person).post("/shop/password/code")
    (code,) = sent(shop, person)
    assert code not in str(shop.platform("base_code")) and code not in str(shop.platform("base_audit"))


def test_current_password_still_serves(shop: Site, person: str) -> None:
    typed = {"current": PASSWORD, "password": NEW, "repeat": NEW}
    assert at(shop, person).post("/shop/password", typed).status == 303


def test_code_of_one_person_opens_nothing_for_another(shop: Site, person: str) -> None:
    shop.person(other := "v" + uuid4().hex[:10], "clerk", portal="shop", phone="13000000010")
    at(shop, person).post("/shop/password/code")
    (code,) = sent(shop, person)
    assert change(at(shop, other), code).status == 422


def test_who_has_no_telephone_is_asked_for_the_current_password(shop: Site) -> None:
    browser = at(shop, "clerk")
    page = browser.get("/shop/password?by=code")
    assert page.root.all("input", name="current") and not page.root.all("input", name="code")
    assert browser.post("/shop/password/code").status == 422


def test_portal_may_want_the_code_instead_and_a_new_login(project: Builder) -> None:
    portal = FILES["schema/shop/portal.yaml"].replace("minutes: 5,", "minutes: 5, change: instead,")
    portal = portal.replace("login: {", "login: {relogin: true, ")
    site = project({**FILES, "schema/shop/portal.yaml": portal})
    site.set("account", site.id_of("clerk"), phone="13000000009")
    browser = at(site, "clerk")
    typed = {"current": PASSWORD, "password": NEW, "repeat": NEW}
    assert browser.post("/shop/password", typed).status == 422
    browser.post("/shop/password/code")
    (code,) = sent(site, "clerk")
    answer = change(browser, code)
    assert (answer.status, answer.location) == (303, "/login/")
    assert browser.get("/shop/").status == 302 and logs_in(site, "clerk", NEW)


# --- a forgotten one -----------------------------------------------------------------------------


def forgets(site: Site, account: str, captcha: str = "0000") -> tuple[Browser, Page]:
    browser = at(site)
    return browser, browser.post("/shop/forgotten/", {"account": account, "captcha": captcha})


def renew(browser: Browser, code: str, new: str = NEW) -> Page:
    return browser.post("/shop/forgotten/new", {"code": code, "password": new, "repeat": new})


def test_code_opens_the_way_to_a_new_password_and_a_closed_account(shop: Site, person: str) -> None:
    there = at(shop, person)
    for _ in range(5):
        at(shop).post("/login/", {"username": person, "password": "falsch", "captcha": "0000"})
    browser, page = forgets(shop, person.upper())
    assert page.location == "/shop/forgotten/new"
    (code,) = sent(shop, person)
    assert renew(browser, code).location == "/login/"
    assert there.get("/shop/").status == 302
    assert (logs_in(shop, person, PASSWORD), logs_in(shop, person, NEW)) == (False, True)
    assert "password_forgotten" in [
        row["action"] for row in shop.platform("base_audit") if row["record_id"] == shop.id_of(person)
    ]


def closed(site: Site, person: str, **columns: Any) -> str:
    site.set("account", site.id_of(person), **columns)
    return person


@pytest.mark.parametrize("who", ["unknown", "disabled", "deleted", "without telephone", "of another portal"])
def test_nothing_tells_whether_there_is_such_an_account(shop: Site, person: str, who: str) -> None:
    account = {
        "unknown": lambda: "niemand",
        "disabled": lambda: closed(shop, person, status="disabled"),
        "deleted": lambda: closed(shop, person, alive=shop.id_of(person)),
        "without telephone": lambda: closed(shop, person, phone=None),
        "of another portal": lambda: "miller",
    }[who]()
    with shop.statements() as counted:
        browser, page = forgets(shop, account)
    with shop.statements() as as_for_known:
        again, second = forgets(shop, "clerk")
    assert (page.status, page.location) == (second.status, second.location) == (303, "/shop/forgotten/new")
    assert len(counted) == len(as_for_known)
    told = [b.get("/shop/forgotten/new").root.one("form").text for b in (browser, again)]
    assert told[0] == told[1]
    if who != "disabled" and who != "deleted":
        assert "验证码错误或已过期" in renew(browser, "000000").text


def test_tries_of_a_forgotten_password_are_few(shop: Site, person: str) -> None:
    browser, _ = forgets(shop, person)
    (code,) = sent(shop, person)
    assert [renew(browser, wrong(code)).status for _ in range(3)] == [422] * 3
    assert renew(browser, code).status == 422 and logs_in(shop, person, PASSWORD)


def test_code_for_a_change_is_none_for_a_forgotten_password(shop: Site, person: str) -> None:
    at(shop, person).post("/shop/password/code")
    (code,) = sent(shop, person)
    browser, _ = forgets(shop, person)
    assert renew(browser, code).status == 422


def test_present_password_is_no_new_one(shop: Site, person: str) -> None:
    browser, _ = forgets(shop, person)
    (code,) = sent(shop, person)
    assert [renew(browser, code, PASSWORD).status, renew(browser, code).status] == [422, 303]


def test_wrong_captcha_sends_nothing(shop: Site, person: str) -> None:
    _, page = forgets(shop, person, captcha="9999")
    assert page.status == 422 and sent(shop, person) == []


def test_without_an_account_named_first_there_is_no_second_page(shop: Site, person: str) -> None:
    assert at(shop).get("/shop/forgotten/new").location == "/shop/forgotten/"
    assert renew(at(shop), "123456").location == "/shop/forgotten/"


def test_portal_without_codes_has_no_such_page(shop: Site) -> None:
    assert at(shop).get("/mill/forgotten/").status == 404


def test_with_a_gateway_the_log_does_not_tell_the_code(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from fab_app.channels.sms import Sms

    monkeypatch.setattr(Sms, "leaves", True)
    shop.person(name := "w" + uuid4().hex[:10], "clerk", portal="shop", phone="13000000009")
    at(shop, name).post("/shop/password/code")
    text = [row["text"] for row in Site.rows(shop, "base.delivery") if row["receiver"] == shop.id_of(name)]
    assert text == ["验证码******"]
