"""A number of stars."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import Field as Key

from fab_app.expr import Kind
from fab_app.fields.faces import NIL, Cell, Option, Widget
from fab_app.fields.number import Numeric
from fab_app.fields.show import Show


class RatingField(Numeric):
    """One to ``max`` stars."""

    type: Literal["rating"]
    min: Literal[1] = 1
    max: int = Key(default=5, ge=2, le=10)

    kind: ClassVar[Kind] = Kind.int
    ask: ClassVar[str] = "Choose {label}"
    align: ClassVar[str] = ""

    def judge(self, raw: Any) -> int | None:
        value = self.read(raw)
        if value is None:
            return None
        if value != value.to_integral_value():
            raise self.refusal("must be a whole number")
        return int(value)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.SmallInteger()

    def text(self, value: Any, show: Show) -> str:
        return "" if value is None else str(value)

    def cell(self, value: Any, show: Show) -> Cell:
        if value is None:
            return NIL
        return Cell("text", "★" * int(value) + "☆" * (self.max - int(value)), title=str(value))

    def widget(self, show: Show) -> Widget:
        return Widget("radio", options=self.choices(show))

    def choices(self, show: Show) -> tuple[Option, ...]:
        return tuple(Option(str(stars), "★" * stars) for stars in range(1, self.max + 1))

    def filter_widget(self, by: str, show: Show) -> Widget:
        return (
            super().filter_widget(by, show)
            if by == "range"
            else Widget("select", options=self.choices(show), many=by == "in")
        )

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "integer", "minimum": 1, "maximum": self.max}
