"""How long something takes, in whole minutes."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import Field as Key

from fab_app.core.text import Text
from fab_app.expr import Kind
from fab_app.fields.number import Numeric
from fab_app.fields.show import Show
from fab_app.fields.typed import typed

LONGEST = 100 * 366 * 24 * 60

_CLOCK = re.compile(r"(\d{1,6}):([0-5]\d)(?::00)?", re.A)
_WORDS = re.compile(r"(?:(\d{1,6})\s*(?:小时|时|h))?\s*(?:(\d{1,8})\s*(?:分钟|分|min|m))?", re.A | re.I)


class DurationField(Numeric):
    """Typed as minutes, as 2:30 or as 2 小时 30 分."""

    type: Literal["duration"]
    min: int | None = Key(default=0, ge=0, le=LONGEST)
    max: int | None = Key(default=LONGEST, ge=0, le=LONGEST)
    unit: Text | None = Text("分钟", "min")

    kind: ClassVar[Kind] = Kind.int

    def judge(self, raw: Any) -> int | None:
        value = self.read(_minutes(raw))
        if value is None:
            return None
        if value != value.to_integral_value():
            raise self.refusal("must be a whole number of minutes")
        return int(value)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.BigInteger()

    def text(self, value: Any, show: Show) -> str:
        if value is None:
            return ""
        hours, minutes = divmod(int(value), 60)
        words = ("小时", "分") if show.locale == "zh" else ("h", "min")
        spoken = [f"{count} {word}" for count, word in zip((hours, minutes), words, strict=True) if count]
        return " ".join(spoken) or f"0 {words[1]}"

    def to_excel(self, value: Any, show: Show) -> Any:
        return self.text(value, show) or None

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {
            "type": "integer",
            "minimum": int(self.lowest),
            "maximum": int(self.highest),
            "description": "minutes",
        }


def _minutes(raw: Any) -> Any:
    """Hours and minutes as minutes; anything else as it came."""
    if isinstance(raw, timedelta):
        return raw.total_seconds() / 60
    if isinstance(raw, time):
        return raw.hour * 60 + raw.minute
    text = typed(raw) if isinstance(raw, str) else None
    match = (_CLOCK.fullmatch(text) or _WORDS.fullmatch(text)) if text else None
    return int(match[1] or 0) * 60 + int(match[2] or 0) if match else raw
