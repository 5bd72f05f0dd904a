"""Visits with their hazards, saved as one; rectified, confirmed, sent back; the six lists and their identities."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.portals.asking import send, told
from tests.portals.intermediary import BOTH, agency, api, at, seeded, upload
from tests.portals.intermediary_visits import body, do, entered, hazard, on_site
from tests.projects import Site

PRESETS = ("all", "rectified", "unrectified", "overdue", "to_confirm", "confirmed")


@pytest.fixture(params=BOTH)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with seeded(tmp_path, request.param) as made:
        yield made


@pytest.fixture(scope="module", params=BOTH)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site"), request.param) as made:
        yield made


@pytest.fixture(scope="module")
def today(site: Site) -> date:
    return site.world.clock.today("Asia/Shanghai")


def counts(site: Site, account: str) -> dict[str, int]:
    """How many hazards each preset holds for a person."""
    found = {}
    for preset in PRESETS:
        page = site.as_(account).get(at("im_hazard") + f"?tab={preset}")
        found[preset] = int("".join(filter(str.isdigit, page.total)))
    return found


def states(site: Site, ids: list[int]) -> list[tuple[str, str]]:
    rows = {row["id"]: row for row in site.rows("im_hazard")}
    return [(rows[id_]["rectify_status"], rows[id_]["confirm_status"]) for id_ in ids]


def course(site: Site, id_: int) -> list[tuple[str, str | None, str]]:
    rows = [row for row in site.rows("im_hazard_log") if row["hazard"] == id_]
    return [(row["action"], row["from_state"], row["to_state"]) for row in rows]


@pytest.mark.req("I-141", "I-142", "I-191", "I-192", "I-360", "I-407", "I-434")
def test_a_visit_and_its_hazards_are_saved_together_or_not_at_all(fresh: Site) -> None:
    today = fresh.world.clock.today("Asia/Shanghai")
    who = fresh.as_("zj_soc1")
    visits, hazards = len(fresh.rows("im_visit")), len(fresh.rows("im_hazard"))
    lacking = {**on_site(who, today), "rectify_photos": []}
    rows = [hazard(who, today), hazard(who, today, **lacking), hazard(who, today)]
    status, answer = send(who, "POST", api("im_visit"), **body(fresh, who, rows))
    assert (status, answer["errors"].get("hazards.1.rectify_photos")) == (422, ["请上传整改照片"])
    assert (len(fresh.rows("im_visit")), len(fresh.rows("im_hazard"))) == (visits, hazards)
    _, ids = entered(fresh)
    assert states(fresh, ids) == [("unrectified", "none"), ("rectified", "pending"), ("unrectified", "none")]
    assert [course(fresh, id_) for id_ in ids] == [
        [("提交", None, "未整改")],
        [("提交", None, "已整改·待确认")],
        [("提交", None, "未整改")],
    ]


@pytest.mark.req("I-360")
def test_a_hazard_without_a_deadline_or_with_one_before_the_visit_is_told_in_its_row(fresh: Site) -> None:
    today = fresh.world.clock.today("Asia/Shanghai")
    who = fresh.as_("zj_soc1")
    for due, sentence in ((None, "请填写整改期限"), (today - timedelta(1), "整改期限不能早于赴企日期")):
        rows = [hazard(who, today), hazard(who, due), hazard(who, today)]
        status, answer = send(who, "POST", api("im_visit"), **body(fresh, who, rows))
        assert (status, answer["errors"].get("hazards.1.due_date")) == (422, [sentence]), answer


@pytest.mark.req("I-359")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"visit_date": 1}, "赴企日期不能晚于今天"),
        ({"visitors": []}, "请选择赴企人员"),
        ({"enterprise": 0}, "合同与企业不一致"),
        ({"visit_date": -2000}, "赴企日期不在合同服务期限内"),
        ({"has_hazard": True}, "请至少填写一条隐患"),
    ],
)
def test_what_is_wrong_with_a_visit_is_said(
    site: Site, today: date, change: dict[str, Any], sentence: str
) -> None:
    who = site.as_("zj_soc1")
    said = body(site, who, [])
    for name, value in change.items():
        if name == "visit_date":
            value = (today + timedelta(value)).isoformat()
        elif name == "enterprise":
            value = next(row["id"] for row in site.rows("im_enterprise") if row["id"] != said["enterprise"])
        said[name] = value
    status, answer = send(who, "POST", api("im_visit"), **said)
    assert (status, sentence in told(answer)) == (422, True), answer


@pytest.mark.req("I-193", "I-194", "I-195", "I-408", "I-053", "I-154")
def test_rectified_confirmed_and_sent_back(fresh: Site) -> None:
    today = fresh.world.clock.today("Asia/Shanghai")
    who, (h1, h2, h3) = entered(fresh)
    photo = upload(who, "im_hazard", "rectify_photos")
    said = {"rectify_date": today.isoformat(), "rectify_note": "已整改。", "rectify_photos": [photo]}
    status, answer = do(who, h3, "rectify", **said)
    assert status == 200, answer
    assert states(fresh, [h3]) == [("rectified", "pending")]
    assert do(who, h2, "confirm", confirm_result="pass")[0] == 200
    due = (today + timedelta(5)).isoformat()
    status, answer = do(who, h3, "confirm", confirm_result="back", confirm_note="照片不清晰", due_date=due)
    assert status == 200, answer
    assert states(fresh, [h1, h2, h3]) == [
        ("unrectified", "none"),
        ("rectified", "confirmed"),
        ("unrectified", "none"),
    ]
    row = fresh.row("im_hazard", h3)
    assert (row["back_count"], row["due_date"], row["rectify_note"]) == (1, today + timedelta(5), None)
    kept = [log for log in fresh.rows("im_hazard_log") if log["hazard"] == h3 and log["action"] == "登记整改"]
    assert [log["note"] for log in kept] == ["已整改。"]
    shown = who.json(api("im_hazard_log", str(kept[0]["id"])))["result"]
    record = who.get(at("im_hazard", f"show/{h3}"))
    assert all(log["action"] in record.text and log["to_state"] in record.text for log in kept)
    assert len(shown["photos"]) == 1 and who.get(shown["photos"][0]["url"]).status == 200


@pytest.mark.req("I-361", "I-149")
def test_a_rectification_has_a_photo_and_a_day_that_is_possible(fresh: Site) -> None:
    today = fresh.world.clock.today("Asia/Shanghai")
    who, (h1, *_) = entered(fresh)
    assert "请上传整改照片" in told(
        do(who, h1, "rectify", rectify_date=today.isoformat(), rectify_note="好")[1]
    )
    for days, sentence in ((-1, "整改日期不能早于发现日期"), (1, "整改日期不能晚于今天")):
        photo = upload(who, "im_hazard", "rectify_photos")
        day = (today + timedelta(days)).isoformat()
        status, answer = do(who, h1, "rectify", rectify_date=day, rectify_note="好", rectify_photos=[photo])
        assert (status, sentence in told(answer)) == (422, True), answer


@pytest.mark.req("I-362", "I-363", "I-409", "I-151", "I-217")
def test_confirmation_of_what_was_confirmed_already(fresh: Site) -> None:
    who = fresh.as_("zj_soc1")
    mine = agency(fresh, "zj_soc1")
    pending = [
        row["id"]
        for row in fresh.rows("im_hazard")
        if row["confirm_status"] == "pending" and row["b_agency"] == mine
    ][:3]
    assert "请填写确认意见" in told(do(who, pending[0], "confirm", confirm_result="back")[1])
    assert do(fresh.as_("im_city"), pending[0], "confirm", confirm_result="pass")[0] == 200
    status, answer = do(who, pending[0], "confirm", confirm_result="pass")
    assert (status, answer["message"]) == (409, "该隐患状态已变更，请刷新")
    status, answer = send(who, "POST", api("im_hazard", "do/confirm"), ids=pending, confirm_result="pass")
    assert status == 200, answer
    assert states(fresh, pending) == [("rectified", "confirmed")] * 3


@pytest.mark.req("I-196", "I-150")
def test_the_authority_alone_extends_a_deadline(fresh: Site) -> None:
    today = fresh.world.clock.today("Asia/Shanghai")
    who, (h1, *_) = entered(fresh)
    later = {"due_date": (today + timedelta(30)).isoformat(), "reason": "配件到货延迟"}
    assert do(who, h1, "extend", **later)[0] == 403
    city = fresh.as_("im_city")
    early = {**later, "due_date": (today + timedelta(3)).isoformat()}
    assert "新整改期限须晚于原期限" in told(do(city, h1, "extend", **early)[1])
    status, answer = do(city, h1, "extend", **later)
    assert status == 200, answer
    assert fresh.row("im_hazard", h1)["due_date"] == today + timedelta(30)
    assert course(fresh, h1)[-1] == ("延期", "未整改", "未整改")


@pytest.mark.req("I-143")
def test_a_visit_is_closed_once_a_hazard_was_confirmed(fresh: Site) -> None:
    who, (_, h2, _) = entered(fresh)
    visit = fresh.row("im_hazard", h2)["visit"]
    assert send(who, "PUT", api("im_visit", str(visit)), companion="安全员")[0] == 200
    assert do(who, h2, "confirm", confirm_result="pass")[0] == 200
    status, answer = send(who, "PUT", api("im_visit", str(visit)), companion="主任")
    assert (status, answer["message"]) == (409, "已有隐患整改或确认，不能修改或删除")
    assert send(who, "DELETE", api("im_visit", str(visit)))[0] == 409


@pytest.mark.req("I-153", "I-147", "I-148", "I-149", "I-150", "I-151", "I-152", "I-436")
@pytest.mark.parametrize(
    "account", ["zj_soc1", "zj_both1", "im_city", "im_kecheng", "im_jiangshan", "im_admin", "im_ent"]
)
def test_identities_between_the_six_lists(site: Site, account: str) -> None:
    found = counts(site, account)
    assert found["all"] == found["rectified"] + found["unrectified"]
    assert found["rectified"] == found["to_confirm"] + found["confirmed"]
    assert found["overdue"] <= found["unrectified"]
    assert found["all"] > 0


@pytest.mark.req("I-007", "I-212", "I-414")
def test_a_county_sees_the_hazards_of_its_region_alone(site: Site) -> None:
    county, mine = site.as_("im_jiangshan"), site.id_of("im_jiangshan")
    region = next(row["region"] for row in site.rows("im_user") if row["id"] == mine)
    towns = {row["id"] for row in site.rows("im_region") if row["parent"] == region} | {region}
    seen = set(county.json(api("im_hazard") + "?q=(page_size:100)")["ids"])
    places = {row["id"]: row["b_region"] for row in site.rows("im_hazard")}
    assert seen and {places[id_] for id_ in seen} <= towns
    other = next(id_ for id_, place in places.items() if place not in towns)
    assert county.get(at("im_hazard", f"show/{other}")).status == 404
    assert do(county, other, "confirm", confirm_result="pass")[0] == 404


@pytest.mark.req("I-053")
def test_every_hazard_of_the_seeds_has_the_course_that_led_to_where_it_stands(site: Site) -> None:
    steps: dict[int, list[tuple[str, str]]] = {}
    for log in sorted(site.rows("im_hazard_log"), key=lambda log: (log["at"], log["id"])):
        steps.setdefault(log["hazard"], []).append((log["action"], log["to_state"]))
    sent, done, good = ("提交", "未整改"), ("登记整改", "已整改·待确认"), ("确认", "已整改·已确认")
    wanted = {
        ("unrectified", "none", 0): [sent],
        ("unrectified", "none", 1): [sent, done, ("确认", "未整改")],
        ("rectified", "pending", 0): [sent, done],
        ("rectified", "confirmed", 0): [sent, done, good],
    }
    hazards = site.rows("im_hazard")
    stands = {
        row["id"]: (row["rectify_status"], row["confirm_status"], row["back_count"] or 0) for row in hazards
    }
    assert {key: steps.get(key) for key in stands} == {key: wanted[state] for key, state in stands.items()}
