"""A month of a year, kept as the text YYYY-MM so that it sorts and compares as it reads."""

from __future__ import annotations

import re
from datetime import date
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa

from fab_app.fields.base import Field
from fab_app.fields.date import FIRST_YEAR, LAST_YEAR, RANGED
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.show import Show
from fab_app.fields.typed import typed

_MONTH = re.compile(r"(\d{4})(?:[-/.年]?)(0?[1-9]|1[0-2])月?", re.A)


class MonthField(Field):
    type: Literal["month"]

    ask: ClassVar[str] = "Choose {label}"
    operators: ClassVar[tuple[str, ...]] = RANGED

    def judge(self, raw: Any) -> str | None:
        text = f"{raw:%Y-%m}" if isinstance(raw, date) else typed(raw)
        if text == "":
            return None
        match = _MONTH.fullmatch(text or "")
        if match is None:
            raise self.refusal("is not a month, write it like 2026-01")
        if not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            raise self.refusal(
                "must lie between the years {first} and {last}", first=FIRST_YEAR, last=LAST_YEAR
            )
        return f"{match[1]}-{int(match[2]):02}"

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(7)

    def cell(self, value: Any, show: Show) -> Cell:
        return Cell("date", value) if value else NIL

    def widget(self, show: Show) -> Widget:
        return Widget("month")

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "pattern": "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$", "example": "2026-01"}

    def sample(self, random: Random) -> Any:
        return f"{random.randint(2024, 2026)}-{random.randint(1, 12):02}"
