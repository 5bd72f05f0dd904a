from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fab_app.fields.base import Field
from fab_app.fields.show import Show, zone

Make = Callable[..., Field]


@pytest.fixture
def in_urumqi() -> Iterator[None]:
    token = zone.set(ZoneInfo("Asia/Urumqi"))
    yield
    zone.reset(token)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-01-02",
        "2026/1/2",
        "20260102",
        "2026年1月2日",
        "2026.1.2",
        20260102,
        datetime(2026, 1, 2, 9),
        "2026-01-02 00:00:00",
        "２０２６-1-2",
    ],
)
def test_a_day_is_read_however_it_is_written(make: Make, raw: Any) -> None:
    assert make("date").parse(raw) == date(2026, 1, 2)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-02-29",
        "2026-13-01",
        "02/01/2026",
        "2026-1-2 08:30",
        "1899-12-31",
        "2200-01-01",
        date(1, 1, 1),
        1.5,
    ],
)
def test_a_day_that_is_none_is_refused(make: Make, raw: Any) -> None:
    with pytest.raises(ValueError, match="标签"):
        make("date").parse(raw)


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("2026-01-02 08:30", datetime(2026, 1, 2, 0, 30)),
        ("2026-01-02T08:30", datetime(2026, 1, 2, 0, 30)),
        ("2026/1/2 8:30:15", datetime(2026, 1, 2, 0, 30, 15)),
        ("2026年1月2日8:30", datetime(2026, 1, 2, 0, 30)),
        ("2026-01-02", datetime(2026, 1, 1, 16, 0)),
        ("2026-01-02T08:30:00Z", datetime(2026, 1, 2, 8, 30)),
        ("2026-01-02T08:30:00.123+02:00", datetime(2026, 1, 2, 6, 30)),
        ("2026-01-02T08:30-0330", datetime(2026, 1, 2, 12, 0)),
        (datetime(2026, 1, 2, 8, 30, tzinfo=UTC), datetime(2026, 1, 2, 8, 30)),
        (datetime(2026, 1, 2, 8, 30, tzinfo=timezone(timedelta(hours=8))), datetime(2026, 1, 2, 0, 30)),
        (datetime(2026, 1, 2, 8, 30), datetime(2026, 1, 2, 8, 30)),
    ],
)
def test_a_moment_is_kept_in_utc(make: Make, raw: Any, utc: datetime) -> None:
    assert make("datetime").parse(raw) == utc


@pytest.mark.usefixtures("in_urumqi")
def test_typed_text_is_the_clock_of_the_reader(make: Make) -> None:
    assert make("datetime").parse("2026-01-02 08:30") == datetime(2026, 1, 2, 2, 30)


@pytest.mark.parametrize(
    "raw",
    ["8:30", "2026-01-02 25:00", "2026-01-02T08:60Z", "now", "1899-01-01 00:00", "2026-01-02 08:30 CST"],
)
def test_a_moment_that_is_none_is_refused(make: Make, raw: str) -> None:
    with pytest.raises(ValueError, match="标签"):
        make("datetime").parse(raw)


def test_a_moment_is_shown_on_the_readers_clock_and_sent_in_utc(make: Make) -> None:
    field, value = make("datetime"), datetime(2026, 1, 2, 0, 30)
    assert field.text(value, Show()) == "2026-01-02 08:30"
    assert field.to_api(value) == "2026-01-02T00:30:00Z"
    assert field.values(value, Show()) == ("2026-01-02T08:30",)
    assert field.to_excel(value, Show()) == datetime(2026, 1, 2, 8, 30)


def test_a_workbook_holds_the_local_clock(make: Make) -> None:
    assert make("datetime").from_excel(datetime(2026, 1, 2, 8, 30)) == datetime(2026, 1, 2, 0, 30)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("8:30", time(8, 30)),
        ("８：３０", time(8, 30)),
        ("23:59:59", time(23, 59)),
        (time(7, 5, 9), time(7, 5)),
    ],
)
def test_a_time_of_day_is_read_to_the_minute(make: Make, raw: Any, value: time) -> None:
    assert make("time").parse(raw) == value


@pytest.mark.parametrize("raw", ["2026-01", "2026/1", "202601", "2026年1月", date(2026, 1, 31)])
def test_a_month_is_read_however_it_is_written(make: Make, raw: Any) -> None:
    assert make("month").parse(raw) == "2026-01"


@pytest.mark.parametrize("raw", ["2026-13", "2026-00", "1899-01", "26-01", "2026"])
def test_a_month_that_is_none_is_refused(make: Make, raw: Any) -> None:
    with pytest.raises(ValueError, match="标签"):
        make("month").parse(raw)
