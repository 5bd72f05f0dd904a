"""Statistics of hazard_report on its own seeds (H-250 to H-257): each number equals the rows of the list it opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.portals.hazard import PORTAL, agency, category, region, seeded
from tests.portals.hazard_figures import ADMIN, Row, chart, column, count, day, reports, tally
from tests.projects import Site

AGENCIES = ("ag_p", "ag_c1", "ag_d1")
TRUE = ("valid", "partial")
CODES = (
    "report_trend",
    "status_tiles",
    "account_monthly",
    "by_category",
    "by_region",
    "agency_efficiency",
    "rewards",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.mark.req("H-250")
@pytest.mark.parametrize("account", [ADMIN, *AGENCIES])
@pytest.mark.parametrize(("period", "number", "length"), [("day", 30, 10), ("month", 12, 7)])
def test_the_trend_has_two_lines_over_days_or_months(
    site: Site, account: str, period: str, number: int, length: int
) -> None:
    found = chart(site, account, "report_trend", period=period)
    came = tally(site, reports(site, account), "submitted_at", length)
    true = tally(
        site, [r for r in reports(site, account) if r["verify_result"] in TRUE], "verified_at", length
    )
    assert len(found["x"]) == number
    assert column(found, "reports") == {x["label"]: came.get(x["label"], 0) for x in found["x"]}
    assert column(found, "verified") == {x["label"]: true.get(x["label"], 0) for x in found["x"]}


@pytest.mark.req("H-250")
def test_the_trend_stands_on_the_first_page_with_its_switch(site: Site) -> None:
    for account in (ADMIN, "ag_d1"):
        page = site.as_(account).get(f"/{PORTAL}/")
        text = page.response.get_data(as_text=True)
        assert text.count(f"/api/v1/{PORTAL}/charts/report_trend") >= 1 and "举报趋势图" in text
        periods = [b.attrs["data-period"] for b in page.root.all("button") if "data-period" in b.attrs]
        assert periods == ["day", "month"]


@pytest.mark.req("H-250")
def test_the_trend_begins_with_days_and_shows_those_without_reports_as_zero(site: Site) -> None:
    found = chart(site, "ag_c2", "report_trend")
    today = site.world.clock.today("Asia/Shanghai")
    assert [x["key"] for x in found["x"]] == [str(today - timedelta(days=back)) for back in range(29, -1, -1)]
    assert 0 in column(found, "reports").values() and 0 in column(found, "verified").values()


@pytest.mark.req("H-250")
def test_the_trend_takes_a_period_and_a_first_level_category(site: Site) -> None:
    fire = category(site, "02")
    below = {fire} | {row["id"] for row in site.rows("hr_category") if row["parent"] == fire}
    found = chart(site, ADMIN, "report_trend", period="month", category=str(fire))
    wanted = [row for row in reports(site) if row["category"] in below]
    assert sum(column(found, "reports").values()) == len(wanted) > 0
    today = site.world.clock.today("Asia/Shanghai")
    ends = {"date_from": str(today - timedelta(days=6)), "date_to": str(today)}
    narrow = chart(site, ADMIN, "report_trend", **ends)
    came = tally(site, reports(site), "submitted_at", 10)
    within = {key: n for key, n in came.items() if ends["date_from"] <= key <= ends["date_to"]}
    assert {key: n for key, n in column(narrow, "reports").items() if n} == within


@pytest.mark.req("H-250", "H-257")
def test_a_point_of_the_trend_opens_the_reports_of_that_day(site: Site) -> None:
    for account in (ADMIN, "ag_d1"):
        for one in chart(site, account, "report_trend")["series"]:
            opened = [(link, n) for link, n in zip(one["links"], one["data"], strict=True) if n]
            assert opened and all(f"/{PORTAL}/hr_report/list/" in link for link, _ in opened)
            for link, number in opened[:3]:
                assert count(site, account, link) == number


@pytest.mark.req("H-251", "H-257")
def test_tiles_count_each_state_and_open_its_tab(site: Site) -> None:
    tiles = chart(site, "ag_d1", "status_tiles")["charts"]
    ours = reports(site, "ag_d1")
    for code in ("pending", "processing", "verified", "dismissed", "rectified"):
        one = tiles[f"{code}_reports"]["series"][0]
        assert one["data"] == [sum(row["status"] == code for row in ours)]
        assert f"tab={code}" in one["links"][0] and count(site, "ag_d1", one["links"][0]) == one["data"][0]
    overdue = tiles["overdue_reports"]["series"][0]
    assert (
        "tab=overdue" in overdue["links"][0]
        and count(site, "ag_d1", overdue["links"][0]) == overdue["data"][0]
    )


def figures(rows: list[Row]) -> tuple[int, float | None, float | None]:
    """Reports, share of true ones among those with a finding, mean reward."""
    found = [row["verify_result"] for row in rows if row["verify_result"] is not None]
    share = round(sum(one in TRUE for one in found) * 100 / len(found) + 1e-9, 1) if found else None
    rewards = [Decimal(str(row["reward_amount"])) for row in rows if row["reward_amount"] is not None]
    mean = float(round(sum(rewards) / len(rewards), 2)) if rewards else None
    return len(rows), share, mean


@pytest.mark.req("H-253")
@pytest.mark.parametrize("account", [ADMIN, "ag_c1"])
def test_categories_have_reports_their_true_share_and_mean_reward_on_both_levels(
    site: Site, account: str
) -> None:
    nodes = {row["id"]: row for row in site.rows("hr_category")}
    top = {id_: row["parent"] or id_ for id_, row in nodes.items()}
    first = chart(site, account, "by_category")
    assert first["x"]
    for place in first["x"]:
        rows = [r for r in reports(site, account) if top[r["category"]] == int(place["key"])]
        told = tuple(column(first, code)[place["label"]] for code in ("reports", "rate", "reward"))
        assert told == pytest.approx(figures(rows), abs=0.051)
        assert place["into"] == "category"
    second = chart(site, account, "by_category", category=first["x"][0]["key"])
    assert {nodes[int(x["key"])]["parent"] for x in second["x"]} == {int(first["x"][0]["key"])}
    assert sum(column(second, "reports").values()) == column(first, "reports")[first["x"][0]["label"]]
    for place in second["x"]:
        rows = [r for r in reports(site, account) if r["category"] == int(place["key"])]
        told = tuple(column(second, code)[place["label"]] for code in ("reports", "rate", "reward"))
        assert told == pytest.approx(figures(rows), abs=0.051)


@pytest.mark.req("H-253")
def test_categories_take_a_period_and_a_region(site: Site) -> None:
    west = region(site, "330106")
    found = chart(site, ADMIN, "by_category", region=str(west))
    assert sum(column(found, "reports").values()) == sum(r["hazard_region"] == west for r in reports(site))
    today = site.world.clock.today("Asia/Shanghai")
    since = str(today - timedelta(days=20))
    lately = chart(site, ADMIN, "by_category", date_from=since)
    wanted = [r for r in reports(site) if day(site, r["submitted_at"]) >= since]
    assert sum(column(lately, "reports").values()) == len(wanted) > 0


@pytest.mark.req("H-254")
def test_regions_lead_from_province_to_city_to_district(site: Site) -> None:
    nodes = {row["id"]: row for row in site.rows("hr_region")}

    def above(id_: int, level: int) -> int:
        chain = [id_]
        while nodes[chain[-1]]["parent"]:
            chain.append(nodes[chain[-1]]["parent"])
        return chain[-1 - level]

    path: dict[str, str] = {}
    for level, code in enumerate(("330000", "330100", "330106")):
        found = chart(site, ADMIN, "by_region", **path)
        node = region(site, code)
        rows = [r for r in reports(site) if above(r["hazard_region"], level) == node]
        place = next(x for x in found["x"] if x["key"] == str(node))
        told = tuple(column(found, one)[place["label"]] for one in ("reports", "open", "overdue"))
        waiting = sum(r["status"] in ("unassigned", "pending", "processing") for r in rows)
        late = count(site, ADMIN, next(link(found, "overdue", place["label"])) or NONE)
        assert told == (len(rows), waiting, late)
        assert place.get("into") == (None if level == 2 else "region")
        path = {"region": str(node)}


NONE = f"/{PORTAL}/hr_report/list/?report_no=nothing"


def link(found: Row, key: str, label: str) -> Iterator[str]:
    series = next(one for one in found["series"] if one["key"] == key)
    yield from (to for x, to in zip(found["x"], series["links"], strict=True) if x["label"] == label)


@pytest.mark.req("H-254")
def test_the_board_of_regions_asks_period_region_and_category(site: Site) -> None:
    text = site.as_(ADMIN).get(f"/{PORTAL}/charts/report_statistics").response.get_data(as_text=True)
    assert all(f'name="{name}"' in text for name in ("date_from", "date_to", "region", "category", "level"))
    fire = chart(site, ADMIN, "by_region", category=str(category(site, "02")))
    everything = chart(site, ADMIN, "by_region")
    assert 0 < sum(column(fire, "reports").values()) < sum(column(everything, "reports").values())


@pytest.mark.req("H-255")
def test_efficiency_of_agencies_is_reports_hours_days_and_overdue(site: Site) -> None:
    found = chart(site, ADMIN, "agency_efficiency")
    for account in AGENCIES:
        rows, org = reports(site, account), agency(site, account)
        label = next(x["label"] for x in found["x"] if x["key"] == str(org))
        started = [hours(r["assigned_at"], r["started_at"]) for r in rows if r["started_at"]]
        verified = [hours(r["assigned_at"], r["verified_at"]) / 24 for r in rows if r["verified_at"]]
        assert column(found, "reports")[label] == len(rows)
        assert column(found, "start")[label] == pytest.approx(sum(started) / len(started), abs=0.1)
        assert column(found, "verify")[label] == pytest.approx(sum(verified) / len(verified), abs=0.1)
        assert column(found, "overdue")[label] == count(
            site, ADMIN, next(link(found, "overdue", label)) or NONE
        )
    level = site.entity("hr_agency").columns["agency_level"]
    districts = {r["id"] for r in site.rows("hr_agency") if r[level] == "district"}
    narrow = chart(site, ADMIN, "agency_efficiency", level="district")
    assert {int(x["key"]) for x in narrow["x"]} <= districts and narrow["x"]


def hours(first: Any, last: Any) -> float:
    ends = [one if isinstance(one, datetime) else datetime.fromisoformat(str(one)) for one in (first, last)]
    return (ends[1] - ends[0]).total_seconds() / 3600


@pytest.mark.req("H-256")
def test_rewards_of_agencies_are_claims_paid_refused_passed_on_and_in(site: Site) -> None:
    found = chart(site, ADMIN, "rewards")["charts"]["rewards_by_agency"]
    claims, passed = site.rows("hr_claim"), site.rows("hr_claim_transfer")
    for place in found["x"]:
        org, label = int(place["key"]), place["label"]
        ours = [c for c in claims if c["paying_agency"] == org]
        assert column(found, "claims")[label] == len(ours)
        paid = sum(Decimal(str(c["amount"])) for c in ours if c["status"] == "paid")
        assert Decimal(str(column(found, "paid")[label] or 0)) == paid
        assert column(found, "rejected")[label] == sum(c["status"] == "rejected" for c in ours)
        assert column(found, "passed")[label] == sum(t["from_agency"] == org for t in passed)
        assert column(found, "taken")[label] == sum(t["to_agency"] == org for t in passed)


@pytest.mark.req("H-256")
def test_rewards_of_months_add_up_to_those_of_the_year_and_take_a_period(site: Site) -> None:
    found = chart(site, ADMIN, "rewards")["charts"]["rewards_by_month"]
    today = site.world.clock.today("Asia/Shanghai")
    assert len(found["x"]) == 12
    within = [c for c in site.rows("hr_claim") if day(site, c["created_at"])[:7] >= found["x"][0]["key"]]
    assert sum(column(found, "claims").values()) == len(within) > 0
    assert "passed" in {one["key"].split(".")[-1] for one in found["series"]}
    none = chart(site, ADMIN, "rewards", date_from=str(today + timedelta(days=1)))["charts"]
    assert none["rewards_by_agency"]["x"] == []


@pytest.mark.req("H-254", "H-255", "H-256")
def test_statistics_of_the_platform_are_the_administrators(site: Site) -> None:
    for code in ("by_region", "agency_efficiency", "rewards", "rewards_by_agency", "claims_by_agency"):
        assert site.as_("ag_d1").client.get(f"/api/v1/{PORTAL}/charts/{code}").status_code == 403
    ours = site.as_("ag_d1").get(f"/{PORTAL}/charts/report_statistics").response.get_data(as_text=True)
    assert "charts/by_category" in ours
    assert "charts/by_region" not in ours and "charts/agency_efficiency" not in ours
    assert site.as_("ag_d1").client.get(f"/{PORTAL}/charts/reward_statistics").status_code == 403


@pytest.mark.req("H-257")
@pytest.mark.parametrize("account", [ADMIN, *AGENCIES])
def test_every_number_is_the_count_of_the_list_it_opens(site: Site, account: str) -> None:
    followed = 0
    for code in CODES:
        answer = site.as_(account).client.get(f"/api/v1/{PORTAL}/charts/{code}")
        if answer.status_code == 403:
            continue
        found = answer.get_json()["result"]
        for one in found.get("charts", {"": found}).values():
            for series in one["series"]:
                numbers = [*zip(series["links"], series["rows"], strict=True)]
                for url, rows in [pair for pair in numbers if pair[0]][:2]:
                    assert count(site, account, url) == rows, (code, series["key"], url)
                    followed += 1
    assert followed > 15
