"""Working days of mainland China: weekends, public holidays and the days worked in their stead.

The State Council says each autumn which days of the next year these are, and the library learns it with a new
version. Of a year that it does not know yet (``known``), Monday to Friday are worked.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, lru_cache


@lru_cache(maxsize=8192)
def worked(day: date) -> bool:
    """Whether it is a working day."""
    if known(day.year):
        from chinese_calendar import is_workday

        return bool(is_workday(day))
    return day.weekday() < 5


@cache
def known(year: int) -> bool:
    """Whether the holidays of the year are known; of others only weekends are."""
    from chinese_calendar.constants import holidays

    return bool(min(holidays).year <= year <= max(holidays).year)


def after(day: date, count: int) -> date:
    """The ``count``-th working day after the day, or before it; of 0 the day itself or the next that is one."""
    step = timedelta(days=-1 if count < 0 else 1)
    left = abs(count)
    while left or not worked(day):
        day += step
        left -= bool(left and worked(day))
    return day


def between(begin: date, end: date) -> int:
    """Working days after ``begin`` up to and with ``end``; negative where the end lies before."""
    if end < begin:
        return -between(end, begin)
    return sum(worked(begin + timedelta(days=n + 1)) for n in range((end - begin).days))
