"""Two front doors: which kind of account may enter by which, what is said at the wrong one, what stands behind it."""

from __future__ import annotations

import json

import pytest

from tests.pages import Page
from tests.projects import PASSWORD, Browser, Builder, Site
from tests.tenants.home import peopled

PLATFORM, OWN, HALL = "/bureau/platform/login/", "/bureau/login/", "/bureau/platform/"
IE = "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko"


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    site = peopled(build)
    site.person("helper", "sub", kind="sub", org=1)
    return site


def log_in(
    site: Site, door: str, account: str, password: str = PASSWORD, captcha: str = "0000"
) -> tuple[Browser, Page]:
    browser = site.as_()
    given = {"username": account, "password": password, "captcha": captcha}
    return browser, browser.post(door, given)


def direct(site: Site, value: str) -> None:
    row = next(row["id"] for row in site.rows("im_setting") if row["key"] == "direct")
    assert site.as_("official").submit(f"/bureau/im_setting/edit/{row}", value=value).status == 303


def ways(page: Page, part: str) -> dict[str, str]:
    return {a.text: a.attrs.get("href", "") for a in page.root.one(class_=part).all("a")}


@pytest.mark.req("I-060", "I-081", "I-400")
def test_landing_page_holds_the_block_that_leads_on(site: Site) -> None:
    page = site.as_().get("/bureau/")
    block = page.root.one("section", class_="k-hall")
    assert (block.one("h2").text, ways(page, "k-hall")) == (
        "办事大厅",
        {"业务系统企业端": "/bureau/systems/"},
    )


@pytest.mark.req("I-060", "I-082")
def test_page_of_systems_lists_what_is_listed(site: Site) -> None:
    links = [a.attrs["href"] for a in site.as_().get("/bureau/systems/").root.one(class_="k-ways").all("a")]
    assert links == [PLATFORM]


@pytest.mark.req("I-010")
def test_another_city_is_a_setting_away(site: Site) -> None:
    before = [site.as_().get(path).root.text for path in ("/bureau/", PLATFORM)]
    row = next(row["id"] for row in site.rows("im_setting") if row["key"] == "city")
    site.as_("official").submit(f"/bureau/im_setting/edit/{row}", value="邻市")
    after = [site.as_().get(path).root.text for path in ("/bureau/", PLATFORM)]
    site.as_("official").submit(f"/bureau/im_setting/edit/{row}", value="某市")
    assert ["某市应急管理局" in before[0], "邻市应急管理局" in after[0]] == [True, True]
    assert ["某市企业申报" in before[1], "邻市企业申报" in after[1]] == [True, True]


@pytest.mark.req("I-083")
def test_note_of_a_door_names_a_setting(site: Site) -> None:
    assert "未获取账号的单位，请联系市局办公室获取" in site.as_().get(PLATFORM).text


@pytest.mark.req("I-083", "I-087", "I-285", "I-340")
def test_door_asks_its_captcha_always(site: Site) -> None:
    page = site.as_().get(PLATFORM)
    _, wrong = log_in(site, PLATFORM, "old", captcha="x")
    assert page.root.all("img", data_captcha="") and (wrong.status, "验证码" in wrong.text) == (401, True)


@pytest.mark.req("I-084", "I-400")
def test_door_leads_to_its_hall_and_the_tile_into_the_portal(site: Site) -> None:
    browser, answer = log_in(site, PLATFORM, "old")
    assert answer.location == HALL
    tiles = ways(browser.get(HALL), "k-portals")
    assert [href for text, href in tiles.items()] == ["/bureau/", ""]
    assert browser.get("/bureau/").status == 200


@pytest.mark.req("I-084")
def test_tile_is_not_there_for_who_has_no_role(site: Site) -> None:
    site.person("nothing", kind="main", org=1)
    browser, _ = log_in(site, PLATFORM, "nothing")
    assert list(ways(browser.get(HALL), "k-portals")) == ["其他系统 暂未开通"]


