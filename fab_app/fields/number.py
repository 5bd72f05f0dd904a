"""What whole and decimal numbers share."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from pydantic import model_validator

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.fields.base import Field
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.show import Show
from fab_app.fields.typed import number

SAFE = 2**53 - 1
"""The largest whole number that JSON readers, browsers and Excel all keep exactly."""


class NumberWords(Grammar):
    """What is said of what was typed, by what is wrong with it: no number, below ``{min}``, above ``{max}``, too
    many digits after the point (``{scale}``). What is not written is said by the framework.
    """

    number: Text | None = None
    least: Text | None = None
    most: Text | None = None
    digits: Text | None = None


class Numeric(Field):
    """``lowest`` and ``highest`` always exist: no number is without limits."""

    type: str
    min: Any = None
    max: Any = None
    unit: Text | None = None
    say: NumberWords = NumberWords()

    align: ClassVar[str] = "r"
    look: ClassVar[str] = "number"
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "in", "gt", "ge", "lt", "le", "range", "null")

    @model_validator(mode="after")
    def _order(self) -> Numeric:
        if self.lowest > self.highest:
            raise ValueError(f"min {self.lowest} is above max {self.highest}")
        return self

    @property
    def lowest(self) -> Decimal:
        return Decimal(-SAFE) if self.min is None else Decimal(self.min)

    @property
    def highest(self) -> Decimal:
        return Decimal(SAFE) if self.max is None else Decimal(self.max)

    def read(self, raw: Any) -> Decimal | None:
        """The number inside the limits, None where only blanks were typed, or ValueError."""
        if isinstance(raw, str) and not raw.strip():
            return None
        value = number(raw)
        if value is None:
            raise self.told(self.say.number, "must be a number")
        if value < self.lowest:
            raise self.told(self.say.least, "must be at least {min}", min=self.limit(self.lowest))
        if value > self.highest:
            raise self.told(self.say.most, "may be at most {max}", max=self.limit(self.highest))
        return value

    def limit(self, value: Decimal) -> str:
        return f"{value:f}"

    def cell(self, value: Any, show: Show) -> Cell:
        return NIL if value is None else Cell(self.look, self.text(value, show))

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return () if value is None else (str(value),)

    def widget(self, show: Show) -> Widget:
        attrs = {"step": self.step, "inputmode": "numeric" if self.step == "1" else "decimal"}
        if self.min is not None:
            attrs["min"] = self.limit(self.lowest)
        if self.max is not None:
            attrs["max"] = self.limit(self.highest)
        return Widget("number", attrs, unit=self.unit.of(show.locale) if self.unit else "")

    def filter_widget(self, by: str, show: Show) -> Widget:
        kind = "range_number" if by == "range" else "number"
        return Widget(kind, {"step": self.step}, unit=self.unit.of(show.locale) if self.unit else "")

    @property
    def step(self) -> str:
        return "1"

    def to_excel(self, value: Any, show: Show) -> Any:
        return value

    def sample(self, random: Random) -> Any:
        low, high = self.lowest, self.highest
        if self.min is None:
            low = min(Decimal(0), high)
        if self.max is None:
            high = min(low + 100, high)
        return random.randint(
            int(low.to_integral_value("ROUND_CEILING")), int(high.to_integral_value("ROUND_FLOOR"))
        )
