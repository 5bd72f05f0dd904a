"""A day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa

from fab_app.expr import Kind
from fab_app.fields.base import Field
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.show import Show
from fab_app.fields.typed import typed

FIRST_YEAR, LAST_YEAR = 1900, 2199
RANGED: tuple[str, ...] = ("eq", "ne", "in", "gt", "ge", "lt", "le", "range", "null")

_DAY = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[T ]00:00(?::00)?(?:\.0+)?)?", re.A
)


def day_of(text: str) -> date | None:
    """The day written as 2026-01-02, 2026/1/2, 2026年1月2日 or 20260102; None if it is none."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


class DateField(Field):
    type: Literal["date"]

    kind: ClassVar[Kind] = Kind.date
    ask: ClassVar[str] = "Choose {label}"
    operators: ClassVar[tuple[str, ...]] = RANGED

    def judge(self, raw: Any) -> date | None:
        day = raw.date() if isinstance(raw, datetime) else raw
        if not isinstance(day, date):
            text = typed(raw) if isinstance(raw, str | int) else None
            if text == "":
                return None
            day = day_of(text or "")
        if day is None:
            raise self.refusal("is not a date, write it like 2026-01-31")
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise self.refusal(
                "must lie between the years {first} and {last}", first=FIRST_YEAR, last=LAST_YEAR
            )
        return day

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.Date()

    def text(self, value: Any, show: Show) -> str:
        return "" if value is None else f"{value:%Y-%m-%d}"

    def cell(self, value: Any, show: Show) -> Cell:
        return NIL if value is None else Cell("date", self.text(value, show))

    def widget(self, show: Show) -> Widget:
        return Widget("date", {"min": f"{FIRST_YEAR}-01-01", "max": f"{LAST_YEAR}-12-31"})

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("range_date" if by == "range" else "date")

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return () if value is None else (value.isoformat(),)

    def to_api(self, value: Any) -> Any:
        return None if value is None else value.isoformat()

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "format": "date", "example": "2026-01-31"}

    def to_excel(self, value: Any, show: Show) -> Any:
        return value

    def sample(self, random: Random) -> Any:
        return date(2026, 1, 1) + timedelta(days=random.randint(-365, 365))
