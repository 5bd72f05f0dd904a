"""Binding on the phone: who knows name and number of an approved agency serves it, one at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pages import Page
from tests.portals.asking import send
from tests.portals.hazard import BOTH, PORTAL, agency, api, at, key, phone, row, seeded
from tests.projects import Browser, Site

FORM = f"/{PORTAL}/m/hr_binding/add"
FAILED = "姓名或手机号与平台登记不一致，绑定失败"


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("binding"), request.param) as made:
        yield made


def binds(user: Browser, name: str, number: str) -> Page:
    return user.submit(FORM, input_name=name, input_phone=number)


def active(site: Site, account: str) -> list[str]:
    """Who serves the agency."""
    people = {one["id"]: one["nickname"] for one in site.rows("hr_wechat_user")}
    bound = [one for one in site.rows("hr_binding") if one["agency"] == agency(site, account)]
    return [str(people[one["wechat_user"]]) for one in bound if one["status"] == "active"]


@pytest.mark.req("H-403", "H-165", "H-046", "H-289", "H-290", "H-361")
def test_wrong_pair_binds_nobody_and_the_right_one_does(site: Site) -> None:
    user = phone(site, "U9")
    wrong = binds(user, "负责人丁", "13000000599")
    assert (wrong.status, FAILED in wrong.text) == (422, True)
    assert active(site, "ag_d1") == ["U19"]
    right = binds(user, "负责人丁", "13000000504")
    shown = user.follow(right)
    assert "绑定成功" in shown.response.get_data(as_text=True)
    assert active(site, "ag_d1") == ["U9"]


@pytest.mark.req("H-046", "H-403")
def test_new_binding_revokes_the_earlier_one(site: Site) -> None:
    binds(phone(site, "U10"), "负责人乙", "13000000502")
    old = row(site, "hr_binding", wechat_user=key(site, "hr_wechat_user", nickname="U18"))
    assert (old["status"], old["revoke_reason"]) == ("revoked", "已由新的微信用户绑定")
    assert row(site, "hr_wechat_user", nickname="U18")["agency"] is None
    assert row(site, "hr_wechat_user", nickname="U10")["agency"] == agency(site, "ag_c1")


@pytest.mark.req("H-116", "H-114")
def test_page_of_the_agency_shows_state_time_and_a_masked_name(site: Site) -> None:
    binds(phone(site, "U11"), "负责人甲", "13000000501")
    page = site.as_("ag_p").get(at("hr_agency", "list/?tab=responsible"))
    assert (page.column("wechat_bound"), page.column("bound_nickname")) == (["已绑定"], ["U*1"])
    assert "U11" not in page.text and "demo-u11" not in page.text


@pytest.mark.req("H-116", "H-019")
def test_agency_ends_its_binding(site: Site) -> None:
    binds(phone(site, "U12"), "负责人甲", "13000000501")
    who, id_ = site.as_("ag_p"), agency(site, "ag_p")
    assert send(who, "POST", api("hr_agency", f"{id_}/do/unbind"))[0] == 200
    assert active(site, "ag_p") == []
    assert row(site, "hr_wechat_user", nickname="U12")["agency"] is None


@pytest.mark.req("H-177", "H-171")
def test_administrator_ends_a_binding(site: Site) -> None:
    binds(phone(site, "U13"), "负责人戊", "13000000505")
    bound = next(
        one
        for one in site.rows("hr_binding")
        if one["status"] == "active" and one["input_name"] == "负责人戊"
    )
    assert send(site.as_("hr_admin"), "POST", api("hr_binding", f"{bound['id']}/do/unbind"))[0] == 200
    assert active(site, "ag_d2") == []


@pytest.mark.req("H-361")
@pytest.mark.parametrize(("name", "number"), [("负责人庚", "13000000507"), ("负责人壬", "13000000509")])
def test_agency_that_is_not_approved_is_not_found(site: Site, name: str, number: str) -> None:
    page = binds(phone(site, "U14"), name, number)
    assert (page.status, FAILED in page.text) == (422, True)


@pytest.mark.req("H-361")
def test_sixth_attempt_of_an_hour_is_not_looked_at(site: Site) -> None:
    user = phone(site, "U15")
    assert [binds(user, "负责人丙", f"1300000055{n}").status for n in range(5)] == [422] * 5
    page = binds(user, "负责人丙", "13000000503")
    assert (page.status, "尝试次数过多，请稍后再试" in page.text) == (429, True)
    assert active(site, "ag_c2") == []


@pytest.mark.req("H-046", "H-290")
def test_name_is_read_without_its_blanks(site: Site) -> None:
    assert binds(phone(site, "U16"), " 负责人丙 ", "13000000503").status == 303


@pytest.mark.req("H-177", "H-045")
def test_who_is_blocked_is_out_at_once(site: Site) -> None:
    user, admin = phone(site, "U17"), site.as_("hr_admin")
    id_ = key(site, "hr_wechat_user", nickname="U17")
    assert user.get(FORM).status == 200
    assert send(admin, "POST", api("hr_wechat_user", f"{id_}/do/block"))[0] == 200
    assert user.get(FORM).status in (302, 303)
    assert send(admin, "POST", api("hr_wechat_user", f"{id_}/do/unblock"))[0] == 200
    assert not row(site, "hr_wechat_user", nickname="U17")["blocked"]


@pytest.mark.req("H-045", "H-019")
def test_agencies_see_no_wechat_users(site: Site) -> None:
    assert send(site.as_("ag_d1"), "GET", api("hr_wechat_user"))[0] == 403
