"""How often one address may knock, and that processes count together over Redis."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
import redis

from fab_app.config import RATES, Settings, WrongSetting
from fab_app.web.rates import Rates, kind_of
from tests.projects import Builder, Site, serve, write_home

FILES = {"schema/shop/order.yaml": "label: 订单\n"}
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")


def limited(folder: Path, **rates: str) -> Site:
    home = write_home(folder / "home", FILES)
    return serve(folder, home, Builder(folder).servers.new("sqlite", folder), rates={**RATES, **rates})


@pytest.mark.parametrize(
    ("path", "method", "cookie", "kind"),
    [
        ("/login/", "POST", False, "login"),
        ("/shop/entry/staff/", "POST", True, "login"),
        ("/api/v1/security/login", "POST", False, "login"),
        ("/login/", "GET", False, "public"),
        ("/captcha", "GET", True, "captcha"),
        ("/shop/forgotten/", "POST", False, "code"),
        ("/shop/password/code", "POST", True, "code"),
        ("/api/v1/shop/order/", "GET", False, "api"),
        ("/shop/order/list/", "GET", True, ""),
        ("/health", "GET", False, ""),
        ("/static/css/a.css", "GET", False, ""),
    ],
)
def test_each_request_has_its_limit(path: str, method: str, cookie: bool, kind: str) -> None:
    assert kind_of(path, method, cookie) == kind


def test_too_many_logins_are_429_with_the_time_to_wait(tmp_path: Path) -> None:
    site = limited(tmp_path, login="2/hour")
    browser = site.as_()
    pages = [browser.post("/login/", {"username": "x", "password": "y"}) for _ in range(3)]
    assert [page.status for page in pages] == [401, 401, 429]
    assert int(pages[-1].response.headers["Retry-After"]) > 0 and "请求" in pages[-1].text
    answer = site.as_().client.post("/api/v1/security/login", json={"username": "x", "password": "y"})
    assert (answer.status_code, "message" in answer.get_json()) == (429, True)
    site.close()


def test_api_has_a_limit_of_its_own(tmp_path: Path) -> None:
    site = limited(tmp_path, api="2/hour")
    statuses = [site.as_().client.get("/api/v1/shop/order/").status_code for _ in range(3)]
    assert statuses == [401, 401, 429] and site.as_().get("/login/").status == 200
    site.close()


PROCESS = """
import sys
from fab_app.config import RATES, Settings
from fab_app.web.rates import Rates
rates = Rates(Settings(redis_url=sys.argv[1], rates={**RATES, "login": "5/hour"}))
print(sum(rates.hit("login", sys.argv[2]) == 0 for _ in range(4)))
"""


def test_two_processes_count_together_over_redis() -> None:
    try:
        redis.Redis.from_url(REDIS).ping()
    except redis.RedisError as problem:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(f"redis is not there: {problem}")
        pytest.skip(f"redis is not there: {problem}")
    address = uuid4().hex
    each = [
        subprocess.run(
            [sys.executable, "-c", PROCESS, REDIS, address], capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]
    assert [int(one.stdout) for one in each] == [4, 1]


def test_a_redis_that_is_gone_leaves_each_process_counting() -> None:
    rates = Rates(Settings(redis_url="redis://127.0.0.1:1/0", rates={**RATES, "code": "2/hour"}))
    assert [rates.hit("code", "a") == 0 for _ in range(3)] == [True, True, False]
    assert rates.hit("code", "b") == 0


def test_rates_are_set_by_the_environment() -> None:
    given = {"FAB_APP_RATES": "login=5/minute, api=10/second"}
    rates = Settings.from_environment(given).rates
    assert (rates["login"], rates["api"], rates["code"]) == ("5/minute", "10/second", RATES["code"])


@pytest.mark.parametrize("wrong", ["login", "login=many", "door=5/minute", "login=0/minute", "login=5/week"])
def test_a_rate_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(WrongSetting, match="FAB_APP_RATES"):
        Settings.from_environment({"FAB_APP_RATES": wrong})
