"""The door: one sentence for unknown and wrong, lockout, sessions that end, no way to another host."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.projects import PASSWORD, Browser, Page, Site

WRONG = {"password": "falsch"}


def log_in(browser: Browser, account: str, password: str = PASSWORD, **more: str) -> Page:
    return browser.post("/login/", {"username": account, "password": password, **more})


@pytest.fixture
def account(shop: Site) -> str:
    name = "p" + uuid4().hex[:10]
    shop.person(name, "clerk")
    return name


def test_right_password_opens_the_portal(shop: Site, account: str) -> None:
    browser = shop.as_()
    answer = log_in(browser, account)
    assert (answer.status, answer.location, browser.get("/shop/order/list/").status) == (303, "/shop/", 200)


def test_login_name_is_read_without_case(shop: Site, account: str) -> None:
    assert log_in(shop.as_(), account.upper()).status == 303


def test_unknown_and_wrong_are_told_alike(shop: Site, account: str) -> None:
    told = [log_in(shop.as_(), name, "falsch") for name in (account, "niemand" + uuid4().hex)]
    assert [page.status for page in told] == [401, 401]
    assert told[0].root.one("form").text == told[1].root.one("form").text


def test_password_is_not_drawn_again(shop: Site, account: str) -> None:
    assert "geheim-wort" not in log_in(shop.as_(), account, "geheim-wort").html


def test_fifth_failure_locks_even_the_right_password(shop: Site, account: str) -> None:
    statuses = [log_in(shop.as_(), account, "falsch", captcha="0000").status for _ in range(5)]
    locked = log_in(shop.as_(), account, captcha="0000")
    assert (statuses, locked.status) == ([401] * 5, 401)
    assert "15" in locked.text


def test_lock_ends_after_its_time(shop: Site, account: str) -> None:
    for _ in range(5):
        log_in(shop.as_(), account, "falsch", captcha="0000")
    failed = shop.world.tables.platform("base_login_failure")
    with shop.engine.begin() as connection:
        earlier = shop.world.clock.now() - timedelta(minutes=16)
        connection.execute(sa.update(failed).where(failed.c.login == account).values(at=earlier))
    assert log_in(shop.as_(), account).status == 303


def test_captcha_is_asked_after_the_third_failure(shop: Site, account: str) -> None:
    asked = [bool(log_in(shop.as_(), account, "falsch").root.all("input", name="captcha")) for _ in range(3)]
    assert asked == [False, False, True]


def test_right_password_without_the_captcha_is_refused(shop: Site, account: str) -> None:
    for _ in range(3):
        log_in(shop.as_(), account, "falsch")
    assert log_in(shop.as_(), account).status == 401
    assert log_in(shop.as_(), account, captcha="0000").status == 303


def test_captcha_picture_is_used_once(shop: Site, account: str) -> None:
    picture = shop.as_().get("/captcha").response
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")


def test_success_clears_the_failures(shop: Site, account: str) -> None:
    for _ in range(2):
        log_in(shop.as_(), account, "falsch")
    log_in(shop.as_(), account)
    assert account not in [row["login"] for row in shop.platform("base_login_failure")]


def test_success_is_counted(shop: Site, account: str) -> None:
    for _ in range(2):
        log_in(shop.as_(), account)
    user = next(row for row in Site.rows(shop, "base.user") if row["account"] == account)
    assert (user["login_count"], user["last_login_at"] is not None) == (2, True)


def test_page_one_wanted_is_remembered(shop: Site, account: str) -> None:
    browser = shop.as_()
    door = browser.get("/shop/order/list/?name=甲&page=2")
    assert door.location.startswith("/login/?next=")
    wanted = dict(browser.get(door.location).root.one("form").one("input", name="next").attrs)["value"]
    answer = log_in(browser, account, next=wanted)
    assert answer.location.startswith("/shop/order/list/?") and "page=2" in answer.location


@pytest.mark.parametrize(
    "next_",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\r\nX: y", "evil"],
)
def test_login_leads_to_no_other_host(shop: Site, account: str, next_: str) -> None:
    assert log_in(shop.as_(), account, next=next_).location == "/shop/"


@pytest.mark.parametrize(
    "path", ["/shop/", "/shop/order/list/", "/shop/order/show/1", "/shop/order/add", "/shop/order/edit/1"]
)
def test_nobody_is_led_to_the_door(shop: Site, path: str) -> None:
    page = shop.as_().get(path)
    assert (page.status, page.location.startswith("/login/")) == (302, True)


@pytest.mark.parametrize(
    "path", ["/shop/order/add", "/shop/order/edit/1", "/shop/order/delete/1", "/shop/order/upload/photo"]
)
def test_nobody_posts_anything(shop: Site, path: str) -> None:
    before = shop.rows("order")
    assert shop.as_().post(path, {"name": "甲"}).status in (302, 401)
    assert shop.rows("order") == before


def test_logout_ends_the_session_itself(shop: Site, account: str) -> None:
    browser = shop.as_()
    log_in(browser, account)
    key = browser.client.get_cookie("fab_session")
    assert key is not None
    browser.token = ""
    browser.post("/logout/")
    browser.client.set_cookie("fab_session", key.value)
    assert browser.get("/shop/order/list/").location.startswith("/login/")


def test_logout_answers_no_get(shop: Site) -> None:
    browser = shop.as_("clerk")
    assert (browser.get("/logout/").status, browser.get("/shop/").status) == (405, 200)


def test_disabled_account_is_out_at_once(shop: Site, account: str) -> None:
    browser = shop.as_(account)
    before = browser.get("/shop/order/list/").status
    with shop.acting() as system:
        system.writer.change(
            shop.world.manifest.entities["base.user"], shop.users[account], {"status": "disabled"}
        )
    assert (before, browser.get("/shop/order/list/").location[:8]) == (200, "/login/?")
    assert log_in(shop.as_(), account).status == 401


def test_account_of_a_disabled_organisation_is_out(shop: Site, account: str) -> None:
    base = shop.world.manifest.entities
    with shop.acting() as system:
        org = system.writer.create(
            base["base.org"], {"kind": "shop", "name": uuid4().hex}, {"portal": "shop"}
        )
        system.writer.change(base["base.user"], shop.users[account], {"org": org})
    browser = shop.as_(account)
    before = browser.get("/shop/order/list/").status
    with shop.acting() as system:
        system.writer.change(base["base.org"], org, {"status": "disabled"})
    assert (before, browser.get("/shop/order/list/").status, log_in(shop.as_(), account).status) == (
        200,
        302,
        401,
    )


def test_taken_role_ends_the_session(shop: Site, account: str) -> None:
    browser = shop.as_(account)
    before = browser.get("/shop/order/list/").status
    with shop.acting() as system:
        system.writer.change(shop.world.manifest.entities["base.user"], shop.users[account], {"roles": []})
    after = browser.get("/shop/order/list/")
    assert (before, after.status, after.location) == (200, 302, "/login/?next=/shop/order/list/")
    assert log_in(shop.as_(), account).status == 303


def test_session_key_is_new_at_every_login(shop: Site, account: str) -> None:
    browser = shop.as_()
    browser.client.set_cookie("fab_session", "x" * 43)
    log_in(browser, account)
    first = browser.client.get_cookie("fab_session")
    browser.token = ""
    log_in(browser, account)
    second = browser.client.get_cookie("fab_session")
    assert first is not None and second is not None
    assert "x" * 43 not in (first.value, second.value) and first.value != second.value


def test_session_key_is_kept_as_a_digest(shop: Site, account: str) -> None:
    browser = shop.as_(account)
    key = browser.client.get_cookie("fab_session")
    assert key is not None and key.value not in str(shop.platform("base_session"))


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(shop: Site, account: str) -> None:
    cookies = log_in(shop.as_(), account).response.headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("fab_session="))
    assert "HttpOnly" in session and "SameSite=Lax" in session
    form = next(
        c
        for c in shop.as_().get("/login/").response.headers.getlist("Set-Cookie")
        if c.startswith("fab_form=")
    )
    assert "HttpOnly" in form and "SameSite=Lax" in form


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "'" * 40, "\u00e4" * 30, "a" * 5000])
def test_senseless_session_is_nobody(shop: Site, cookie: str) -> None:
    browser = shop.as_()
    page = browser.get(
        "/shop/order/list/", headers={"Cookie": f"fab_session={cookie}".encode().decode("latin-1")}
    )
    assert page.location.startswith("/login/")


@pytest.mark.parametrize("name", ["", "\0", "a" * 300, "' or 1=1 --", "<script>", "％"])
def test_senseless_login_name_is_only_wrong(shop: Site, name: str) -> None:
    page = log_in(shop.as_(), name, "falsch")
    assert page.status == 401 and "<script>" not in page.html.replace("<script src", "")


def test_very_long_password_is_only_wrong(shop: Site, account: str) -> None:
    assert log_in(shop.as_(), account, "x" * 100_000).status in (401, 413)


@pytest.mark.parametrize(
    ("current", "new", "repeat", "field"),
    [
        ("falsch", "Neues2026x", "Neues2026x", "f-current"),
        (PASSWORD, "kurz1", "kurz1", "f-password"),
        (PASSWORD, "nurbuchstaben", "nurbuchstaben", "f-password"),
        (PASSWORD, "1234567890", "1234567890", "f-password"),
        (PASSWORD, PASSWORD, PASSWORD, "f-password"),
        (PASSWORD, "Neues2026x", "Anders2026x", "f-repeat"),
    ],
)
def test_own_password_is_judged(
    shop: Site, account: str, current: str, new: str, repeat: str, field: str
) -> None:
    page = shop.as_(account).post("/shop/password", {"current": current, "password": new, "repeat": repeat})
    assert (
        page.status == 422 and page.root.all(id=f"{field}-err") + page.root.all("a", href=f"#{field}") != []
    )
    assert log_in(shop.as_(), account).status == 303


def test_new_password_ends_the_other_sessions(shop: Site, account: str) -> None:
    here, elsewhere = shop.as_(account), shop.as_(account)
    changed = here.post(
        "/shop/password", {"current": PASSWORD, "password": "Neues2026x", "repeat": "Neues2026x"}
    )
    assert (changed.status, here.get("/shop/").status, elsewhere.get("/shop/").status) == (303, 200, 302)
    assert [log_in(shop.as_(), account, word).status for word in (PASSWORD, "Neues2026x")] == [401, 303]


def test_who_must_change_his_password_does_nothing_before(shop: Site, account: str) -> None:
    with shop.acting() as system:
        system.writer.change(
            shop.world.manifest.entities["base.user"], shop.users[account], {"must_change": True}
        )
    browser = shop.as_(account)
    pages = [browser.get(path).location for path in ("/shop/", "/shop/order/list/", "/shop/order/add")]
    assert pages == ["/shop/password"] * 3
    assert browser.post("/shop/order/add", {"name": "甲"}).location == "/shop/password"
    browser.post("/shop/password", {"current": PASSWORD, "password": "Neues2026x", "repeat": "Neues2026x"})
    assert browser.get("/shop/order/list/").status == 200
