"""Years, quarters, months and days as groups: the last so many, none left out."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from fab_app.charts.base import Chart, Dimension
from fab_app.core.words import say
from fab_app.runtime.query import Asking, Condition
from fab_app.runtime.reading import Reader
from fab_app.spec.manifest import Entity

MOST = 400
_FORMS = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}
_LENGTHS = {4: "year", 7: "month", 10: "day"}


def within(
    reader: Reader, entity: Entity, chart: Chart, conditions: tuple[Condition, ...]
) -> tuple[Condition, ...]:
    """The range of ``last``, where the reader has not asked for one of his own over the same date."""
    found = []
    for written in (chart.by, chart.split):
        if written is None or written.last is None or asked_range(written, conditions):
            continue
        keys = last(written.period, written.last, reader.world.clock.today(str(reader.show.zone)))
        low, high = first_day(keys[0]), last_day(keys[-1])
        asking = Asking(reader.world, entity, reader.principal)
        found.append(asking.condition(written.path, "range", ends(asking, written, low, high)))
    return tuple(found)


def ends(asking: Asking, written: Dimension, low: date, high: date) -> list[str]:
    """A range of days as it is typed: of an instant up to the last second."""
    instant = asking.field(tuple(written.path.split("."))).type == "datetime"
    return [f"{low} 00:00:00", f"{high} 23:59:59"] if instant else [str(low), str(high)]


def asked_range(written: Dimension, conditions: tuple[Condition, ...]) -> Condition | None:
    path = tuple(written.path.split("."))
    return next((item for item in conditions if item.path == path and item.op == "range"), None)


def last(period: str, number: int, today: date) -> list[str]:
    """The keys of the last periods, the present one among them."""
    keys = [key_of_day(period, today)]
    while len(keys) < number:
        keys.append(key_of_day(period, first_day(keys[-1]) - timedelta(days=1)))
    return keys[::-1]


def between(low: str, high: str) -> list[str]:
    """The keys from one to another; only the two where there would be too many."""
    found = list(_walk(low, high))
    return found if len(found) <= MOST else [low, high]


def _walk(low: str, high: str) -> Iterator[str]:
    period = "quarter" if "Q" in low else _LENGTHS[len(low)]
    key = low
    while key <= high:
        yield key
        key = key_of_day(period, last_day(key) + timedelta(days=1))


def key_of_day(period: str, day: date) -> str:
    """The key of the period in which a day lies: 2026, 2026-Q4, 2026-11, 2026-11-27."""
    if period == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return day.strftime(_FORMS[period])


def first_day(key: str) -> date:
    if "Q" in key:
        return date(int(key[:4]), 3 * int(key[-1]) - 2, 1)
    return date.fromisoformat((key + "-01-01")[:10])


def last_day(key: str) -> date:
    if len(key) == 10:
        return date.fromisoformat(key)
    if len(key) == 4:
        return date(int(key), 12, 31)
    month = first_day(key).month + (2 if "Q" in key else 0)
    year = int(key[:4])
    return date(year, month, monthrange(year, month)[1])


def period_words(key: str) -> str:
    """What a period is called on a screen; years, months and days are called as they are written."""
    if "Q" not in key:
        return key
    return say("Q{number} {year}", number=key[-1], year=key[:4])
