"""In production the channel says who somebody is: asked once, for this browser's question, at a server of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from fab_app.config import RATES
from tests.leaks.generator import prove
from tests.notices.fakes import Gateway, gateway
from tests.projects import Browser, Builder, Site
from tests.seats.home import HOME, titles

JOINS = {
    **HOME,
    "schema/shop/portal.yaml": HOME["schema/shop/portal.yaml"].replace(
        "open: not blocked", "open: not blocked, joins: {name: 微信用户}"
    ),
}


@pytest.fixture(scope="module")
def there() -> Iterator[Gateway]:
    with gateway() as told:
        yield told


def served(build: Builder, there: Gateway, home: dict[str, str], **more: object) -> Site:
    there.asked.clear()
    settings = {"url": there.url, "appid": "wx1", "secret": "s3cret", "root": "https://a.example"}
    environ = {f"FAB_APP_WECHAT_{key.upper()}": value for key, value in settings.items()}
    often = dict.fromkeys(RATES, "100000/second")
    site = build(home, environ=environ, rates=often, **more)
    site.make("person", name="张", openid="o-张1")
    site.make("report", name="张的举报", reporter=1)
    return site


def asked(browser: Browser) -> dict[str, str]:
    """What the browser is sent to the channel with."""
    answer = browser.get("/shop/m/in/citizen")
    assert answer.status == 303
    assert answer.location.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
    return {name: value[0] for name, value in parse_qs(urlsplit(answer.location).query).items()}


def entered(browser: Browser, there: Gateway, openid: object, **given: str) -> int:
    there.answers = [(200, {"openid": openid})]
    state = asked(browser)["state"]
    query = {"code": "c1", "state": state, **given}
    return browser.get("/shop/m/back/citizen", query_string=query).status


@pytest.fixture
def site(project: Builder, there: Gateway) -> Site:
    return served(project, there, HOME)


def test_the_channel_names_a_person_who_then_sits(site: Site, there: Gateway) -> None:
    site.set("person", 1, openid="o-1")
    browser = site.as_()
    way = asked(browser)
    assert (way["appid"], way["redirect_uri"]) == ("wx1", "https://a.example/shop/m/back/citizen")
    assert entered(browser, there, "o-1") == 303
    assert titles(browser, "/shop/m/report/list/") == ["张的举报"]
    told = parse_qs(urlsplit(there.asked[-1].path).query)
    assert (told["code"], told["secret"], told["grant_type"]) == (["c1"], ["s3cret"], ["authorization_code"])


def test_a_code_serves_for_this_browsers_question_alone(site: Site, there: Gateway) -> None:
    site.set("person", 1, openid="o-1")
    stranger, browser = site.as_(), site.as_()
    state = asked(browser)["state"]
    there.answers = [(200, {"openid": "o-1"})]
    query = {"code": "c1", "state": state}
    assert stranger.get("/shop/m/back/citizen", query_string=query).status == 403
    assert entered(browser, there, "o-1", state="another") == 403
    assert entered(browser, there, "o-1", code="") == 403
    assert entered(browser, there, "o-1", code="x" * 600) == 403
    assert there.asked == []
    assert entered(browser, there, "o-1") == 303
    assert browser.get("/shop/m/back/citizen", query_string=query).status == 403


@pytest.mark.parametrize("named", [None, 7, "", "  ", "x" * 65, "o 1", ["o-1"], {"a": 1}])
def test_what_is_no_key_names_nobody(site: Site, there: Gateway, named: object) -> None:
    assert entered(site.as_(), there, named) == 403


def test_a_channel_that_fails_lets_nobody_in(site: Site, there: Gateway) -> None:
    browser = site.as_()
    state = asked(browser)["state"]
    there.answers = [(200, {"errcode": 40029})]
    assert browser.get("/shop/m/back/citizen", query_string={"code": "c", "state": state}).status == 403
    there.answers = [(502, {})]
    state = asked(browser)["state"]
    assert browser.get("/shop/m/back/citizen", query_string={"code": "c", "state": state}).status == 403


def test_who_is_unknown_blocked_or_gone_is_refused(site: Site, there: Gateway) -> None:
    assert entered(site.as_(), there, "o-new") == 403
    site.set("person", 1, openid="o-1", blocked=True)
    assert entered(site.as_(), there, "o-1") == 403
    site.set("person", 1, blocked=False, alive=1)
    assert entered(site.as_(), there, "o-1") == 403


def test_a_new_person_joins_once_where_the_portal_takes_new_ones(project: Builder, there: Gateway) -> None:
    site = served(project, there, JOINS)
    assert [entered(site.as_(), there, "o-new") for _ in range(2)] == [303, 303]
    joined = [row for row in site.rows("person") if row["openid"] == "o-new"]
    assert [row["name"] for row in joined] == ["微信用户"]
    site.set("person", joined[0]["id"], blocked=True)
    assert entered(site.as_(), there, "o-new") == 403


def test_in_production_the_way_leads_to_the_channel_and_cookies_are_secure(
    project: Builder, there: Gateway
) -> None:
    site = served(project, there, HOME, env="production")
    site.set("person", 1, openid="o-1")
    browser = site.as_()
    assert browser.get("/shop/m/").location == "/shop/m/in/citizen"
    there.answers = [(200, {"openid": "o-1"})]
    state = parse_qs(urlsplit(browser.get("/shop/m/in/citizen", base_url="https://localhost").location).query)
    answer = browser.get(
        "/shop/m/back/citizen",
        query_string={"code": "c", "state": state["state"][0]},
        base_url="https://localhost",
    )
    kept = next(one for one in answer.response.headers.getlist("Set-Cookie") if one.startswith("fab_seat="))
    assert all(part in kept for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/shop/m/"))


def test_the_ways_in_are_known_to_the_proof(site: Site) -> None:
    kinds = ["/P/m/in/<seat>", "/P/m/back/<seat>"]
    report = prove(site, ["clerk"], only=kinds)
    assert set(kinds) <= report.kinds and report.leaks == []


def test_without_settings_there_is_no_way_in(tmp_path: Path, project: Builder) -> None:
    site = project(HOME)
    for at in ("in/citizen", "back/citizen"):
        assert site.as_().get(f"/shop/m/{at}").status == 404
