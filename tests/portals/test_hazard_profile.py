"""The record of an approved agency: what it changes itself, what the administrator changes, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.portals.asking import send
from tests.portals.hazard import BOTH, PORTAL, agency, api, at, delivered, region, row, seeded, told
from tests.projects import Site

MINE = f"/{PORTAL}/hr_agency/mine"
LOCKED = "带*的内容不能自行修改，请联系后台管理员"


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("profile"), request.param) as made:
        yield made


def value(site: Site, account: str, field: str) -> Any:
    return row(site, "hr_agency", id=agency(site, account))[site.entity("hr_agency").columns[field]]


@pytest.mark.req("H-110", "H-111", "H-022", "H-432")
def test_locked_fields_carry_a_star_and_are_text(site: Site) -> None:
    page = site.as_("ag_d1").get(MINE)
    stars = [
        label.text for label in page.root.all("span", class_="k-label") if label.all("b", class_="k-lock")
    ]
    assert stars == [
        "*机构名称",
        "*负责人姓名",
        "*负责人手机号",
        "*机构层级",
        "*管控区域",
        "*管控类别",
        "*机构授权书",
    ]
    assert "带*的内容不能自行修改，如确需修改请联系后台管理员" in page.text
    assert "office@example.com" in page.text
    asked = set(dict(page.form())) - {"csrf_token", "next", "version"}
    assert asked == {"location_region", "location_detail", "office_phone", "email"}


@pytest.mark.req("H-112", "H-402")
def test_what_is_open_is_saved(site: Site) -> None:
    who = site.as_("ag_d1")
    saved = who.send(who.get(MINE), office_phone="0571-87001111")
    assert (saved.status, value(site, "ag_d1", "office_phone")) == (303, "0571-87001111")
    assert "保存成功" in who.follow(saved).response.get_data(as_text=True)


@pytest.mark.req("H-112", "H-351", "H-402", "H-432")
def test_locked_field_posted_by_hand_saves_nothing(site: Site) -> None:
    who = site.as_("ag_d1")
    page = who.get(MINE)
    answer = who.send(page, controlled_regions=[str(region(site, "330108"))], office_phone="0571-87002222")
    assert (answer.status, LOCKED in answer.text) == (422, True)
    assert site.many("hr_agency", "controlled_regions", agency(site, "ag_d1")) == [region(site, "330106")]
    assert value(site, "ag_d1", "office_phone") != "0571-87002222"


@pytest.mark.req("H-351")
@pytest.mark.parametrize(
    "said", [{"agency_name": "别名"}, {"agency_level": "province"}, {"responsible_name": "别人"}]
)
def test_api_refuses_a_locked_field_and_the_rest_with_it(site: Site, said: dict[str, str]) -> None:
    path = api("hr_agency", str(agency(site, "ag_c2")))
    status, answer = send(site.as_("ag_c2"), "PUT", path, office_phone="0570-3009999", **said)
    assert (status, told(answer)) == (422, [LOCKED])
    assert value(site, "ag_c2", "office_phone") != "0570-3009999"


@pytest.mark.req("H-171", "H-113", "H-402", "H-016")
def test_administrator_changes_all_and_the_agency_is_told(site: Site) -> None:
    id_ = agency(site, "ag_c1")
    status, _ = send(
        site.as_("hr_admin"),
        "PUT",
        api("hr_agency", str(id_)),
        responsible_phone="13000000911",
        office_phone="0571-87003333",
    )
    assert status == 200
    assert value(site, "ag_c1", "registered_phone") == "13000000911"
    words = "贵机构的办公电话、负责人手机号已由后台管理员修改。"
    assert [(to, by) for to, by, text in delivered(site, "N30") if text == words] == [
        ("ag_c1", "inapp"),
        ("ag_c1@example.com", "email"),
    ]
    assert delivered(site, "N30_bind") == [("13000000911", "sms", "请重新绑定机构。")]


@pytest.mark.req("H-171", "H-402", "H-116", "H-114")
def test_change_of_the_responsible_person_ends_the_binding(site: Site) -> None:
    id_, admin = agency(site, "ag_d2"), site.as_("hr_admin")
    assert send(admin, "PUT", api("hr_agency", str(id_)), responsible_name="负责人新")[0] == 200
    bound = [one for one in site.rows("hr_binding") if one["agency"] == id_]
    assert [(one["status"], one["revoke_reason"]) for one in bound] == [
        ("revoked", "负责人姓名或手机号已变更")
    ]
    assert row(site, "hr_wechat_user", nickname="U20")["agency"] is None
    page = site.as_("ag_d2").get(at("hr_agency", "list/?tab=responsible"))
    assert "负责人新" in page.text and "未绑定" in page.text


@pytest.mark.req("H-113", "H-004")
def test_each_change_stands_in_the_log_with_old_and_new(site: Site) -> None:
    id_ = agency(site, "ag_p")
    send(site.as_("hr_admin"), "PUT", api("hr_agency", str(id_)), location_detail="示例路99号")
    log = [one for one in site.audit("hr_agency", id_) if one["action"] == "edit"]
    assert "示例路99号" in str(log[-1]["changes"]) and "省府示例路1号" in str(log[-1]["changes"])


@pytest.mark.req("H-114", "H-115", "H-023")
def test_page_of_the_responsible_person_tells_what_binds(site: Site) -> None:
    page = site.as_("ag_c2").get(at("hr_agency", "list/?tab=responsible"))
    assert page.column("responsible_name") == ["负责人丙"]
    assert "负责人姓名和手机号码是微信端绑定的依据" in page.text
    assert "输入“机构绑定”" in page.text


@pytest.mark.req("H-114")
def test_that_page_asks_no_query(site: Site) -> None:
    page = site.as_("ag_c2").get(at("hr_agency", "list/?tab=responsible"))
    assert not page.root.all("input", name="agency_name")
