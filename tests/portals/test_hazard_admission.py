"""From the completed form to the approval: what each state of an agency may open, and who is told what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.portals.asking import send
from tests.portals.hazard import (
    BOTH,
    P1,
    P2,
    PORTAL,
    agency,
    api,
    at,
    delivered,
    profile,
    region,
    registers,
    row,
    seeded,
    told,
)
from tests.projects import Browser, Site

MINE = f"/{PORTAL}/hr_agency/mine"


@pytest.fixture(scope="module", params=BOTH)
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("admission"), request.param) as made:
        yield made


def newcomer(site: Site, number: int, phone: str = P1) -> tuple[Browser, int]:
    """Somebody who has registered, and the id of his agency."""
    browser, account = site.as_(), f"Newcomer{number}"
    registers(site, browser, _account=account, agency_name=f"示例新机构{number}", registered_phone=phone)
    return browser, agency(site, account)


def submits(site: Site, who: Browser, id_: int, **said: Any) -> tuple[int, Any]:
    return send(
        who,
        "POST",
        api("hr_agency", f"{id_}/do/submit"),
        **profile(site, agency_name=f"示例新机构{id_}", **said),
    )


REFUSED = [
    pytest.param(
        {"responsible_phone": P2},
        "负责人手机号须与注册时填写的手机号一致",
        marks=pytest.mark.req("H-347", "H-094", "H-290", "H-401"),
    ),
    pytest.param({"controlled_regions": []}, "请选择管控区域", marks=pytest.mark.req("H-348", "H-096")),
    pytest.param({"controlled_categories": []}, "请选择管控类别", marks=pytest.mark.req("H-348", "H-097")),
    pytest.param({"location_region": None}, "请选择所在区县", marks=pytest.mark.req("H-348", "H-093")),
    pytest.param({"location_region": "330100"}, "请选择所在区县", marks=pytest.mark.req("H-348")),
    pytest.param(
        {"controlled_regions": ["330100"]},
        "区县级机构只能选择区县级管控区域",
        marks=pytest.mark.req("H-349", "H-095"),
    ),
    pytest.param(
        {"agency_level": "city", "controlled_regions": ["330000"]},
        "市级机构只能选择市级或区县级管控区域",
        marks=pytest.mark.req("H-349", "H-043"),
    ),
    pytest.param({"office_phone": "abc-1"}, "请输入正确的办公电话", marks=pytest.mark.req("H-344")),
]


@pytest.mark.parametrize(("said", "sentence"), REFUSED)
def test_what_is_wrong_keeps_it_incomplete(site: Site, said: dict[str, Any], sentence: str) -> None:
    draft = agency(site, "ag_draft")
    given = {
        name: region(site, value)
        if isinstance(value, str) and value.isdecimal() and len(value) == 6
        else value
        for name, value in said.items()
    }
    if said.get("controlled_regions"):
        given["controlled_regions"] = [region(site, code) for code in said["controlled_regions"]]
    number = row(site, "hr_agency", id=draft)[site.entity("hr_agency").columns["registered_phone"]]
    status, answer = submits(site, site.as_("ag_draft"), draft, **{"responsible_phone": number, **given})
    assert (status, told(answer)) == (422, [sentence])
    assert row(site, "hr_agency", id=draft)["status"] == "draft"


@pytest.mark.req("H-043", "H-096")
def test_chosen_nodes_below_others_are_left_out(site: Site) -> None:
    who, id_ = newcomer(site, 1)
    both = [region(site, "330100"), region(site, "330106")]
    assert submits(site, who, id_, agency_level="city", controlled_regions=both)[0] == 200
    assert site.many("hr_agency", "controlled_regions", id_) == [region(site, "330100")]


@pytest.mark.req("H-091", "H-092")
def test_form_asks_in_the_order_of_the_document(site: Site) -> None:
    who, _ = newcomer(site, 2, P2)
    text = who.follow(who.get(MINE)).text
    order = [
        "机构名称",
        "机构所在地",
        "详细地址",
        "办公电话",
        "负责人姓名",
        "负责人手机号",
        "机构层级",
        "管控区域",
        "管控类别",
    ]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert "相当重要：请仔细选择归属贵机构管理的区域" in text
    assert "请把属于贵机构管控的类目全部选上；只选一级目录而不选二级时，表示其下二级全部选中" in text


@pytest.mark.req("H-094")
def test_number_must_be_typed(site: Site) -> None:
    who = site.as_("ag_draft")
    assert dict(who.follow(who.get(MINE)).form())["responsible_phone"] == ""


@pytest.mark.req(
    "H-401", "H-182", "H-183", "H-184", "H-185", "H-098", "H-100", "H-101", "H-102", "H-211", "H-285", "H-044"
)
@pytest.mark.req("H-323", "H-324", "H-325", "H-170")
def test_story_of_a_registration_that_is_rejected_once(site: Site) -> None:
    who, id_ = newcomer(site, 3, "13000000903")
    assert submits(site, who, id_, responsible_phone=P2)[0] == 422
    assert submits(site, who, id_, responsible_phone="13000000903", responsible_name="负责人寅")[0] == 200
    waiting = who.get(MINE)
    effective = "疏散通道堵塞、消防设施损坏、违规动火作业、电动车违规充电、三合一场所"
    assert "您已成功提交注册资料，请等待后台管理员审核" in waiting.text
    assert effective in waiting.text
    assert waiting.root.all("nav", class_="k-menu") == [] or not waiting.root.all("a", href=at("hr_report"))
    admin = site.as_("hr_admin")
    assert "letter.pdf" in admin.get(at("hr_agency", f"show/{id_}")).text
    assert send(admin, "POST", api("hr_agency", f"{id_}/do/reject"), review_comment="")[0] == 422
    assert (
        send(admin, "POST", api("hr_agency", f"{id_}/do/reject"), review_comment="授权书印章不清")[0] == 200
    )
    page = who.follow(who.get(MINE))
    assert "审核未通过：授权书印章不清" in page.text
    form = dict(page.form())
    assert (form["responsible_name"], form["registered_phone"], bool(form["auth_letter"])) == (
        "负责人寅",
        "13000000903",
        True,
    )
    again = who.upload(
        "hr_agency", "auth_letter", name="letter2.pdf", content=b"%PDF-1.4\n%%EOF\n" + bytes(40)
    )
    fresh = again.response.get_json()["id"] if again.status == 201 else form["auth_letter"]
    assert who.send(page, auth_letter=str(fresh)).status == 303
    assert row(site, "hr_agency", id=id_)[site.entity("hr_agency").columns["review_round"]] == 2
    assert send(admin, "POST", api("hr_agency", f"{id_}/do/approve"))[0] == 200
    home = who.get(f"/{PORTAL}/")
    assert (home.status, bool(home.root.all("a", href=MINE))) == (200, True)
    reviews = [one for one in site.rows("hr_agency_review") if one["agency"] == id_]
    assert [(one["round"], one["result"], one["comment"]) for one in reviews] == [
        (1, "rejected", "授权书印章不清"),
        (2, "approved", None),
    ]
    assert reviews[0]["snapshot"]["实际管控类别"] == effective
    name = row(site, "hr_agency", id=id_)[site.entity("hr_agency").columns["agency_name"]]
    rounds = [text for _, channel, text in delivered(site, "N1", str(name)) if channel == "inapp"]
    assert rounds == [f"机构【{name}】提交注册资料（第{n}次），请审核。" for n in (1, 2)]
    sms = [
        text for to, channel, text in (*delivered(site, "N3"), *delivered(site, "N2")) if to == "13000000903"
    ]
    assert sms == [
        "贵机构的注册资料未通过审核：授权书印章不清。请登录后按要求重新完善提交。",
        "贵机构的注册资料已审核通过，请使用注册的用户名和密码登录平台。",
    ]


@pytest.mark.req("H-350", "H-013", "H-430", "H-180")
@pytest.mark.parametrize("account", ["ag_draft", "ag_pending", "ag_rejected"])
def test_who_is_not_approved_opens_nothing_but_his_page(site: Site, account: str) -> None:
    who = site.as_(account)
    for path in ("hr_binding/list/", "hr_region/list/", "hr_agency/list/", ""):
        page = who.get(f"/{PORTAL}/{path}")
        assert (page.status, page.location) == (302, MINE), path
    assert send(who, "GET", api("hr_binding")) == (403, {"message": "机构尚未通过审核"})


@pytest.mark.req("H-103", "H-186")
def test_who_is_disabled_is_told_at_the_login(site: Site) -> None:
    page = site.as_().post(f"/{PORTAL}/login/", {"username": "ag_disabled", "password": "Demo@2024x"})
    assert "该机构已停用，请联系后台管理员" in page.text


@pytest.mark.req("H-186", "H-171")
def test_disabling_ends_sessions_at_once(site: Site) -> None:
    who, admin, id_ = site.as_("ag_d2"), site.as_("hr_admin"), agency(site, "ag_d2")
    assert who.get(MINE).status == 200
    assert send(admin, "POST", api("hr_agency", f"{id_}/do/disable"), reason="核查")[0] == 200
    assert who.get(MINE).status in (302, 303)
    assert send(admin, "POST", api("hr_agency", f"{id_}/do/enable"), reason="恢复")[0] == 200
    assert row(site, "hr_agency", id=id_)["status"] == "approved"


@pytest.mark.req("H-170", "H-183")
def test_only_what_waits_is_reviewed(site: Site) -> None:
    admin = site.as_("hr_admin")
    for account in ("ag_draft", "ag_d1"):
        assert send(admin, "POST", api("hr_agency", f"{agency(site, account)}/do/approve"))[0] == 409


@pytest.mark.req("H-017", "H-019")
def test_review_is_a_right_of_its_own(site: Site) -> None:
    site.person("clerk_no_review", "hr_platform_admin", kind="hr_platform_admin")
    who = site.as_("clerk_no_review")
    assert send(who, "POST", api("hr_agency", f"{agency(site, 'ag_pending')}/do/approve"))[0] == 403


@pytest.mark.req("H-044", "H-019")
def test_reviews_are_read_by_their_agency_and_changed_by_nobody(site: Site) -> None:
    admin = site.as_("hr_admin")
    found = [one["id"] for one in site.rows("hr_agency_review")]
    assert found
    assert send(admin, "PUT", api("hr_agency_review", str(found[0])), comment="x")[0] == 403
    assert send(site.as_("ag_d1"), "GET", api("hr_agency_review", str(found[0])))[0] == 404


@pytest.mark.req("H-171", "H-110", "H-352")
def test_agency_sees_itself_alone(site: Site) -> None:
    who = site.as_("ag_d1")
    assert send(who, "GET", api("hr_agency", str(agency(site, "ag_c1"))))[0] == 404
    assert send(who, "GET", api("hr_agency"))[1]["count"] == 1


@pytest.mark.req("H-043")
def test_name_and_number_belong_to_one_agency(site: Site) -> None:
    who, id_ = newcomer(site, 4, "13000000501")
    status, answer = submits(site, who, id_, responsible_name="负责人甲", responsible_phone="13000000501")
    assert (status, told(answer)) == (422, ["该负责人姓名和手机号已被其他机构使用"])
