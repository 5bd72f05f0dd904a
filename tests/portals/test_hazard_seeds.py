"""The reports of the demo (H-373): a year with a rising trend, every state, pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.portals.hazard import agency, seeded
from tests.projects import Site

STATES = ("unassigned", "pending", "processing", "verified", "rectified", "dismissed", "withdrawn", "invalid")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("seeds")) as made:
        yield made


@pytest.fixture(scope="module")
def reports(site: Site) -> list[dict[str, Any]]:
    return site.rows("hr_report")


def day(row: dict[str, Any], field: str = "submitted_at") -> datetime:
    value = row[field]
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo("Asia/Shanghai"))


@pytest.mark.req("H-373")
def test_about_180_reports_lie_within_the_last_twelve_months_and_grow(
    site: Site, reports: list[dict[str, Any]]
) -> None:
    now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai"))
    ages = sorted((now - day(row)).days for row in reports)
    assert 170 <= len(reports) <= 220
    assert ages[-1] <= 366 and ages[-1] > 270
    quarters = Counter(min(age // 91, 3) for age in ages)
    assert quarters[0] > quarters[1] > quarters[2] > quarters[3] > 0


@pytest.mark.req("H-373")
def test_weekends_dip(reports: list[dict[str, Any]]) -> None:
    days = Counter(day(row).weekday() >= 5 for row in reports)
    assert 0 < days[True] / 2 < 0.6 * days[False] / 5


@pytest.mark.req("H-373")
def test_every_state_has_reports_and_each_working_agency_has_some(
    site: Site, reports: list[dict[str, Any]]
) -> None:
    states = Counter(row["status"] for row in reports)
    assert states["unassigned"] == 4
    assert all(states[state] >= 5 for state in STATES if state != "unassigned"), states
    codes = {row["id"]: row["code"] for row in site.rows("hr_region")}
    open_ = [codes[row["hazard_region"]] for row in reports if row["status"] == "unassigned"]
    assert all(code.startswith("32") for code in open_)
    owners = {row["assigned_agency"] for row in reports}
    assert {agency(site, one) for one in ("ag_p", "ag_c1", "ag_c2", "ag_d1", "ag_d2")} <= owners


@pytest.mark.req("H-373")
def test_six_are_overdue_and_some_are_anonymous(site: Site, reports: list[dict[str, Any]]) -> None:
    today = site.world.clock.today("Asia/Shanghai")
    late = [
        row
        for row in reports
        if row["status"] == "verified"
        and day(row, "verified_at").date() + timedelta(days=row["rectify_days"]) < today
    ]
    assert len(late) == 6
    assert 5 <= sum(bool(row["is_anonymous"]) for row in reports) < len(reports) / 3


@pytest.mark.req("H-373")
def test_reports_have_pictures_that_open(site: Site, reports: list[dict[str, Any]]) -> None:
    who = site.as_("ag_d1")
    ours = [row["id"] for row in reports if row["assigned_agency"] == agency(site, "ag_d1")]
    for id_ in ours[:3]:
        page = who.get(f"/hazard_report/hr_report/show/{id_}")
        sources = [
            i.attrs["src"] for i in page.root.all("img") if "/hr_report/file/" in i.attrs.get("src", "")
        ]
        assert sources and who.client.get(sources[0]).mimetype.startswith("image/")
