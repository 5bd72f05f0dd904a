"""Periods of a date as conditions: the one that holds by itself, those that are offered, ends that are turned round."""

from __future__ import annotations

from datetime import date

from fab_app.charts.base import Filter
from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.fields.faces import Option
from fab_app.runtime.query import Condition
from fab_app.runtime.statistics.periods import first_day, key_of_day, last, last_day, period_words

OFFERED = {"year": 3, "quarter": 8, "month": 12, "day": 7}
"""How many of each, the present one among them."""


def ends(key: str) -> tuple[str, str]:
    return str(first_day(key)), str(last_day(key))


def present(one: Filter, today: date) -> tuple[str, str]:
    """The two ends of the period that holds where an address says nothing."""
    assert one.default is not None
    return ends(key_of_day(one.default, today))


def offered(one: Filter, today: date) -> tuple[Option, ...]:
    """The periods to choose from, the newest first; the value holds both ends."""
    found = [key for period in one.periods for key in reversed(last(period, OFFERED[period], today))]
    whole = Option("/", say("All of time"))
    return (whole, *(Option("/".join(ends(key)), _words(key)) for key in found)) if found else ()


def _words(key: str) -> str:
    return say("The year {year}", year=key) if len(key) == 4 else period_words(key)


def period_name(period: str) -> str:
    """What the switch of a chart's periods says."""
    names = {"year": say("Years"), "quarter": say("Quarters"), "month": say("Months"), "day": say("Days")}
    return names[period]


def in_order(condition: Condition) -> None:
    """Refuses a range that begins after its end."""
    if condition.op != "range":
        return
    low, high = condition.value
    if low is not None and high is not None and low > high:
        raise Refused(say("The beginning cannot be later than the end"))
