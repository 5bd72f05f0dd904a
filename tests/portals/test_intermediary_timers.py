"""What intermediary tells of by itself at night: deadlines, waiting hazards, certificates, contracts (N10 to N14)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.moves.clocks import at, later
from tests.portals.intermediary import BOTH, agency, delivered, key, seeded, upload
from tests.portals.intermediary_visits import do, entered
from tests.projects import Site

NIGHTLY = (
    "hazard_overdue",
    "hazard_due_soon",
    "hazards_waiting",
    "agency_certificate_ending",
    "agency_certificate_ended",
    "staff_certificate_ending",
    "staff_certificate_ended",
    "eval_contract_ending",
    "service_contract_ending",
)


@pytest.fixture(params=BOTH)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with seeded(tmp_path, request.param) as made:
        made.here.jobs.drain()
        yield made


@pytest.mark.req("I-200", "I-327", "I-408")
def test_overdue_hazard_is_told_on_the_first_day_then_weekly_and_anew_for_a_new_deadline(site: Site) -> None:
    _, (_, _, h3) = entered(site)
    no = site.row("im_hazard", h3)["hazard_no"]
    assert delivered(site, "hazard_overdue", no) == []
    later(site, days=1)
    first = delivered(site, "hazard_overdue", no)
    assert ("zj_soc1", "inapp") in {(account, channel) for account, channel, _ in first}
    assert {channel for _, channel, _ in first} == {"inapp", "sms"}
    assert all("已超期1天未整改。" in text for *_, text in first)
    counted = []
    for days in (1, 5, 1):
        later(site, days=days)
        counted.append(len(delivered(site, "hazard_overdue", no)) - len(first))
    assert counted == [0, 0, len(first)]
    today = site.world.clock.today("Asia/Shanghai")
    moved = {"due_date": (today + timedelta(1)).isoformat(), "reason": "配件到货延迟"}
    assert do(site.as_("im_city"), h3, "extend", **moved)[0] == 200
    later(site, days=1)
    assert len(delivered(site, "hazard_overdue", no)) == 2 * len(first)
    later(site, days=1)
    assert len(delivered(site, "hazard_overdue", no)) == 3 * len(first)


@pytest.mark.req("I-201", "I-327")
def test_hazard_is_told_once_three_days_before_its_deadline(site: Site) -> None:
    _, (h1, _, _) = entered(site)
    row = site.row("im_hazard", h1)
    steps = []
    for days in (6, 1, 1):
        later(site, days=days)
        steps.append(sum(c == "inapp" for _, c, _ in delivered(site, "hazard_due_soon", row["hazard_no"])))
    assert steps[0] == 0 and steps[1] == steps[2] > 0
    found = delivered(site, "hazard_due_soon", row["hazard_no"])
    assert f"将于{row['due_date']}到期。" in found[0][2] and found[0][0] == "zj_soc1"


@pytest.mark.req("I-202", "I-327")
def test_confirmers_are_told_of_hazards_that_wait_for_more_than_a_week(site: Site) -> None:
    _, (_, h2, _) = entered(site)
    visit = site.row("im_visit", site.row("im_hazard", h2)["visit"])
    enterprise = site.row("im_enterprise", visit["enterprise"])
    above = _line({row["id"]: row["parent"] for row in site.rows("im_region")}, enterprise["region"])
    regions = {row["id"]: row["region"] for row in site.rows("im_user")}
    near = {name for name in ("im_jiangshan", "im_kecheng") if regions[site.id_of(name)] in above}
    site.id_of("im_city")
    text = f"{enterprise['name']}有1项隐患待确认超过7天。"
    standing = len(delivered(site, "hazards_waiting", text))
    later(site, days=7)
    assert len(delivered(site, "hazards_waiting", text)) == standing
    later(site, days=1)
    found = delivered(site, "hazards_waiting", text)[standing:]
    assert {account for account, *_ in found} == {"zj_soc1", "im_city", *near}
    later(site, days=1)
    assert len(delivered(site, "hazards_waiting", text)) == standing + len(found)


def _line(places: dict[int, int | None], id_: int | None) -> list[int]:
    """A region and those above it."""
    found = []
    while id_ is not None:
        found.append(id_)
        id_ = places[id_]
    return found


@pytest.mark.req("I-203", "I-328")
def test_agency_is_told_60_days_before_a_certificate_ends_and_when_it_has_ended(site: Site) -> None:
    today = site.world.clock.today("Asia/Shanghai")
    site.id_of("zj_eval1")
    mine = agency(site, "zj_eval1")
    person = key(site, "im_staff", agency=mine, name="人员甲")
    end = today + timedelta(61)
    columns = site.entity("im_agency").columns
    site.set("im_agency", mine, **{columns["cert_no"]: "ZZ-TIMER", columns["cert_to"]: end})
    site.set("im_staff", person, cert_no="ZS-TIMER", cert_valid_to=end)
    steps = []
    for days in (0, 1, 1, 59, 1, 1):
        later(site, days=days)
        steps.append(
            [
                len(delivered(site, f"{what}_certificate_{when}", no))
                for what, no in (("agency", "ZZ-TIMER"), ("staff", "ZS-TIMER"))
                for when in ("ending", "ended")
            ]
        )
    assert steps == [[0, 0, 0, 0], *[[1, 0, 1, 0]] * 3, *[[1, 1, 1, 1]] * 2]
    assert delivered(site, "agency_certificate_ending", "ZZ-TIMER") == [
        ("zj_eval1", "inapp", f"资质证书ZZ-TIMER将于{end}到期。")
    ]
    assert (
        delivered(site, "staff_certificate_ended", "ZS-TIMER")[0][2] == f"人员甲的证书ZS-TIMER已于{end}到期。"
    )


@pytest.mark.req("I-204", "I-328")
@pytest.mark.parametrize(
    ("entity", "no", "field", "event"),
    [
        ("im_eval_contract", "PJ-01-001", "end_date", "eval_contract_ending"),
        ("im_service_contract", "FW-04-002", "service_to", "service_contract_ending"),
    ],
)
def test_agency_is_told_once_30_days_before_a_contract_ends(
    site: Site, entity: str, no: str, field: str, event: str
) -> None:
    end = site.world.clock.today("Asia/Shanghai") + timedelta(31)
    id_ = key(site, entity, contract_no=no)
    going = {"im_eval_contract": "entered", "im_service_contract": "active"}[entity]
    site.set(entity, id_, status=going, **{field: end})
    steps = []
    for days in (0, 1, 1):
        later(site, days=days)
        steps.append(len(delivered(site, event, no)))
    assert steps == [0, 1, 1]
    assert f"{no}将于{end}到期。" in delivered(site, event, no)[0][2]


@pytest.mark.req("I-202")
def test_the_week_of_waiting_begins_when_the_rectification_is_registered(site: Site) -> None:
    today, mine = site.world.clock.today("Asia/Shanghai"), agency(site, "zj_soc1")
    visits = {row["id"]: row for row in site.rows("im_visit")}
    waiting = {row["visit"] for row in site.rows("im_hazard") if row["confirm_status"] == "pending"}
    old = next(
        row
        for row in site.rows("im_hazard")
        if row["b_agency"] == mine
        and row["visit"] not in waiting
        and row["rectify_status"] == "unrectified"
        and visits[row["visit"]]["visit_date"] < today - timedelta(10)
    )
    who = site.as_("zj_soc1")
    day = visits[old["visit"]]["visit_date"].isoformat()
    photo = upload(who, "im_hazard", "rectify_photos")
    said = {"rectify_date": day, "rectify_note": "当日整改。", "rectify_photos": [photo]}
    status, answer = do(who, old["id"], "rectify", **said)
    assert status == 200, answer
    told = []
    for days in (0, 1, 6, 1):
        later(site, days=days)
        marks = [row for row in site.platform("base_timed") if row["record_id"] == old["visit"]]
        told.append(sum(row["timer"].endswith(":waiting") for row in marks))
    assert told[0] == told[1] == told[2] < told[3]


@pytest.mark.req("I-200", "I-201", "I-202", "I-203", "I-204")
def test_of_what_the_demo_rows_are_already_nobody_is_told_in_the_first_night(site: Site) -> None:
    tomorrow = site.world.clock.today("Asia/Shanghai") + timedelta(1)
    at(site, f"{tomorrow}T00:31")
    site.here.jobs.drain()
    late = {row["id"]: (tomorrow - row["due_date"]).days for row in site.rows("im_hazard")}
    told: dict[str, set[int]] = {}
    for row in site.platform("base_delivery"):
        if row["event"] in NIGHTLY:
            told.setdefault(row["event"], set()).add(late[int(row["link"].rpartition("/")[2])])
    assert {days % 7 for days in told.pop("hazard_overdue")} == {1}  # of its first day, or of another week
    assert told.pop("hazard_due_soon") == {-3}
    assert told == {}
