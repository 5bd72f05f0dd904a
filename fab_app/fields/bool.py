"""Yes or no."""

from __future__ import annotations

from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa

from fab_app.core.text import Text
from fab_app.expr import Kind
from fab_app.fields.base import Field
from fab_app.fields.faces import NIL, Cell, Option, Widget
from fab_app.fields.show import Show
from fab_app.fields.typed import typed

_YES = frozenset({"true", "1", "1.0", "yes", "y", "on", "t", "是", "真", "有", "√", "✓"})
_NO = frozenset({"false", "0", "0.0", "no", "n", "off", "f", "否", "假", "无", "×", "✗"})


class BoolField(Field):
    """``yes`` and ``no`` are its two answers in the author's words."""

    type: Literal["bool"]
    yes: Text = Text("是", "Yes")
    no: Text = Text("否", "No")

    kind: ClassVar[Kind] = Kind.bool
    ask: ClassVar[str] = "Choose {label}"
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "null")

    def judge(self, raw: Any) -> bool | None:
        if isinstance(raw, bool):
            return raw
        text = (typed(raw) or "").lower()
        if isinstance(raw, str) and not text:
            return None
        if text and text in _YES | {self.yes.zh.lower(), self.yes.en.lower()}:
            return True
        if text and text in _NO | {self.no.zh.lower(), self.no.en.lower()}:
            return False
        raise self.refusal("must be yes or no")

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.Boolean()

    def text(self, value: Any, show: Show) -> str:
        return "" if value is None else (self.yes if value else self.no).of(show.locale)

    def cell(self, value: Any, show: Show) -> Cell:
        return (
            NIL
            if value is None
            else Cell("bool", self.text(value, show), tone="good" if value else "neutral")
        )

    def widget(self, show: Show) -> Widget:
        """A switch where there are two answers; where none is one too, a choice that can stay empty."""
        two = self.required is not None or self.default is not None
        return Widget("switch") if two else Widget("select", {"data-bool": ""}, options=self.choices(show))

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("select", options=self.choices(show))

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return () if value is None else ("1" if value else "0",)

    def choices(self, show: Show) -> tuple[Option, ...]:
        return (Option("1", self.yes.of(show.locale)), Option("0", self.no.of(show.locale)))

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "boolean"}

    def sample(self, random: Random) -> Any:
        return random.random() < 0.5