def test_hall_sends_nobody_to_its_door_and_refuses_other_kinds(site: Site) -> None:
    assert site.as_().get(HALL).location == PLATFORM
    assert site.as_("helper").get(HALL).status == 403


@pytest.mark.req("I-086", "I-214", "I-346", "I-430")
def test_wrong_kind_is_told_where_to_go_and_has_no_session(site: Site) -> None:
    browser, answer = log_in(site, PLATFORM, "helper")
    note = answer.root.one(class_="k-door-note")
    assert (answer.status, "该账号为子账号，请从本系统登录" in note.text) == (401, True)
    assert note.one("a").attrs["href"] == OWN
    assert browser.get("/bureau/contract/list/").status == 302


@pytest.mark.req("I-086", "I-340")
def test_wrong_password_tells_nothing_of_the_kind(site: Site) -> None:
    _, sub = log_in(site, PLATFORM, "helper", "wrong")
    _, unknown = log_in(site, PLATFORM, "nobody_at_all", "wrong")
    told = [page.root.one(class_="k-door-note").text for page in (sub, unknown)]
    assert told[0] == told[1] and "子账号" not in sub.text


@pytest.mark.req("I-085", "I-180")
def test_own_door_lets_in_both_and_goes_to_the_portal(site: Site) -> None:
    assert [log_in(site, OWN, who)[1].location for who in ("helper", "old")] == ["/bureau/", "/bureau/"]


@pytest.mark.req("I-085", "I-214")
@pytest.mark.parametrize("door", [OWN, "/login/"])
def test_setting_shuts_the_own_door_to_main_accounts(site: Site, door: str) -> None:
    direct(site, "0")
    try:
        answers = [log_in(site, door, who)[1] for who in ("old", "helper")]
        platform = log_in(site, PLATFORM, "old")[1]
    finally:
        direct(site, "1")
    assert [page.status for page in answers] == [401, 303] and platform.status == 303
    assert "主账号请从平台登录" in answers[0].text


@pytest.mark.req("I-214")
def test_setting_shuts_the_api_login_as_well(site: Site) -> None:
    given = json.dumps({"username": "old", "password": PASSWORD, "provider": "db"})
    direct(site, "0")
    try:
        answer = site.app.test_client().post(
            "/api/v1/security/login", data=given, content_type="application/json"
        )
    finally:
        direct(site, "1")
    assert (answer.status_code, "主账号请从平台登录" in answer.get_data(as_text=True)) == (401, True)


@pytest.mark.req("I-041")
def test_account_remembers_by_which_door_it_came(site: Site) -> None:
    log_in(site, PLATFORM, "old")
    first = site.row("account", site.users["old"])["last_door"]
    log_in(site, "/login/", "old")
    assert (first, site.row("account", site.users["old"])["last_door"]) == ("platform", None)


@pytest.mark.req("I-286")
def test_leaving_the_hall_leaves_the_portal(site: Site) -> None:
    browser, _ = log_in(site, PLATFORM, "old")
    browser.token = ""
    answer = browser.post("/logout/", {})
    assert (answer.location, browser.get("/bureau/staff/list/").status) == (PLATFORM, 302)


@pytest.mark.req("I-080", "I-400")
@pytest.mark.parametrize("path", ["/bureau/", PLATFORM, OWN])
def test_hint_stands_and_the_bar_is_hidden(site: Site, path: str) -> None:
    page = site.as_().get(path)
    assert page.root.one(class_="k-hint-browser").text == "请使用浏览器的“极速模式”访问"
    assert "hidden" in page.root.one(class_="k-old").attrs


@pytest.mark.req("I-080", "I-400")
def test_old_browser_sees_the_bar_and_cannot_log_in(site: Site) -> None:
    page = site.as_("", **{"User-Agent": IE}).get(PLATFORM)
    bar, submit = page.root.one(class_="k-old"), page.root.one("button", type="submit")
    assert (bar.text, "hidden" in bar.attrs, "disabled" in submit.attrs) == (
        "当前为兼容模式，请切换到极速模式",
        False,
        True,
    )
