"""What intermediary tells when something happens: N1 to N9, each to whom, by which channel and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Literal

import pytest

from fab_app.channels.base import Address, Channel, Letter, Undelivered
from tests.moves.clocks import later
from tests.portals.asking import send
from tests.portals.intermediary import BOTH, agency, api, delivered, key, profile, seeded, upload
from tests.portals.intermediary_visits import do, entered
from tests.projects import Browser, Site


@pytest.fixture(params=BOTH)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with seeded(tmp_path, request.param) as made:
        made.here.jobs.drain()
        made.id_of("im_city")
        yield made


def rectified(site: Site, who: Browser, id_: int) -> None:
    today = site.world.clock.today("Asia/Shanghai").isoformat()
    photo = upload(who, "im_hazard", "rectify_photos")
    said = {"rectify_date": today, "rectify_note": "已整改。", "rectify_photos": [photo]}
    status, answer = do(who, id_, "rectify", **said)
    assert status == 200, answer


def near(site: Site, region: int | None) -> set[str]:
    """The authorities of a region: the city and the county in which it lies."""
    above = {row["id"]: row["parent"] for row in site.rows("im_region")}
    line = []
    while region is not None:
        line.append(region)
        region = above[region]
    return {
        row["account"] for row in site.rows("im_user") if row["kind"] == "authority" and row["region"] in line
    }


def parties(site: Site, hazard: int) -> tuple[str, str, set[str]]:
    """The number of a hazard, its enterprise's telephone, and the authorities of the enterprise's region."""
    row = site.row("im_hazard", hazard)
    enterprise = site.row("im_enterprise", site.row("im_visit", row["visit"])["enterprise"])
    return row["hazard_no"], enterprise["contact_phone"], near(site, enterprise["region"])


@pytest.mark.req("I-320")
def test_an_issued_account_is_told_to_the_agencys_contact(site: Site) -> None:
    region = key(site, "im_region", name="衢江区")
    body = {"agency_name": "示例新增机构", "main_account": "zj_told", "kinds": ["eval"], "region": region}
    body["contact_phone"] = "13000000555"
    status, answer = send(site.as_("im_city"), "POST", api("im_agency"), **body)
    assert status == 201, answer
    assert [(channel, text) for _, channel, text in delivered(site, "account_issued", "zj_told")] == [
        ("sms", "贵机构的账号zj_told已开通，请登录企业端并修改初始密码。")
    ]


@pytest.mark.req("I-321", "I-115", "I-289")
def test_a_reset_password_is_told_to_whose_it_is(site: Site) -> None:
    sub, main = site.id_of("zj_eval1_s1"), site.id_of("zj_eval1")
    said = {"password": "Quzhou#1", "password_confirm": "Quzhou#1"}
    assert send(site.as_("zj_eval1"), "POST", api("im_user", f"{sub}/do/reset_password"), **said)[0] == 200
    assert send(site.as_("im_city"), "POST", api("im_user", f"{main}/do/reset_password"))[0] == 200
    assert delivered(site, "password_renewed") == [
        (account, "sms", f"您的账号{account}密码已重置，请登录后修改。")
        for account in ("zj_eval1_s1", "zj_eval1")
    ]


@pytest.mark.req("I-322", "I-403", "I-181")
def test_a_declared_agency_is_told_to_the_authorities_of_its_region_once(site: Site) -> None:
    who, mine = site.as_("zj_empty"), agency(site, "zj_empty")
    row = site.row("im_agency", mine)
    status, answer = send(who, "PUT", api("im_agency", str(mine)), **profile(who))
    assert status == 200, answer
    text = f"中介机构【{row['name']}】已完成机构信息申报。"
    found = delivered(site, "agency_declared")
    assert {account for account, *_ in found} == near(site, row["region"])
    assert {(channel, said) for _, channel, said in found} == {("inapp", text)}
    assert send(who, "PUT", api("im_agency", str(mine)), legal_rep="人员乙")[0] == 200
    assert delivered(site, "agency_declared") == found


@pytest.mark.req("I-323", "I-191")
def test_the_enterprise_is_told_how_many_hazards_were_found_and_the_nearest_deadline(site: Site) -> None:
    _, (h1, *_) = entered(site)
    today = site.world.clock.today("Asia/Shanghai")
    _, phone, _ = parties(site, h1)
    name = site.row("im_agency", agency(site, "zj_soc1"))["name"]
    text = f"{name}于{today}到贵单位服务，发现隐患3项，请于{today}前整改。"
    assert delivered(site, "hazards_entered") == [(phone, "sms", text)]


@pytest.mark.req("I-324", "I-193")
def test_a_rectification_is_told_to_those_who_confirm(site: Site) -> None:
    who, (h1, *_) = entered(site)
    rectified(site, who, h1)
    no, _, authorities = parties(site, h1)
    found = delivered(site, "rectification_registered", no)
    assert {account for account, *_ in found} == {"zj_soc1", *authorities}
    assert {channel for _, channel, _ in found} == {"inapp"}
    assert all(text.endswith(f"隐患{no}已登记整改，待确认。") for *_, text in found)


@pytest.mark.req("I-325", "I-194", "I-195")
def test_a_confirmation_and_a_return_are_told_to_agency_and_enterprise(site: Site) -> None:
    who, (h1, h2, _) = entered(site)
    due = site.world.clock.today("Asia/Shanghai") + timedelta(5)
    rectified(site, who, h1)
    back = {"confirm_result": "back", "confirm_note": "照片不清晰", "due_date": due.isoformat()}
    assert do(who, h1, "confirm", **back)[0] == do(who, h2, "confirm", confirm_result="pass")[0] == 200
    for id_, event, words in (
        (h1, "hazard_sent_back", f"隐患{{}}被退回整改：照片不清晰，新期限{due}。"),
        (h2, "hazard_confirmed", "隐患{}已确认整改完成。"),
    ):
        no, phone, _ = parties(site, id_)
        found = delivered(site, event, no)
        assert {("zj_soc1", "inapp"), (phone, "sms")} <= {one[:2] for one in found}
        assert {text for *_, text in found} == {words.format(no)}


@pytest.mark.req("I-326", "I-197")
def test_a_sample_that_is_published_or_withdrawn_is_told_to_the_main_account(site: Site) -> None:
    draft = next(row for row in site.rows("im_sampling") if (row["status"], row["kind"]) == ("draft", "eval"))
    main = next(
        row["account"]
        for row in site.rows("im_user")
        if (row["kind"], row["org"]) == ("main", draft["agency"])
    )
    report = site.row("im_eval_report", draft["eval_report"])["report_no"]
    city, path = site.as_("im_city"), f"{draft['id']}/do/"
    assert send(city, "POST", api("im_sampling", f"{path}publish"))[0] == 200
    assert send(city, "POST", api("im_sampling", f"{path}withdraw"), withdraw_reason="误发布")[0] == 200
    published, withdrawn = delivered(site, "sampling_published"), delivered(site, "sampling_withdrawn")
    for found in (published, withdrawn):
        assert {one[:2] for one in found} == {(main, "inapp"), (main, "sms")}
    assert all(report in text and f"已被抽查，得分{draft['score']}" in text for *_, text in published)
    assert all(text == f"抽查记录{draft['sampling_no']}已撤回：误发布。" for *_, text in withdrawn)


@pytest.mark.req("I-329", "I-008")
def test_what_is_told_is_written_with_the_event_tried_three_times_and_once_a_day(site: Site) -> None:
    who, (h1, *_) = entered(site)
    tries: list[str] = []

    class Deaf(Channel):
        """A gateway that never answers."""

        needs: ClassVar[Address] = "phone"
        type: Literal["sms"] = "sms"

        def send(self, letter: Letter) -> str:
            tries.append(letter.id)
            raise Undelivered("no answer")

    site.world.channels["sms"] = Deaf()  # type: ignore[index]
    _, refused = do(who, h1, "rectify")
    no, phone, _ = parties(site, h1)
    assert refused.get("errors") and delivered(site, "rectification_registered", no) == []
    for _ in range(2):  # registered, sent back and registered again on one day
        rectified(site, who, h1)
        due = (site.world.clock.today("Asia/Shanghai") + timedelta(5)).isoformat()
        back = {"confirm_result": "back", "confirm_note": "照片不清晰", "due_date": due}
        assert do(who, h1, "confirm", **back)[0] == 200
    registered = delivered(site, "rectification_registered", no)
    assert len({account for account, *_ in registered}) == len(registered)
    assert [one[:2] for one in delivered(site, "hazard_sent_back", no)].count((phone, "sms")) == 1
    for _ in range(6):
        later(site, hours=1)
    (row,) = (
        one
        for one in site.platform("base_delivery")
        if one["event"] == "hazard_sent_back" and one["channel"] == "sms" and no in one["text"]
    )
    assert (row["status"], row["attempts"], tries.count(row["uuid"])) == ("failed", 3, 3)
