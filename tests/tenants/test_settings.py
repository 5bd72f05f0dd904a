"""Settings are records: changed on screen, judged by the field of their key, read by every expression from then on."""

from __future__ import annotations

import pytest

from tests.portals.asking import headers
from tests.projects import Browser, Builder, Site
from tests.tenants.home import peopled
from tests.tenants.test_guards import sub


@pytest.fixture
def site(project: Builder) -> Site:
    return peopled(project)


def key_of(site: Site, key: str) -> int:
    return next(row["id"] for row in site.rows("im_setting") if row["key"] == key)


def put(site: Site, key: str, value: object) -> tuple[int, object]:
    who = site.as_("official")
    path = f"/api/v1/bureau/im_setting/{key_of(site, key)}"
    answer = who.client.put(path, json={"value": value}, headers=headers(who))
    return answer.status_code, answer.get_json()


def refused(site: Site, key: str, value: object) -> list[str]:
    status, body = put(site, key, value)
    assert status == 422
    return body["errors"]["value"]  # type: ignore[index,no-any-return]


@pytest.mark.req("I-055")
def test_each_key_has_a_row_with_its_default(site: Site) -> None:
    found = {row["key"]: row["value"] for row in site.rows("im_setting")}
    assert found == {
        "city": "某市",
        "direct": "true",
        "lock_after": "5",
        "may_praise": "true",
        "scope": "own",
        "contact": "市局办公室",
    }


def test_start_leaves_a_changed_value(site: Site) -> None:
    from fab_app.runtime import settings

    put(site, "scope", "all")
    with site.acting():
        settings.sync(site.world, site.here.session)
    assert [row["value"] for row in site.rows("im_setting") if row["key"] == "scope"] == ["all"]


@pytest.mark.req("I-055", "I-162")
def test_form_asks_by_the_widget_of_the_key(site: Site) -> None:
    page = site.as_("official").get(f"/bureau/im_setting/edit/{key_of(site, 'scope')}")
    offered = [one.attrs["value"] for one in page.root.all("input", type="radio", name="value")][-2:]
    assert (dict(page.form())["value"], offered) == ("own", ["own", "all"])


def test_switch_is_stored_and_drawn_again(site: Site) -> None:
    path, who = f"/bureau/im_setting/edit/{key_of(site, 'may_praise')}", site.as_("official")
    assert who.submit(path, value="0").status == 303
    assert site.row("im_setting", key_of(site, "may_praise"))["value"] == "false"
    assert dict(who.get(path).form())["value"] == "0"


def test_value_is_judged_by_the_field_of_its_key(site: Site) -> None:
    assert refused(site, "scope", "everything") and refused(site, "lock_after", "many")


def test_value_that_is_needed_cannot_be_emptied(site: Site) -> None:
    assert refused(site, "lock_after", "") == ["请填写登录锁定次数"]


def test_value_that_the_login_cannot_take_is_refused(site: Site) -> None:
    assert refused(site, "lock_after", 0)


def test_key_is_never_changed(site: Site) -> None:
    who = site.as_("official")
    path = f"/api/v1/bureau/im_setting/{key_of(site, 'scope')}"
    assert who.client.put(path, json={"key": "x"}, headers=headers(who)).status_code == 400


def praised(site: Site) -> int:
    id_ = site.make("staff", name="某", agency=1)
    old: Browser = site.as_("old")
    path = f"/api/v1/bureau/staff/{id_}/do/praise"
    return old.client.post(path, json={"word": "好"}, headers=headers(old)).status_code


def test_conditions_follow_at_once(site: Site) -> None:
    before = praised(site)
    put(site, "may_praise", False)
    assert (before, praised(site)) == (200, 409)


def test_rows_follow_at_once(site: Site) -> None:
    sub(site, "reader", "contract")
    site.make("contract", name="别家合同", agency=2)
    reader = site.as_("reader")
    before = "别家合同" in reader.get("/bureau/contract/list/").html
    put(site, "scope", "all")
    assert (before, "别家合同" in reader.get("/bureau/contract/list/").html) == (False, True)


@pytest.mark.req("I-055", "I-288")
def test_login_follows_it(site: Site) -> None:
    put(site, "lock_after", 2)
    nobody = site.as_()
    given = {"username": "old", "password": "wrong", "captcha": "0000"}
    for _ in range(2):
        nobody.post("/login/", given)
    assert "15" in nobody.post("/login/", given).text


def test_no_setting_goes_to_the_browser_that_no_rule_of_the_form_reads(site: Site) -> None:
    assert "市局办公室" not in site.as_("old").get("/bureau/staff/add").html
