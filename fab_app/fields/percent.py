"""A share of a hundred: the value 12.5 is 12.5 %. A ratio is written ``100 * part / whole``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Literal

from fab_app.core.text import Text
from fab_app.fields.decimal import Exact, Limit
from fab_app.fields.show import Show


class PercentField(Exact):
    type: Literal["percent"]
    min: Limit | None = Decimal(0)
    max: Limit | None = Decimal(100)
    unit: Text | None = Text("%", "%")

    look: ClassVar[str] = "percent"

    def judge(self, raw: Any) -> Decimal | None:
        if isinstance(raw, str):
            raw = raw.strip().removesuffix("%").removesuffix("％")
        return super().judge(raw)

    def text(self, value: Any, show: Show) -> str:
        return f"{super().text(value, show)}%" if value is not None else ""
