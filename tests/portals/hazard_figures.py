"""Figures of hazard_report as its API tells them, and the rows behind them straight from the tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.portals.hazard import PORTAL, agency
from tests.projects import Site

ADMIN = "hr_admin"
Row = dict[str, Any]


def chart(site: Site, account: str, code: str, **given: str) -> Row:
    answer = site.as_(account).client.get(f"/api/v1/{PORTAL}/charts/{code}", query_string=given)
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json()["result"])


def column(found: Row, key: str) -> dict[str, Any]:
    """The numbers of a series by the labels of their groups."""
    series = next(one for one in found["series"] if one["key"].split(".")[-1] == key)
    return dict(zip((x["label"] for x in found["x"]), series["data"], strict=True))


def count(site: Site, account: str, url: str) -> int:
    text = site.as_(account).get(url).response.get_data(as_text=True)
    return int(text.split('data-count="')[1].split('"')[0])


def reports(site: Site, account: str = ADMIN) -> list[Row]:
    """The reports that a person may read, straight from the table."""
    found = [row for row in site.rows("hr_report") if not row.get("deleted_at")]
    return found if account == ADMIN else [r for r in found if r["assigned_agency"] == agency(site, account)]


def day(site: Site, value: Any) -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return f"{moment.replace(tzinfo=UTC).astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"


def tally(site: Site, rows: list[Row], field: str, length: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        key = day(site, row[field])[:length]
        found[key] = found.get(key, 0) + 1
    return found
