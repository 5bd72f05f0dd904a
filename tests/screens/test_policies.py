"""How the people of a portal log in is said in its portal.yaml, and is so at every door."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.projects import PASSWORD, Browser, Builder, Page, Site

PORTAL = """
title: {zh: 商店, en: Shop}
kinds: {staff: {label: 员工}}
doors: {staff: {label: 员工, kinds: [staff]}}
login:
  captcha: {always: true}
  lockout: {failures: 2, within: 10, minutes: 30}
  sessions: {idle: 5, most: 2}
  initial: zj202401
  forced_change: [edit]
  password:
    min: 6
    max: 12
    classes: 2
    ascii: true
    never: [abc123456]
    last: 3
    say:
      length: 密码长度不能小于6位
      mix: 密码须包含至少两种
      signs: 密码只能使用英文字符
      same: 新密码不能与原密码相同
      initial: 新密码不能与初始密码相同
      current: 原密码不对
      repeat: 两次不同
messages:
  captcha: 图形码不对
  locked: "锁定{minutes}分钟"
  must_change: 请先修改初始密码
"""
FILES = {
    "schema/shop/portal.yaml": PORTAL,
    "schema/shop/account.yaml": """
label: 账号
view_of: base.user
form: [{section: 账号, fields: [account, name, password]}]
""",
    "schema/mill/order.yaml": "label: 订单\n",
    "permissions/shop/boss.yaml": "label: 店长\nrows: {account: 'true'}\nmay: {account: [read, add, edit]}\n",
}
DOOR = "/shop/entry/staff/"


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return build(FILES)


@pytest.fixture
def account(shop: Site) -> str:
    name = "p" + uuid4().hex[:10]
    shop.person(name, "boss", kind="staff")
    return name


def enter(browser: Browser, account: str, password: str = PASSWORD, captcha: str = "0000") -> Page:
    return browser.post(DOOR, {"username": account, "password": password, "captcha": captcha})


def change(browser: Browser, current: str, new: str, repeat: str = "") -> Page:
    return browser.post("/shop/password", {"current": current, "password": new, "repeat": repeat or new})


def test_captcha_is_always_asked_where_the_portal_says_so(shop: Site, account: str) -> None:
    assert shop.as_().get(DOOR).root.all("input", name="captcha") != []
    wrong = enter(shop.as_(), account, captcha="9999")
    assert (wrong.status, "图形码不对" in wrong.text) == (401, True)
    assert enter(shop.as_(), account).status == 303


def test_neutral_door_has_the_platforms_captcha(shop: Site) -> None:
    assert shop.as_().get("/login/").root.all("input", name="captcha") == []


def test_lock_is_that_of_the_portal_and_lasts_from_the_last_failure(shop: Site, account: str) -> None:
    for _ in range(2):
        enter(shop.as_(), account, "falsch")
    locked = enter(shop.as_(), account)
    assert (locked.status, "锁定30分钟" in locked.text) == (401, True)
    move_failures(shop, account, 29)
    assert enter(shop.as_(), account).status == 401
    move_failures(shop, account, 31)
    assert enter(shop.as_(), account).status == 303


def move_failures(shop: Site, account: str, minutes: int) -> None:
    failed = shop.world.tables.platform("base_login_failure")
    at = shop.world.clock.now() - timedelta(minutes=minutes)
    with shop.engine.begin() as connection:
        connection.execute(sa.update(failed).where(failed.c.login == account).values(at=at))


@pytest.mark.parametrize("door", ["/login/", "/api/v1/security/login"])
def test_neutral_door_locks_as_the_strictest_portal_does(shop: Site, account: str, door: str) -> None:
    """Else the way round it, and what it says of unknown accounts would be another."""

    def knock(name: str, password: str) -> int:
        given = {"username": name, "password": password}
        if door.startswith("/api"):
            return shop.as_().client.post(door, json={**given, "provider": "db"}).status_code
        return shop.as_().post(door, given).status

    for name in (account, "niemand" + uuid4().hex[:8]):
        assert [knock(name, "falsch") for _ in range(2)] == [401, 401]
    assert knock(account, PASSWORD) == 401


def test_session_is_idle_and_counted_as_the_portal_says(shop: Site, account: str) -> None:
    browsers = [shop.as_(account) for _ in range(3)]
    statuses = [browser.get("/shop/account/list/").status for browser in browsers]
    assert (sorted(statuses), statuses[-1]) == ([200, 200, 302], 200)
    sessions = shop.world.tables.platform("base_session")
    with shop.engine.begin() as connection:
        mine = sessions.c.user_id == shop.users[account]
        earlier = shop.world.clock.now() - timedelta(minutes=6)
        connection.execute(sa.update(sessions).where(mine).values(seen_at=earlier))
    assert browsers[2].get("/shop/account/list/").status == 302


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("abcdef", ["密码须包含至少两种"]),
        ("ab12!", ["密码长度不能小于6位"]),
        ("ab", ["密码长度不能小于6位", "密码须包含至少两种"]),
        ("ab 12345", ["密码只能使用英文字符"]),
        ("密码ab12345", ["密码只能使用英文字符"]),
        ("zj202401", ["新密码不能与初始密码相同"]),
        (PASSWORD, ["新密码不能与原密码相同"]),
    ],
)
def test_all_that_is_wrong_with_a_password_is_told(
    shop: Site, account: str, word: str, told: list[str]
) -> None:
    page = change(shop.as_(account), PASSWORD, word)
    assert page.status == 422 and all(sentence in page.text for sentence in told)


def test_the_present_password_and_the_repeat_are_asked(shop: Site, account: str) -> None:
    browser = shop.as_(account)
    assert "原密码不对" in change(browser, "falsch", "neu1234").text
    assert "两次不同" in change(browser, PASSWORD, "neu1234", "neu1235").text


def test_the_last_three_passwords_are_refused(shop: Site, account: str) -> None:
    browser, words = shop.as_(account), [PASSWORD, "neu1234", "neu2345", "neu3456"]
    for old, new in pairwise(words):
        assert change(browser, old, new).status == 303
    answers = [change(browser, "neu3456", word).status for word in ("neu3456", "neu2345", "neu1234")]
    assert answers == [422, 422, 422]
    assert change(browser, "neu3456", PASSWORD).status == 303


def test_change_of_ones_own_password_stands_in_the_log_without_it(shop: Site, account: str) -> None:
    change(shop.as_(account), PASSWORD, "neu1234")
    entry = shop.platform("base_audit")[-1]
    assert (entry["action"], entry["user_id"]) == ("password", shop.users[account])
    assert "neu1234" not in str(entry) and "pbkdf2" not in str(entry)


def test_same_rule_judges_the_form_of_accounts(shop: Site) -> None:
    boss = shop.as_("boss")
    answer = boss.submit("/shop/account/add", account="x" + uuid4().hex[:6], name="甲", password="ab12!")
    assert answer.status == 422 and answer.errors["password"] == "密码长度不能小于6位"
    same = "q" + uuid4().hex[:8] + "1"
    answer = boss.submit("/shop/account/add", account=same, name="甲", password=same.upper())
    assert answer.status == 422 and "password" in answer.errors


def test_account_without_a_password_has_the_initial_one(shop: Site) -> None:
    name = "n" + uuid4().hex[:8]
    assert shop.as_("boss").submit("/shop/account/add", account=name, name="甲").status == 303
    assert enter(shop.as_(), name, "zj202401").status in (303, 401)
    row = next(row for row in shop.rows("account") if row["account"] == name)
    assert (row["password"].startswith("pbkdf2"), bool(row["must_change"])) == (
        True,
        True,
    )  # others know it too


def test_must_change_only_after_the_acts_that_the_portal_names(shop: Site) -> None:
    boss, name = shop.as_("boss"), "n" + uuid4().hex[:8]
    boss.submit("/shop/account/add", account=name, name="甲", password="ab12345")
    row = shop.rows("account")[-1]
    assert not row["must_change"]
    boss.submit(f"/shop/account/edit/{row['id']}", password="ab12346")
    assert shop.row("account", row["id"])["must_change"]
    api = shop.as_().client.post(
        "/api/v1/security/login",
        json={"username": name, "password": "ab12346", "provider": "db"},
        headers={"Accept-Language": "zh"},
    )
    assert (api.status_code, api.get_json()["message"]) == (403, "请先修改初始密码")
