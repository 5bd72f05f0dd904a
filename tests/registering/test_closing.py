"""Registration is opened by a setting, rated for all processes, and leads to the door where that is shut."""

from __future__ import annotations

import pytest

from fab_app.config import RATES
from tests.projects import Builder, Site
from tests.registering.home import FILES, FORM, GOOD, PORTAL, accounts, bureau, letter, registers


@pytest.fixture
def closed(build: Builder) -> Site:
    portal = PORTAL.replace("label: 开放注册, default: true", "label: 开放注册, default: false")
    return build({**FILES, "schema/bureau/portal.yaml": portal})


def test_closed_registration_says_so_and_takes_nothing(closed: Site) -> None:
    browser = closed.as_()
    assert "注册暂未开放" in browser.get(FORM).text
    for page in (
        browser.get(FORM),
        browser.post(FORM, GOOD),
        letter(browser),
        browser.get(f"{FORM}free?account=x"),
    ):
        assert page.status == 403
    assert accounts(closed) == []


def test_closed_registration_has_no_way_in(closed: Site) -> None:
    assert closed.as_().get("/bureau/login/").links("立即注册") == []


def test_questions_are_rated_by_address(build: Builder) -> None:
    site = bureau(build, rates={**RATES, "register": "3/minute"})
    browser = site.as_()
    asked = [browser.get(f"{FORM}free?account=x{n}").status for n in range(5)]
    assert asked == [200, 200, 200, 429, 429]
    assert browser.post(FORM, GOOD).status == 429
    assert browser.get(FORM).status == 200


def test_files_of_visitors_are_rated_apart(build: Builder) -> None:
    site = bureau(build, rates={**RATES, "upload": "2/hour"})
    browser = site.as_()
    assert [letter(browser).status for _ in range(3)] == [201, 201, 429]
    assert letter(site.as_()).status == 429
    assert browser.get(f"{FORM}free?account=abcd").status == 200


def test_where_the_door_is_shut_one_is_led_to_it(build: Builder) -> None:
    doors = "agency: {label: 机构登录, kinds: [agency], path: login, needs: setting.direct}"
    portal = PORTAL.replace("agency: {label: 机构登录, kinds: [agency], path: login}", doors)
    portal = portal.replace(
        "settings:\n", "settings:\n  direct: {type: bool, label: 直接登录, default: false}\n"
    )
    site = build({**FILES, "schema/bureau/portal.yaml": portal})
    browser = site.as_()
    page = registers(site, browser)
    assert (page.status, page.location) == (303, "/bureau/login/")
    assert browser.client.get_cookie("fab_session") is None
    assert [row["account"] for row in accounts(site)] == ["Demo_Reg1"]


def test_portal_without_doors_has_the_way_at_the_neutral_one(build: Builder) -> None:
    doors = PORTAL[PORTAL.index("doors:") : PORTAL.index("guards:")]
    site = build({**FILES, "schema/bureau/portal.yaml": PORTAL.replace(doors, "")})
    assert site.as_().get("/login/").links("立即注册") == [FORM]
    assert registers(site).location == "/bureau/agency/mine"
