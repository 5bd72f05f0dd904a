"""Which agency gets a report: by region, level and category, the first of several; nobody's report waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.portals.hazard import agency, phone, seeded
from tests.portals.hazard_reports import reported
from tests.projects import Site

BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="module", params=BOTH)
def site(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("matching")
    with seeded(folder, request.param) as made:
        yield made


@pytest.mark.req("H-404", "H-433", "H-434", "H-191", "H-210", "H-211", "H-212", "H-213")
@pytest.mark.parametrize(
    ("region", "category", "account", "reason"),
    [
        (
            "330106",
            "0201",
            "ag_d1",
            "区域：西湖区（区县级直接命中）；类别：消防安全/疏散通道堵塞（一级全选）",
        ),
        ("330106", "0102", "ag_c1", "区域：西湖区（市级覆盖）；类别：危险化学品/泄漏（一级全选）"),
        ("330108", "0303", "ag_c1", "区域：滨江区（市级覆盖）；类别：建筑施工/深基坑（一级全选）"),
        ("330802", "0102", "ag_p", "区域：柯城区（省级覆盖）；类别：危险化学品/泄漏（一级全选）"),
    ],
)
def test_the_nearest_agency_that_has_the_category_gets_the_report(
    site: Site, region: str, category: str, account: str, reason: str
) -> None:
    made = reported(site, phone(site, "U1"), region, category)
    found = {name: made[name] for name in ("status", "assigned_agency", "assign_mode", "match_reason")}
    assert found == {
        "status": "pending",
        "assigned_agency": agency(site, account),
        "assign_mode": "auto",
        "match_reason": reason,
    }
