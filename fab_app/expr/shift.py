"""A date or datetime moved by days, hours or months."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def shifted(moment: date, unit: str, count: int) -> date | None:
    """None where the answer lies outside the years 1 to 9999."""
    try:
        return _months(moment, count) if unit == "months" else moment + timedelta(**{unit: count})
    except (OverflowError, ValueError):
        return None


def _months(moment: date, count: int) -> date:
    """Cut to the last day of the month: 31 January plus one is 28 or 29 February."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + count, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
