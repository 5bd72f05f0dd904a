"""A time of day, to the minute."""

from __future__ import annotations

import re
from datetime import datetime, time
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa

from fab_app.expr import Kind
from fab_app.fields.base import Field
from fab_app.fields.date import RANGED
from fab_app.fields.faces import Widget
from fab_app.fields.show import Show
from fab_app.fields.typed import typed

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:时]([0-5]\d)分?(?::[0-5]\d(?:\.\d+)?)?", re.A)


class TimeField(Field):
    type: Literal["time"]

    kind: ClassVar[Kind] = Kind.time
    ask: ClassVar[str] = "Choose {label}"
    operators: ClassVar[tuple[str, ...]] = RANGED

    def judge(self, raw: Any) -> time | None:
        if isinstance(raw, datetime):
            raw = raw.time()
        if isinstance(raw, time):
            return raw.replace(second=0, microsecond=0, tzinfo=None)
        text = typed(raw) if isinstance(raw, str) else None
        if text == "":
            return None
        match = _CLOCK.fullmatch(text or "")
        if match is None:
            raise self.refusal("is not a time of day, write it like 08:30")
        return time(int(match[1]), int(match[2]))

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.Time()

    def text(self, value: Any, show: Show) -> str:
        return "" if value is None else f"{value:%H:%M}"

    def widget(self, show: Show) -> Widget:
        return Widget("time")

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return () if value is None else (f"{value:%H:%M}",)

    def to_api(self, value: Any) -> Any:
        return None if value is None else f"{value:%H:%M}"

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "example": "08:30"}

    def sample(self, random: Random) -> Any:
        return time(random.randint(0, 23), random.choice((0, 15, 30, 45)))
