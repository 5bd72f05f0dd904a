"""A moment: stored as naive UTC, typed and shown in the zone of the person."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from fab_app.expr import Kind
from fab_app.fields.base import Field
from fab_app.fields.date import FIRST_YEAR, LAST_YEAR, RANGED, day_of
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.show import UTC, Show, zone
from fab_app.fields.typed import typed

_MOMENT = re.compile(
    r"(.{8,11}?)(?:[Tt ]+|(?<=日))(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)? ?([Zz]|[+-]\d{2}:?\d{2})?",
    re.A,
)


def moment_of(text: str, local: ZoneInfo) -> datetime | None:
    """The naive UTC moment of text like 2026/1/2 8:30 or ISO; without an offset it is the local clock."""
    match = _MOMENT.fullmatch(text)
    day = day_of(match[1] if match else text)
    if day is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.group(2, 3, 4)) if match else (0, 0, 0)
    try:
        clock = datetime.combine(day, time(hour, minute, second))
        offset = match[5] if match else None
        if offset:
            return clock - _offset(offset)
        return clock.replace(tzinfo=local).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> timedelta:
    if text in "Zz":
        return timedelta(0)
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))


class DatetimeField(Field):
    """A naive ``datetime`` is a value already (UTC); text without an offset is a clock in ``show.zone``."""

    type: Literal["datetime"]

    kind: ClassVar[Kind] = Kind.datetime
    ask: ClassVar[str] = "Choose {label}"
    operators: ClassVar[tuple[str, ...]] = RANGED

    def judge(self, raw: Any) -> datetime | None:
        moment = self._read(raw)
        if moment is None:
            if isinstance(raw, str) and not raw.strip():
                return None
            raise self.refusal("is not a time, write it like 2026-01-31 08:30")
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise self.refusal(
                "must lie between the years {first} and {last}", first=FIRST_YEAR, last=LAST_YEAR
            )
        return moment

    def _read(self, raw: Any) -> datetime | None:
        if isinstance(raw, datetime):
            return raw if raw.tzinfo is None else _utc(raw)
        if isinstance(raw, date):
            raw = raw.isoformat()
        return moment_of(typed(raw) or "", zone.get()) if isinstance(raw, str) else None

    def from_excel(self, raw: Any) -> Any:
        """Workbooks know no zones: a moment there is the local clock."""
        return self.parse(raw.isoformat(sep=" ") if isinstance(raw, datetime) and raw.tzinfo is None else raw)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.DateTime()

    def text(self, value: Any, show: Show) -> str:
        return "" if value is None else f"{show.local(value):%Y-%m-%d %H:%M}"

    def cell(self, value: Any, show: Show) -> Cell:
        return (
            NIL
            if value is None
            else Cell("date", self.text(value, show), title=f"{show.local(value):%Y-%m-%d %H:%M:%S}")
        )

    def widget(self, show: Show) -> Widget:
        return Widget("datetime")

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("range_date" if by == "range" else "date")

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return () if value is None else (f"{show.local(value):%Y-%m-%dT%H:%M}",)

    def to_api(self, value: Any) -> Any:
        return None if value is None else f"{value.replace(microsecond=0).isoformat()}Z"

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "format": "date-time", "example": "2026-01-31T00:30:00Z"}

    def to_excel(self, value: Any, show: Show) -> Any:
        return None if value is None else show.local(value).replace(tzinfo=None, microsecond=0)

    def sample(self, random: Random) -> Any:
        return datetime.combine(date(2026, 1, 1), time()) + timedelta(
            minutes=random.randint(-500_000, 500_000)
        )


def _utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return None
