"""People without an account: who they are, which rows are theirs, and that they and the staff never mix."""

from __future__ import annotations

import pytest

from tests.projects import Builder, Site
from tests.seats.home import filled, seated, titles


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return filled(build, database)


def test_a_seat_sees_the_rows_that_its_role_gives(site: Site) -> None:
    assert titles(seated(site, 1), "/shop/m/report/list/") == ["张的举报"]
    assert titles(seated(site, 2), "/shop/m/report/list/") == ["李的举报"]


def test_rows_hang_on_what_the_seats_own_row_says(site: Site) -> None:
    assert titles(seated(site, 3), "/shop/m/report/list/") == ["张的举报"]


def test_a_feed_shows_everybody_the_public_rows_alone(site: Site) -> None:
    assert titles(seated(site, 2), "/shop/m/news/list/") == ["公开通报"]
    assert seated(site, 2).get("/shop/m/news/show/2").status == 404


def test_a_hidden_row_is_absent_at_every_address(site: Site) -> None:
    browser = seated(site, 1)
    asked = [f"/shop/m/report/{at}" for at in ("show/2", "edit/2", "do/take/2", "do/withdraw/2", "file/2/x")]
    assert {browser.get(at).status for at in asked} <= {403, 404}
    assert browser.get("/shop/m/report/show/2").status == 404
    assert browser.post("/shop/m/report/do/withdraw/2").status == 404
    assert site.row("report", 2)["state"] == "open"


def test_a_seat_is_nobody_at_the_desk_and_in_the_api(site: Site) -> None:
    browser = seated(site, 1)
    for at in (
        "/shop/report/list/",
        "/shop/report/show/1",
        "/shop/",
        "/shop/badges",
        "/jobs/",
        "/shop/jobs/",
    ):
        answer = browser.get(at)
        assert answer.status in (200, 302) and "张的举报" not in answer.root.text, at
        assert (answer.status == 302 and answer.location.startswith("/login/")) or at == "/shop/", at
    assert browser.get("/api/v1/shop/report/").status == 401


def test_a_seats_cookie_sent_as_a_staff_cookie_opens_nothing(site: Site) -> None:
    browser, thief = seated(site, 1), site.as_()
    cookie = browser.client.get_cookie("fab_seat", path="/shop/m/")
    assert cookie is not None
    thief.client.set_cookie("fab_session", cookie.value)
    thief.client.set_cookie("fab_session", cookie.value.partition(".")[2])
    assert thief.get("/shop/report/list/").status == 302


def test_staff_are_nobody_on_the_phone(site: Site) -> None:
    clerk = site.as_("clerk")
    key = clerk.client.get_cookie("fab_session")
    assert key is not None
    clerk.client.set_cookie("fab_seat", f"citizen.{key.value}", path="/shop/m/")
    assert (clerk.get("/shop/m/report/list/").status, clerk.get("/shop/m/report/list/").location) == (
        302,
        "/shop/m/",
    )
    assert clerk.post("/shop/m/report/add", {"name": "假"}).status == 302


def test_both_cookies_live_in_one_browser(site: Site) -> None:
    browser = seated(site, 1, site.as_("clerk"))
    assert titles(browser, "/shop/m/report/list/") == ["张的举报"]
    assert "李的举报" in browser.get("/shop/report/list/").root.text


def test_two_seats_sit_side_by_side_in_one_browser(site: Site) -> None:
    browser = seated(site, 2, seated(site, 1), "2/")
    assert titles(browser, "/shop/m/report/list/") == ["张的举报"]
    assert titles(browser, "/shop/m/2/report/list/") == ["李的举报"]


def test_who_is_blocked_deleted_or_leaves_is_out_at_once(site: Site) -> None:
    for column in ({"blocked": True}, {"alive": 1}):
        id_ = site.make("person", name="客", openid=f"o-{column}")
        browser = seated(site, id_)
        assert browser.get("/shop/m/report/list/").status == 200
        site.set("person", id_, **column)
        assert browser.get("/shop/m/report/list/").status == 302
        assert browser.post("/shop/m/sit", {"seat": f"citizen:{id_}"}).status == 404
    browser = seated(site, 1)
    kept = browser.client.get_cookie("fab_seat", path="/shop/m/")
    assert kept is not None
    browser.post("/shop/m/out")
    browser.client.set_cookie("fab_seat", kept.value, path="/shop/m/")
    assert browser.get("/shop/m/report/list/").status == 302


def test_sitting_down_asks_for_the_token_of_a_page(site: Site) -> None:
    assert site.as_().client.post("/shop/m/sit", data={"seat": "citizen:1"}).status_code == 400


def test_a_strange_choice_is_absent(site: Site) -> None:
    for seat in (
        "",
        "citizen",
        "citizen:0",
        "citizen:-1",
        "citizen:999",
        "clerk:1",
        "citizen:1 or 1",
        "x:" * 99,
    ):
        assert site.as_().post("/shop/m/sit", {"seat": seat}).status == 404, seat


def test_no_account_is_given_the_role_of_a_seat(site: Site) -> None:
    codes = {row["code"] for row in site.platform("base_role")}
    assert "clerk" in codes and "citizen" not in codes


def test_without_the_demo_nobody_chooses_a_seat(project: Builder) -> None:
    site = filled(project, env="production")
    browser = site.as_()
    for method, at in (
        ("GET", "seats"),
        ("GET", "2/"),
        ("GET", "2/seats"),
        ("POST", "sit"),
        ("POST", "2/sit"),
    ):
        answer = browser.post(f"/shop/m/{at}") if method == "POST" else browser.get(f"/shop/m/{at}")
        assert answer.status in (404, 405), at
    assert browser.get("/shop/m/").status == 403


def test_a_page_takes_one_statement_for_the_person_and_two_for_its_rows(site: Site) -> None:
    browser = seated(site, 1)
    browser.get("/shop/m/report/list/")
    with site.statements() as found:
        browser.get("/shop/m/report/list/")
    assert len(found) <= 3, found
