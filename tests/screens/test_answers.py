"""Refusals are pages without the inside; every answer carries a strict policy; both languages are whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from fab_app.runtime.reading import Reader
from tests.projects import Browser, Site

INSIDE = ("Traceback", "sqlalchemy", "SELECT ", "fab_app/", "site-packages", "sqlite")


@pytest.fixture
def broken() -> Iterator[None]:
    """A fault of ours in the middle of reading."""
    kept = Reader.counts

    def fault(self: Reader, *args: object, **keys: object) -> None:
        raise RuntimeError("SELECT secret FROM shop_order /srv/fab_app/x.py sqlite")

    Reader.counts = fault  # type: ignore[assignment, method-assign]
    yield
    Reader.counts = kept  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nosuch", 404),
        ("/shop/nosuch/list/", 404),
        ("/shop/order/show/999999", 404),
        ("/shop/order/show/x", 404),
        ("/shop/order/delete/1", 405),
        ("/shop/order/list/?page=abc", 400),
        ("/base/user/list/", 403),
    ],
)
def test_refusal_is_a_page_with_a_way_on(clerk: Browser, path: str, status: int) -> None:
    page = clerk.get(path)
    assert page.status == status and str(status) in page.text and page.root.all("a", href="/") != []
    assert [word for word in INSIDE if word in page.html] == []


def test_fault_of_ours_tells_a_number_and_nothing_else(clerk: Browser, broken: None) -> None:
    page = clerk.get("/shop/order/list/")
    assert page.status == 500 and re.search(r"\b[0-9A-F]{8}\b", page.text)
    assert [word for word in INSIDE if word in page.html] == []


@pytest.fixture
def refusing(shop: Site) -> Iterator[None]:
    """A database that refuses every order, and nobody foresaw it."""
    trigger = "create trigger refuses before insert on shop_order begin select nosuch(new.name); end"
    with shop.engine.begin() as connection:
        connection.exec_driver_sql(trigger)
    yield
    with shop.engine.begin() as connection:
        connection.exec_driver_sql("drop trigger refuses")


def test_fault_of_the_database_tells_no_value_of_the_record(
    clerk: Browser, refusing: None, caplog: pytest.LogCaptureFixture
) -> None:
    page = clerk.submit("/shop/order/add", name="SECRET-ID-42")
    assert (page.status, "nosuch" in caplog.text) == (500, True)
    assert ("SECRET-ID-42" in page.html, "SECRET-ID-42" in caplog.text) == (False, False)


def test_fault_of_ours_leaves_the_application_working(shop: Site, clerk: Browser) -> None:
    shop.make("order", name="甲")
    assert clerk.get("/shop/order/list/").status == 200


def test_refusal_within_a_portal_keeps_its_frame(clerk: Browser) -> None:
    assert clerk.get("/shop/order/show/999999").root.all("nav", class_="k-nav") != []


@pytest.mark.parametrize(
    "path",
    ["/login/", "/shop/", "/shop/order/list/", "/shop/order/add", "/nosuch", "/shop/order/list/?page=x"],
)
def test_policy_lets_no_inline_script_run(clerk: Browser, path: str) -> None:
    page = clerk.get(path)
    policy = page.response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy
    assert (
        "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy and "object-src 'none'" in policy
    )
    inline = [
        script
        for script in page.root.all("script")
        if not (script.attrs.get("src") or script.attrs.get("type") == "application/json")
    ]
    handlers = [
        name for node in page.root.walk() for name in node.attrs if name.startswith("on") or name == "style"
    ]
    assert (inline, handlers) == ([], [])


@pytest.mark.parametrize("path", ["/login/", "/shop/order/list/", "/shop/order/options/customer", "/nosuch"])
def test_answers_are_neither_framed_nor_guessed_nor_kept(clerk: Browser, path: str) -> None:
    headers = clerk.get(path).response.headers
    told = {
        name: headers.get(name) for name in ("X-Content-Type-Options", "X-Frame-Options", "Cache-Control")
    }
    assert told == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-store",
    }


def test_nonce_is_new_in_every_answer(clerk: Browser) -> None:
    policies = {clerk.get("/shop/order/list/").response.headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_the_kept_frame_is_each_persons_own_and_in_his_language(shop: Site) -> None:
    shop.person("kept-a", "clerk", name="Ann<b>")
    shop.person("kept-b", "clerk", name="Bob")
    one, two = shop.as_("kept-a"), shop.as_("kept-b")
    pages = [browser.get("/shop/").html for browser in (one, two, one)]
    english = two.get("/shop/?_l_=en").html
    assert ["Ann&lt;b&gt;" in page for page in pages] == [True, False, True]
    assert ["Bob" in page for page in pages] == [False, True, False]
    assert ("Collapse the menu" in english, "Collapse the menu" in pages[1]) == (True, False)


PAGES = (
    "/shop/",
    "/shop/order/list/?name=English",
    "/shop/order/add",
    "/shop/order/show/{id}",
    "/shop/order/edit/{id}",
    "/shop/password",
    "/login/",
)


@pytest.mark.parametrize("path", PAGES)
def test_english_page_has_no_chinese_word(shop: Site, path: str) -> None:
    id_ = shop.make(
        "order", name="English", customer=shop.make("customer", name="y"), tags=["hot"], lines=[{"name": "z"}]
    )
    page = shop.as_("clerk", **{"Accept-Language": "en"}).get(path.format(id=id_))
    page.html = page.html.replace("中文", "").replace("平台管理员", "")
    assert page.root.one("html").attrs["lang"] == "en"
    assert re.findall(r"[\u4e00-\u9fff]+", page.main.text) == []


@pytest.mark.parametrize("path", PAGES)
def test_chinese_page_has_chinese_words(shop: Site, clerk: Browser, path: str) -> None:
    id_ = shop.make("order", name="甲")
    page = clerk.get(path.format(id=id_))
    assert (page.root.one("html").attrs["lang"], page.status) == ("zh-CN", 200)
    assert re.search(r"[\u4e00-\u9fff]", page.main.text)


def test_chosen_language_is_kept(shop: Site) -> None:
    browser = shop.as_("clerk")
    answer = browser.get("/lang/en?next=/shop/order/list/")
    assert (answer.location, browser.get("/shop/order/list/").root.one("html").attrs["lang"]) == (
        "/shop/order/list/",
        "en",
    )


def test_unknown_language_changes_nothing(shop: Site) -> None:
    browser = shop.as_("clerk")
    assert browser.get("/lang/xx?next=//evil.example").location == "/"
    assert browser.get("/shop/").root.one("html").attrs["lang"] == "zh-CN"


def test_sentences_of_a_refusal_are_in_the_readers_language(shop: Site) -> None:
    id_ = shop.make("order", name="甲", state="closed")
    told = [
        shop.as_("clerk", **{"Accept-Language": tongue}).post(f"/shop/order/edit/{id_}").text
        for tongue in ("en", "zh")
    ]
    assert "The order is closed" in told[0] and "订单已关闭" in told[1]


def test_menu_shows_what_one_may_open(shop: Site, clerk: Browser) -> None:
    menus = [page.get("/shop/").root.one("nav", class_="k-nav") for page in (clerk, shop.as_("viewer"))]
    leaves = [
        [link.attrs["href"] for link in menu.all("a") if "/list/" in link.attrs.get("href", "")]
        for menu in menus
    ]
    assert leaves == [
        ["/shop/order/list/", "/shop/customer/list/", "/shop/line/list/"],
        ["/shop/order/list/"],
    ]


def test_portal_of_others_is_closed(shop: Site, clerk: Browser) -> None:
    assert clerk.get("/base/user/list/").status == 403


def test_health_says_that_it_serves(shop: Site) -> None:
    response = shop.as_().get("/health").response
    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})


def test_many_requests_leave_no_connection_open(shop: Site, clerk: Browser) -> None:
    for path in (
        "/shop/order/list/",
        "/nosuch",
        "/shop/order/show/999999",
        "/shop/order/list/?page=x",
        "/login/",
    ):
        clerk.get(path)
    assert shop.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
