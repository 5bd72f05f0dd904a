"""When a job runs: at a time of day, by a cron line, or every so often; always in the portal's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

_UNITS: Final = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_EVERY: Final = re.compile(r"(?:([1-9]\d{0,3}) )?(minute|hour|day|week)s?")
_MONDAY: Final = date(2001, 1, 1)
_FARTHEST: Final = 366 * 9
"""Days: a 29th of February may be eight years and more away."""


class When(Protocol):
    def after(self, moment: datetime, zone: str) -> datetime:
        """The first instant after ``moment``; both naive UTC. A function of the moment alone, whoever asks."""
        ...


@dataclass(frozen=True, slots=True)
class At:
    times: tuple[time, ...]

    def after(self, moment: datetime, zone: str) -> datetime:
        today = _local(moment, zone).date()
        days = (today + timedelta(days=n) for n in range(3))
        found = (_utc(datetime.combine(day, at), zone) for day in days for at in sorted(self.times))
        return next(instant for instant in found if instant > moment)


@dataclass(frozen=True, slots=True)
class Every:
    """From midnight on, of a Monday where it is weeks: two processes that start at other times agree."""

    step: timedelta

    def after(self, moment: datetime, zone: str) -> datetime:
        midnight = datetime.combine(_MONDAY, time())
        steps = (_local(moment, zone).replace(tzinfo=None) - midnight) // self.step
        found = (_utc(midnight + self.step * (steps + n), zone) for n in range(1, 200))
        return next(instant for instant in found if instant > moment)


@dataclass(frozen=True, slots=True)
class Cron:
    """The five sets of a cron line. As cron has it: of day and weekday one is enough where both are limited."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def after(self, moment: datetime, zone: str) -> datetime:
        today = _local(moment, zone).date()
        for n in range(_FARTHEST):
            if not self._on(today + timedelta(days=n)):
                continue
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    at = datetime.combine(today + timedelta(days=n), time(hour, minute))
                    if (instant := _utc(at, zone)) > moment:
                        return instant
        raise ValueError("no day is like this")

    def _on(self, day: date) -> bool:
        one, other = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return day.month in self.months and (one or other if self.either else one and other)


def read_at(text: object) -> At:
    """``"00:05"``, or several of them. Raises ValueError with a sentence."""
    texts = text if isinstance(text, list | tuple) else [text]
    found = [_TIME.fullmatch(one) if isinstance(one, str) else None for one in texts]
    if not found or None in found:
        raise ValueError('a time of day is written as "00:05"|in quotes, hours from 00 to 23')
    return At(tuple(time(int(m[1]), int(m[2])) for m in found if m))


def read_every(text: object) -> Every:
    """``day``, ``10 minutes``, ``2 weeks``. Raises ValueError with a sentence."""
    match = _EVERY.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"'{text}' is no interval|such as: 10 minutes, hour, day, 2 weeks")
    return Every(int(match[1] or 1) * _UNITS[match[2]])


def read_cron(text: object) -> Cron:
    """``"30 8 * * 1-5"``: minute, hour, day, month, weekday. Raises ValueError with a sentence."""
    from celery.schedules import ParseException, crontab_parser

    parts = text.split() if isinstance(text, str) else []
    if len(parts) != 5:
        raise ValueError("a cron line has five parts|minute hour day month weekday, such as: 30 8 * * 1-5")
    limits = ((60, 0), (24, 0), (31, 1), (12, 1), (7, 0))
    try:
        sets = [
            frozenset(crontab_parser(*limit).parse(part)) for part, limit in zip(parts, limits, strict=True)
        ]
    except (ParseException, ValueError) as error:
        raise ValueError(f"the cron line cannot be read: {error}") from error
    minutes, hours, days, months, weekdays = sets
    either = not parts[2].startswith("*") and not parts[4].startswith("*")
    cron = Cron(minutes, hours, days, months, weekdays, either)
    cron.after(datetime.combine(_MONDAY, time()), "UTC")
    return cron


def _local(moment: datetime, zone: str) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))


def _utc(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
