"""A figure that runs on: what stands at the end of each period, with all that came before the first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.projects import Builder, Site

HOME = {
    "schema/shop/booking.yaml": """
label: Booking
fields:
  kind: {type: choice, label: Kind, options: {a: A, b: B}}
  day: {type: date, label: Day}
  at: {type: datetime, label: At}
  amount: {type: money, label: Amount}
listing: {columns: [kind, day, amount], search: [{field: day, by: range}, kind]}
""",
    "schema/shop/portal.yaml": """
title: Shop
charts:
  months:
    type: pivot
    label: By month
    of: booking
    by: {month: day}
    total: true
    filters: [{name: date, field: day, periods: [year]}, {name: kind, field: kind}]
    measure:
      change: {label: Change, sum: amount, digits: 2}
      closing: {label: Closing, running: amount, digits: 2}
  recent:
    type: line
    label: Of two months
    of: booking
    by: {month: at, last: 2}
    measure: {closing: {label: Closing, running: amount, digits: 2}}
""",
    "permissions/shop/all.yaml": "label: All\nrows: {booking: all}\nmay: {booking: [read]}\n",
    "permissions/shop/none.yaml": """
label: None
rows: {booking: all}
may: {booking: [read]}
fields: {booking: {masked: [amount]}}
""",
}


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    site = build(HOME, database)
    now = site.world.clock.now()
    for kind, day, amount in (
        ("a", "2025-11-30", "5.00"),
        ("a", "2025-12-31", "10.00"),
        ("b", "2026-01-15", "-2.50"),
        ("a", "2026-01-20", "1.00"),
        ("a", "2026-03-01", "0.05"),
    ):
        site.make("booking", kind=kind, day=day, amount=amount)
    site.make("booking", kind="b", at=now.replace(year=now.year - 3).isoformat() + "Z", amount="7.00")
    site.make("booking", kind="b", at=now.isoformat() + "Z", amount="0.50")
    return site


def asked(site: Site, code: str, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = site.as_("all").json(f"/api/v1/shop/charts/{code}{query}")["result"]
    return found


def column(found: dict[str, Any], code: str) -> dict[str, float]:
    series = next(one for one in found["series"] if one["key"] == code)
    return dict(zip((x["key"] for x in found["x"]), series["data"], strict=True))


def test_each_period_ends_with_what_came_until_then_also_one_without_rows(site: Site) -> None:
    found = column(asked(site, "months", "?date_from=2025-11-01&date_to=2026-03-31"), "closing")
    assert found == {"2025-11": 5, "2025-12": 15, "2026-01": 13.5, "2026-02": 13.5, "2026-03": 13.55}


def test_what_came_before_the_range_counts_for_it_and_for_nothing_else(site: Site) -> None:
    found = asked(site, "months", "?date_from=2026-01-18&date_to=2026-12-31")
    assert column(found, "closing") == {"2026-01": 13.5, "2026-02": 13.5, "2026-03": 13.55}
    assert column(found, "change") == {"2026-01": 1, "2026-02": 0, "2026-03": 0.05}
    assert found["total"] == [1.05, 13.55]


def test_other_conditions_hold_for_what_came_before_too(site: Site) -> None:
    found = asked(site, "months", "?date_from=2026-01-01&date_to=2026-03-31&kind=a")
    assert column(found, "closing") == {"2026-01": 16, "2026-02": 16, "2026-03": 16.05}


def test_the_last_periods_begin_with_all_that_lies_before_them(site: Site) -> None:
    assert list(column(asked(site, "recent"), "closing").values()) == [7, 7.5]


def test_a_balance_of_masked_amounts_is_not_told(site: Site) -> None:
    assert site.as_("none").get("/api/v1/shop/charts/months").status == 403
