"""What agencies do with reports, what reporters are told of it, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tests.portals.asking import send, told
from tests.portals.hazard import BOTH, PHONE, agency, api, at, phone, seeded
from tests.portals.hazard_reports import FOUND, delivered, do, picture, reported, typed
from tests.projects import Site


@pytest.fixture(scope="module", params=BOTH)
def site(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("handling")
    with seeded(folder, request.param) as made:
        yield made


NAMES = cycle([f"U{number}" for number in range(11, 18)])
"""Who reports where it does not matter who: nobody more than ten times a day."""


def fresh(site: Site, nickname: str = "", **more: Any) -> int:
    """A new report for AG-D1."""
    who = phone(site, nickname or next(NAMES))
    return int(reported(site, who, "330106", "0201", **more)["id"])


def started(site: Site, nickname: str = "") -> int:
    report = fresh(site, nickname)
    assert do(site.as_("ag_d1"), report, "start")[0] == 200
    return report


def state(site: Site, report: int) -> str:
    return str(site.row("hr_report", report)["status"])


@pytest.mark.req("H-404", "H-192", "H-214", "H-328")
def test_a_report_that_no_agency_covers_waits_and_only_the_administrator_sees_it(site: Site) -> None:
    made = reported(site, phone(site, "U3"), "320102", "0201")
    assert (made["status"], made["assigned_agency"]) == ("unassigned", None)
    seen = {
        who: site.as_(who).client.get(api("hr_report", str(made["id"]))).status_code
        for who in ("admin", "ag_p", "ag_c1", "ag_d1")
    }
    assert seen == {"admin": 200, "ag_p": 404, "ag_c1": 404, "ag_d1": 404}
    assert [words for _, _, words in delivered(site, "N6", made["id"])] == [
        f"举报单{made['report_no']}待分配（无匹配机构）。"
    ]


@pytest.mark.req("H-191", "H-326", "H-327", "H-321")
def test_the_responsible_person_and_the_reporter_are_told_of_a_new_report(site: Site) -> None:
    report = fresh(site, "U1")
    no = site.row("hr_report", report)["report_no"]
    channels = {channel: words for channel, _, words in delivered(site, "N4", report)}
    assert set(channels) == {"wechat", "sms", "email"}
    assert channels["sms"] == (
        f"您有新的举报单{no}：疏散通道堵塞，西湖区示例路8号，类别疏散通道堵塞。请及时处理。"
    )
    assert delivered(site, "N5", report) == [("wechat", "U1", f"您的举报{no}已受理，当前状态：待处理。")]


@pytest.mark.req("H-406", "H-435", "H-190", "H-131", "H-132", "H-194", "H-195", "H-329", "H-330", "H-333")
def test_a_report_is_started_and_verified(site: Site) -> None:
    report, desk = fresh(site, "U1"), site.as_("ag_d1")
    box = desk.get(at("hr_report", f"do/start/{report}"))
    assert "确认开始处理该举报单吗？开始后举报人将收到通知，请尽快安排人员现场核查" in box.text
    assert state(site, report) == "pending"
    assert do(desk, report, "start")[0] == 200
    no = site.row("hr_report", report)["report_no"]
    thanks = f"您的举报{no}已由示例西湖区安监机构开始处理，感谢您的关注。"
    assert delivered(site, "N7", report) == [("wechat", "U1", thanks)]
    assert do(desk, report, "verify", **FOUND)[0] == 200
    _, answer = send(desk, "GET", api("hr_report", str(report)))
    row = answer["result"]
    due = (site.world.clock.today("Asia/Shanghai") + timedelta(days=7)).isoformat()
    assert (row["status"], row["reward_amount"], row["rectify_due"]) == ("verified", 300.0, due)
    words = f"您的举报{no}核实结果：属实。奖励300.00元。预计7日内完成隐患排除。"
    assert delivered(site, "N8", report) == [("wechat", "U1", words)]
    assert {(channel, words) for channel, _, words in delivered(site, "N13", report)} == {
        (channel, f"举报单{no}状态变更为：{name}。")
        for channel in ("wechat", "sms")
        for name in ("处理中", "已核实")
    }


@pytest.mark.req("H-407", "H-196", "H-355")
def test_an_untrue_report_is_dismissed_without_a_reward_whatever_is_posted(site: Site) -> None:
    report, desk = started(site), site.as_("ag_d1")
    said = {**FOUND, "verify_result": "untrue", "reward_amount": "100"}
    assert do(desk, report, "verify", **said)[0] == 200
    row = site.row("hr_report", report)
    assert (row["status"], row["reward_amount"], row["rectify_days"]) == ("dismissed", Decimal("0.00"), None)
    assert [words for _, _, words in delivered(site, "N8", report)] == [
        f"您的举报{row['report_no']}核实结果：不属实。"
    ]
    assert (
        "核实举报"
        not in desk.get(at("hr_report", f"show/{report}")).root.one("main").text.split("处理进度")[0]
    )


@pytest.mark.req("H-354")
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"verify_note": ""}, "请填写核查情况"),
        ({"reward_amount": "-1"}, "奖励数额不能为负数"),
        ({"reward_amount": "abc"}, "请输入正确的金额"),
        ({"reward_amount": "1.234"}, "金额最多两位小数"),
        ({"reward_amount": "100000.01"}, "奖励数额不能超过100,000.00元"),
        ({"rectify_days": 0}, "请填写1–365之间的天数"),
        ({"rectify_days": None}, "请填写1–365之间的天数"),
    ],
)
def test_a_wrong_finding_is_refused_at_its_field(site: Site, wrong: dict[str, Any], sentence: str) -> None:
    report = started(site)
    code, answer = do(site.as_("ag_d1"), report, "verify", **{**FOUND, **wrong})
    assert (code, state(site, report)) == (422, "processing")
    assert sentence in told(answer)


@pytest.mark.req("H-353", "H-157", "H-199")
def test_what_was_started_or_withdrawn_cannot_be_started_again(site: Site) -> None:
    report, desk = started(site), site.as_("ag_d1")
    code, answer = do(desk, report, "start")
    assert (code, answer["message"]) == (409, "该举报单状态已变更，请刷新")
    assert len(delivered(site, "N7", report)) == 1
    gone = fresh(site, "U4")
    assert phone(site, "U4").post(f"{PHONE}/hr_report/do/withdraw/{gone}").status == 303
    no = site.row("hr_report", gone)["report_no"]
    assert {words for _, _, words in delivered(site, "N11", gone)} == {f"举报单{no}已由举报人撤回。"}
    assert do(desk, gone, "start")[0] == 409
    assert do(desk, fresh(site, "U4"), "verify", **FOUND)[0] == 409


@pytest.mark.req("H-416", "H-352", "H-224", "H-007")
def test_another_agency_finds_nothing_of_a_report(site: Site) -> None:
    report, other = started(site), site.as_("ag_d2")
    no = site.row("hr_report", report)["report_no"]
    assert send(other, "GET", api("hr_report", str(report)))[0] == 404
    assert do(other, report, "verify", **FOUND)[0] == 404
    assert other.get(at("hr_report", f"show/{report}")).status == 404
    assert no not in other.client.get(api("hr_report", "export.csv")).get_data(as_text=True)
    refused = [
        row
        for row in site.platform("base_audit")
        if row["record_id"] == report and "refused" in row["action"]
    ]
    assert refused


@pytest.mark.req("H-197", "H-133", "H-212")
def test_a_report_that_was_sent_back_leaves_the_agency_and_is_not_matched_to_it_again(site: Site) -> None:
    report, desk = fresh(site, "U5"), site.as_("ag_d1")
    assert do(desk, report, "send_back")[0] == 422
    assert do(desk, report, "send_back", return_reason="不属于本机构管辖范围")[0] == 200
    assert (state(site, report), send(desk, "GET", api("hr_report", str(report)))[0]) == ("unassigned", 404)
    no = site.row("hr_report", report)["report_no"]
    assert delivered(site, "N6", report)[0][2] == f"举报单{no}待分配（不属于本机构管辖范围）。"
    assert (
        send(
            site.as_("admin"),
            "PUT",
            api("hr_report", str(report)),
            category=site.row("hr_report", report)["category"],
        )[0]
        == 200
    )
    assert site.row("hr_report", report)["assigned_agency"] == agency(site, "ag_c1")


@pytest.mark.req("H-193", "H-172", "H-200")
def test_the_administrator_assigns_by_hand_corrects_and_voids(site: Site) -> None:
    admin = site.as_("admin")
    report = int(reported(site, phone(site, "U6"), "320102", "0201")["id"])
    code, _ = do(admin, report, "assign", assigned_agency=agency(site, "ag_disabled"))
    assert code == 422
    assert do(admin, report, "assign", assigned_agency=agency(site, "ag_p"), note="就近")[0] == 200
    row = site.row("hr_report", report)
    assert (row["status"], row["assign_mode"]) == ("pending", "manual")
    assert do(admin, report, "assign", assigned_agency=agency(site, "ag_c1"))[0] == 409
    spam = int(reported(site, phone(site, "U6"), "320102", "0201")["id"])
    assert do(admin, spam, "void", reason="垃圾信息")[0] == 200
    assert (
        delivered(site, "N12", spam)[0][2]
        == f"举报{site.row('hr_report', spam)['report_no']}已作废：垃圾信息。"
    )


@pytest.mark.req("H-198", "H-332")
def test_a_removed_hazard_is_registered_and_told(site: Site) -> None:
    report, desk = started(site), site.as_("ag_d1")
    do(desk, report, "verify", **FOUND)
    assert "请填写排除说明" in told(do(desk, report, "rectify")[1])
    assert do(desk, report, "rectify", rectify_note="杂物已清理。")[0] == 200
    assert state(site, report) == "rectified"
    assert delivered(site, "N10", report)[0][2].endswith("的隐患已排除。")


@pytest.mark.req("H-156", "H-050", "H-161")
def test_the_reporter_reads_the_course_but_what_is_inside(site: Site) -> None:
    report, desk = started(site, "U2"), site.as_("ag_d1")
    assert do(desk, report, "arrange", inspectors="人员甲")[0] == 200
    actions = [row["action"] for row in site.rows("hr_report_log") if row["report"] == report]
    assert actions == ["提交", "开始处理", "安排核查"]
    page = phone(site, "U2").get(f"{PHONE}/hr_report/show/{report}").text
    assert "开始处理" in page and "安排核查" not in page and "人员甲" not in page


@pytest.mark.req("H-229")
def test_an_anonymous_reporter_is_nobody_to_the_agency(site: Site) -> None:
    report = fresh(site, "U7", is_anonymous="1", contact_phone="13000000888")
    desk = site.as_("ag_d1")
    page, row = (
        desk.get(at("hr_report", f"show/{report}")).text,
        send(desk, "GET", api("hr_report", str(report)))[1],
    )
    csv = desk.client.get(api("hr_report", "export.csv")).get_data(as_text=True)
    assert row["result"]["reporter_name"] == "匿名用户"
    assert "reporter" not in row["result"] and "contact_phone" not in row["result"]
    assert all("U7" not in told_ and "13000000888" not in told_ for told_ in (page, str(row), csv))


@pytest.mark.req("H-166", "H-014", "H-417", "H-438")
def test_a_bound_person_handles_reports_on_the_phone(site: Site) -> None:
    report, bound = fresh(site, "U8"), phone(site, "U19")
    assert bound.post(f"{PHONE}/hr_report/do/start/{report}").status == 303
    row = site.row("hr_report", report)
    assert (row["status"], row["start_channel"]) == ("processing", "wechat")
    assert phone(site, "U20").post(f"{PHONE}/hr_report/do/verify/{report}", FOUND).status == 404
    assert bound.post(f"{PHONE}/hr_report/do/verify/{report}", FOUND).status == 303
    log = [(row["action"], row["channel"]) for row in site.rows("hr_report_log") if row["report"] == report]
    assert log[1:] == [("开始处理", "wechat"), ("核实举报", "wechat")]


@pytest.mark.req("H-367")
def test_photos_are_refused_in_the_words_of_the_portal(site: Site) -> None:
    browser = phone(site, "U9")
    large = browser.upload("m/hr_report", "photos", picture() + b"\0" * (5 * 1024 * 1024))
    other = browser.upload("m/hr_report", "photos", b"GIF89a" + b"\0" * 30, "a.gif")
    assert (large.status, other.status) == (413, 415)
    assert "单张照片不能超过5MB" in large.response.get_json()["message"]
    assert "仅支持jpg、png" in other.response.get_json()["message"]
    ten = [str(browser.file("m/hr_report", "photos", picture())) for _ in range(10)]
    answer = typed(site, browser, "330106", "0201", photos=ten)
    assert answer.status == 422
    assert "最多上传9张照片" in answer.text


@pytest.mark.req("H-160")
def test_the_eleventh_report_of_a_day_is_too_many(site: Site) -> None:
    browser = phone(site, "U10")
    answers = [typed(site, browser, "330106", "0201").status for _ in range(11)]
    assert answers == [303] * 10 + [429]


@pytest.mark.req("H-172")
def test_agencies_that_match_are_offered_first(site: Site) -> None:
    admin = site.as_("admin")
    report = int(reported(site, phone(site, "U18"), "330802", "0102")["id"])
    assert do(site.as_("ag_p"), report, "send_back", return_reason="请就近处理")[0] == 200
    path = at("hr_report", f"options/assigned_agency?for=form&id={report}&move=assign")
    offered = admin.json(path)["result"]
    assert (offered[0]["label"], offered[0].get("note")) == ("示例省安监机构", "匹配")
    assert "示例已停用安监机构" not in {one["label"] for one in offered}
