"""Accounts of hazard_report: what they hold, how people log in, and how passwords and sessions end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.portals.asking import send
from tests.portals.hazard import BOTH, PORTAL, api, key, row, seeded, told
from tests.projects import Site


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("accounts"), request.param) as made:
        yield made


@pytest.mark.req("H-042")
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"username": "1abc"}, "用户名必须以字母开头"),
        ({"username": "abc"}, "用户名必须以字母开头"),
        ({"username": "a" * 33}, "用户名"),
        ({"username": "ab-cd"}, "用户名必须以字母开头"),
        ({"username": "HR_ADMIN"}, "用户名已被注册"),
        ({"password": "12345"}, "密码长度不能少于6位"),
        ({"password": "a" * 65}, "密码"),
        ({"password": "abc 123"}, "密码"),
    ],
)
def test_an_account_that_is_wrong_is_refused(site: Site, said: dict[str, Any], sentence: str) -> None:
    good = {
        "username": "second_admin",
        "real_name": "管理员乙",
        "password": "Abc123",
        "role": "hr_platform_admin",
    }
    before = len(site.rows("hr_user"))
    status, answer = send(site.as_("hr_admin"), "POST", api("hr_user"), **{**good, **said})
    assert status in (409, 422), answer
    assert any(sentence in one for one in told(answer)), answer
    assert len(site.rows("hr_user")) == before


@pytest.mark.req("H-042")
def test_an_account_keeps_a_hash_its_last_login_and_its_agency(site: Site) -> None:
    admin, browser = site.as_("hr_admin"), site.as_()
    good = {
        "username": "third_admin",
        "real_name": "管理员丙",
        "password": "Abc123",
        "role": "hr_platform_admin",
    }
    status, answer = send(admin, "POST", api("hr_user"), **good)
    assert status == 201, answer
    made = row(site, "hr_user", id=answer["id"])
    assert "Abc123" not in str(made) and made["last_login_at"] is None
    browser.post(f"/{PORTAL}/login/", {"username": "Third_Admin", "password": "Abc123", "captcha": "0000"})
    logged = row(site, "hr_user", id=answer["id"])
    assert logged["last_login_at"] is not None and logged["last_login_ip"]
    status, said = send(admin, "PUT", api("hr_user", str(answer["id"])), username="fourth_admin")
    assert status == 422 and row(site, "hr_user", id=answer["id"])["account"] == "third_admin", said
    assert send(admin, "POST", api("hr_user", f"{answer['id']}/do/disable"))[0] == 200
    again = site.as_().post(
        f"/{PORTAL}/login/", {"username": "third_admin", "password": "Abc123", "captcha": "0000"}
    )
    assert again.status != 303


@pytest.mark.req("H-105")
@pytest.mark.parametrize(("name", "word"), [("nobody_here", "Demo@2024x"), ("ag_d1", "wrong-word")])
def test_wrong_name_and_wrong_password_read_the_same(site: Site, name: str, word: str) -> None:
    page = site.as_().post(f"/{PORTAL}/login/", {"username": name, "password": word})
    assert (page.status, "用户名或密码错误" in page.text) == (401, True) or "用户名或密码错误" in page.text


@pytest.mark.req("H-106", "H-042")
def test_captcha_after_three_failures_and_a_lock_after_five(site: Site) -> None:
    browser = site.as_()
    wrong = {"username": "ag_c2", "password": "wrong-word"}
    for _ in range(3):
        page = browser.post(f"/{PORTAL}/login/", wrong)
    assert "验证码" in page.text
    for _ in range(2):
        page = browser.post(f"/{PORTAL}/login/", {**wrong, "captcha": "0000"})
    page = browser.post(
        f"/{PORTAL}/login/", {"username": "ag_c2", "password": "Demo@2024x", "captcha": "0000"}
    )
    assert "登录失败次数过多，请15分钟后再试" in page.text


@pytest.mark.req("H-287", "H-179", "H-042")
def test_reset_password_is_sent_and_must_be_changed(site: Site) -> None:
    id_ = key(site, "hr_user", username="ag_p")
    who = site.as_("ag_p")
    assert send(site.as_("hr_admin"), "POST", api("hr_user", f"{id_}/do/reset_password"))[0] == 200
    assert who.get(f"/{PORTAL}/").status in (302, 303)
    made = row(site, "hr_user", username="ag_p")
    assert made["must_change"]
    delivery = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        sent = [
            one.channel for one in connection.execute(delivery.select()) if one.event == "password_renewed"
        ]
    assert sorted(sent) == ["email", "sms"]


@pytest.mark.req("H-286", "H-030")
def test_change_of_ones_password_ends_other_sessions(site: Site) -> None:
    one, other = site.as_("ag_d1"), site.as_("ag_d1")
    page = one.get(f"/{PORTAL}/password")
    said = {"current": "Demo@2024x", "password": "Demo@2025y", "repeat": "Demo@2025y"}
    assert one.post(f"/{PORTAL}/password", said).status in (302, 303), page.text
    assert other.get(f"/{PORTAL}/hr_agency/mine").status in (302, 303)
    assert "/login/" in other.get(f"/{PORTAL}/hr_agency/mine").location


@pytest.mark.req("H-179", "H-018")
def test_disabled_account_is_out(site: Site) -> None:
    admin, id_ = site.as_("hr_admin"), key(site, "hr_user", username="ag_d2")
    assert send(admin, "POST", api("hr_user", f"{id_}/do/disable"))[0] == 200
    assert site.as_().post(f"/{PORTAL}/login/", {"username": "ag_d2", "password": "Demo@2024x"}).status != 303
    assert send(admin, "POST", api("hr_user", f"{id_}/do/enable"))[0] == 200
