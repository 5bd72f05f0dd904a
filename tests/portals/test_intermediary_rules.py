"""What intermediary refuses and in which words (section 12), who may do what with contracts and samples, rankings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from tests.portals.asking import send, told
from tests.portals.intermediary import BOTH, PORTAL, agency, api, at, key, seeded, upload
from tests.projects import PDF, Site


@pytest.fixture(scope="module", params=BOTH)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site"), request.param) as made:
        yield made


@pytest.fixture(scope="module")
def today(site: Site) -> date:
    return site.world.clock.today("Asia/Shanghai")


def chart(site: Site, account: str, code: str) -> dict[str, Any]:
    """Its numbers over all of time."""
    return dict(site.as_(account).json(f"/api/v1/{PORTAL}/charts/{code}?date_from=&date_to=")["result"])


def contract(site: Site, today: date, **more: Any) -> dict[str, Any]:
    who = site.as_("zj_eval1")
    leader = key(site, "im_staff", agency=agency(site, "zj_eval1"), name="人员甲")
    return {
        "contract_no": "PJ-NEW-1",
        "enterprise": key(site, "im_enterprise", name="示例化工企业01"),
        "project_name": "示例新项目",
        "eval_type": "pre",
        "project_region": key(site, "im_region", name="柯城区"),
        "project_address": "示例路1号",
        "industry": "chem",
        "amount": 1000,
        "sign_date": today.isoformat(),
        "start_date": today.isoformat(),
        "end_date": (today + timedelta(30)).isoformat(),
        "leader": leader,
        "files": [upload(who, "im_eval_contract", "files", PDF, "a.pdf")],
        **more,
    }


@pytest.mark.req("I-356", "I-130")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"leader": "人员庚"}, "项目组长须具有安全评价师资格"),
        ({"end_date": -1}, "结束日期不能早于开始日期"),
        ({"amount": -1}, "请输入正确的金额"),
        ({"amount": 1.005}, "请输入正确的金额"),
        ({"contract_no": "PJ-01-001"}, "合同编号已存在"),
    ],
)
def test_what_is_wrong_with_a_contract(
    site: Site, today: date, change: dict[str, Any], sentence: str
) -> None:
    if "leader" in change:
        change = {"leader": key(site, "im_staff", agency=agency(site, "zj_eval1"), name="人员丁")}
    if "end_date" in change:
        change = {"end_date": (today - timedelta(1)).isoformat()}
    status, answer = send(
        site.as_("zj_eval1"), "POST", api("im_eval_contract"), **contract(site, today, **change)
    )
    assert (status, sentence in told(answer)) == (422, True), answer


@pytest.mark.req("I-358", "I-039", "I-216")
def test_an_agency_of_the_other_kind_enters_no_contract(site: Site, today: date) -> None:
    status, answer = send(
        site.as_("zj_soc1"), "POST", api("im_eval_contract"), **contract(site, today, files=[])
    )
    assert (status, answer["message"]) == (403, "本机构不是安全评价机构，不能录入安全评价合同")


@pytest.mark.req("I-347", "I-348", "I-111", "I-122", "I-215", "I-403", "I-432")
def test_gates_stay_shut_until_the_profile_is_complete(site: Site) -> None:
    empty = site.as_("zj_empty")
    for entity, sentence in (
        ("im_user", "请先完成机构信息录入，再设置子账号"),
        ("im_staff", "请先完成机构信息录入，方可维护专职人员信息"),
    ):
        status, answer = send(empty, "POST", api(entity), real_name="某某")
        assert (status, answer["message"]) == (403, sentence)
        assert sentence in empty.get(at(entity)).text


@pytest.mark.req("I-357", "I-132", "I-213")
def test_a_sub_account_changes_what_it_entered_alone(site: Site) -> None:
    sub = site.as_("zj_eval2_s1")
    other = key(site, "im_eval_contract", contract_no="PJ-02-001")
    status, answer = send(sub, "PUT", api("im_eval_contract", str(other)), project_name="改名项目")
    assert (status, answer["message"]) == (403, "只能修改本人录入的合同")
    assert site.as_("zj_eval2_s2").get(at("im_service_contract", "add")).status == 403


@pytest.mark.req("I-415", "I-198")
def test_a_contract_with_visits_is_not_voided(site: Site) -> None:
    who = site.as_("zj_soc2")
    used = key(site, "im_service_contract", contract_no="FW-05-001")
    path = api("im_service_contract", f"{used}/do/void")
    assert "该合同已有赴企记录，不能作废" in told(send(who, "POST", path, void_reason="停产")[1])
    free = key(site, "im_service_contract", contract_no="FW-05-010")
    path = api("im_service_contract", f"{free}/do/void")
    assert "请填写作废原因" in told(send(who, "POST", path)[1])
    assert send(who, "POST", path, void_reason="停产")[0] == 200
    assert site.row("im_service_contract", free)["status"] == "void"
    assert send(who, "POST", api("im_service_contract", f"{free}/do/reopen"), reason="误操作")[0] == 403


@pytest.mark.req("I-364", "I-365", "I-156", "I-197")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"score": 100.5}, "得分应为0–100，最多一位小数"),
        ({"score": -1}, "得分应为0–100，最多一位小数"),
        ({"score": 88.55}, "得分应为0–100，最多一位小数"),
        ({"score": "abc"}, "得分应为0–100，最多一位小数"),
        ({"sampled_date": 1}, "抽查日期不能晚于今天"),
        ({"batch": "第一批抽查"}, "该报告本批次已抽查"),
        ({"kind": "social"}, "该机构无此类别"),
    ],
)
def test_what_is_wrong_with_a_sample(site: Site, today: date, change: dict[str, Any], sentence: str) -> None:
    said = {
        "kind": "eval",
        "batch": "第九批抽查",
        "agency": agency(site, "zj_eval1"),
        "eval_report": key(site, "im_eval_report", report_no="BG-01-001"),
        "sampled_date": today.isoformat(),
        "score": 88,
        **change,
    }
    if "sampled_date" in change:
        said["sampled_date"] = (today + timedelta(1)).isoformat()
    status, answer = send(site.as_("im_city"), "POST", api("im_sampling"), **said)
    assert (status, sentence in told(answer)) == (422, True), answer
    assert send(site.as_("zj_eval1"), "POST", api("im_sampling"), **said)[0] == 403


@pytest.mark.req("I-136", "I-138", "I-224", "I-225", "I-226", "I-227", "I-228", "I-412", "I-437")
def test_ranking_has_ties_rounded_averages_and_agencies_without_samples(site: Site) -> None:
    found = chart(site, "zj_soc1", "eval_ranking")
    columns = {series["key"]: series for series in found["series"]}
    assert columns["reports"]["label"] == "被抽查评价报告数"
    averages = columns["average"]["data"]
    assert averages == [92.5, 87.67, 87.67, 79.33, 69.08, None]
    assert [place["label"] for place in found["x"]][-1] == "示例市外安全评价机构"
    social = {series["key"]: series for series in chart(site, "im_city", "service_ranking")["series"]}
    assert social["reports"]["label"] == "被抽查评价报告数"
    assert sum(columns["reports"]["data"]) + sum(social["reports"]["data"]) == 60


@pytest.mark.req("I-251", "I-254", "I-255", "I-211")
def test_numbers_of_regions_are_those_of_the_lists(site: Site) -> None:
    found = chart(site, "im_city", "service_hazards")
    columns = {series["key"]: series["data"] for series in found["series"]}
    assert sum(columns["hazards"]) == len(site.rows("im_hazard"))
    assert "市外" in [place["label"] for place in found["x"]]
    for one, two, three in zip(columns["hazards"], columns["rectified"], columns["unrectified"], strict=True):
        assert one == two + three
    wider = chart(site, "zj_soc1", "service_hazards")
    assert {s["key"]: s["data"] for s in wider["series"]}["hazards"] == columns["hazards"]


@pytest.mark.req("I-414", "I-210")
def test_an_agency_sees_nothing_of_another(site: Site) -> None:
    who = site.as_("zj_eval1")
    for entity, key_ in (
        ("im_eval_contract", key(site, "im_eval_contract", contract_no="PJ-02-001")),
        ("im_staff", key(site, "im_staff", agency=agency(site, "zj_eval2"))),
        ("im_sampling", key(site, "im_sampling", agency=agency(site, "zj_eval2"))),
        ("im_agency", agency(site, "zj_eval2")),
    ):
        assert who.get(at(entity, f"show/{key_}")).status == 404, entity


@pytest.mark.req("I-370", "I-371", "I-372", "I-373", "I-374", "I-375")
def test_demo_rows_are_as_many_as_the_document_says(site: Site) -> None:
    many = {name: len(site.rows(name)) for name in ("im_enterprise", "im_eval_contract", "im_eval_report")}
    assert many == {"im_enterprise": 40, "im_eval_contract": 60, "im_eval_report": 90}
    assert (len(site.rows("im_service_contract")), len(site.rows("im_visit"))) == (80, 300)
    hazards, samples = site.rows("im_hazard"), site.rows("im_sampling")
    assert 590 <= len(hazards) <= 620
    states = [row["confirm_status"] for row in hazards]
    assert 0.43 < states.count("confirmed") / len(hazards) < 0.5
    assert 0.18 < states.count("pending") / len(hazards) < 0.22
    found = [row["status"] for row in samples]
    assert (found.count("published"), found.count("draft"), found.count("withdrawn")) == (60, 5, 2)
    assert all(52 <= row["score"] <= 98 for row in samples)
