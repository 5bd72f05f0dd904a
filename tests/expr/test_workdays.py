"""Working days of mainland China: counted in Python alone, refused where many records are asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from fab_app.core import workdays
from fab_app.expr import ExprError, browser, closure, parse, sql
from tests.expr.world import RowEnv, RowResolver, tasks


def answer(text: str, **values: Any) -> Any:
    return closure(parse(text))(RowEnv({"id": 1, **values}))


@pytest.mark.parametrize(
    ("begin", "count", "expected"),
    [
        ("2026-11-27", 1, "2026-11-30"),  # over a weekend
        ("2026-09-30", 3, "2026-10-10"),  # over a holiday, to the Saturday that is worked for it
        ("2026-02-13", 1, "2026-02-14"),  # a Saturday that is worked
        ("2026-10-08", -1, "2026-09-30"),
        ("2026-11-28", 0, "2026-11-30"),
        ("2026-11-27", 0, "2026-11-27"),
    ],
)
def test_the_nth_working_day(begin: str, count: int, expected: str) -> None:
    found = workdays.after(date.fromisoformat(begin), count)
    assert f"{found}" == expected


def test_of_a_year_that_is_not_announced_monday_to_friday_are_worked() -> None:
    year = next(year for year in range(2026, 2200) if not workdays.known(year))
    new_year = date(year, 1, 1)
    assert [workdays.worked(date(year, 1, day)) for day in range(1, 8)] == [
        date(year, 1, day).weekday() < 5 for day in range(1, 8)
    ]
    assert workdays.after(new_year, 261) > new_year


def test_a_datetime_keeps_its_time_of_day_in_the_zone() -> None:
    moment = datetime(2026, 11, 27, 16, 30)  # a Saturday already, eight hours further east
    assert answer("workdays_after(made, 1)", made=moment) == datetime(2026, 11, 29, 16, 30)


def test_between_counts_what_after_goes() -> None:
    begin = date(2026, 1, 1)
    for count in range(1, 60, 7):
        assert workdays.between(begin, workdays.after(begin, count)) == count
    assert workdays.between(date(2026, 10, 10), date(2026, 9, 30)) == -3


def test_unknown_day_is_unknown() -> None:
    assert answer("workdays_after(due, 3)", due=None) is None


def test_neither_a_query_nor_the_browser_asks_for_them() -> None:
    expr = parse("workdays_after(due, 3)")
    with pytest.raises(ExprError):
        sql(expr, RowResolver("task", tasks))
    with pytest.raises(ExprError):
        browser(expr)
