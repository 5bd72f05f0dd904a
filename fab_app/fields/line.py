"""What texts of one fixed shape share: telephone numbers, codes, addresses."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import sqlalchemy as sa

from fab_app.fields.base import Field, ends
from fab_app.fields.faces import Widget
from fab_app.fields.show import Show
from fab_app.fields.typed import typed


class Line(Field):
    """``tidy`` brings what was typed into the one form that is stored, ``fits`` says whether that is right.

    ``shape`` is written so that it means the same in Python and in JSON Schema.
    """

    type: str

    size: ClassVar[int] = 255
    shape: ClassVar[re.Pattern[str]] = re.compile(r".+")
    inputmode: ClassVar[str] = ""
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "in", "contains", "startswith", "null")

    def judge(self, raw: Any) -> str | None:
        text = typed(raw)
        if text is None:
            raise self.refusal("must be text")
        text = self.tidy(text)
        if not text:
            return None
        if len(text) > self.size or not self.shape.fullmatch(text) or not self.fits(text):
            raise self.refusal("has the wrong format")
        return text

    def tidy(self, text: str) -> str:
        return text

    def fits(self, text: str) -> bool:
        """What the shape alone cannot say."""
        return True

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(self.size)

    def masked(self, value: Any) -> str:
        return ends(str(value))

    def widget(self, show: Show) -> Widget:
        attrs = {"inputmode": self.inputmode} if self.inputmode else {}
        return Widget("text", {"maxlength": str(max(self.size, 32)), **attrs})

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("text", {"maxlength": "100"})

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "maxLength": self.size, "pattern": f"^(?:{self.shape.pattern})$"}
