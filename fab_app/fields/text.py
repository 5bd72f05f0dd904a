"""One line or a few lines of plain text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import Field as Key
from pydantic import field_validator

from fab_app.fields.base import Field, ends
from fab_app.fields.faces import Widget
from fab_app.fields.show import Show

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class TextField(Field):
    type: Literal["text"]
    max: int = Key(default=255, ge=1, le=4000)
    min: int = Key(default=0, ge=0)
    lines: int = Key(default=1, ge=1, le=30)
    pattern: str | None = None

    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "in", "contains", "startswith", "null")

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    def judge(self, raw: Any) -> str | None:
        text = raw if raw.__class__ is str and raw.isprintable() else self._cleared(raw)
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        text = text.strip()
        if self.lines == 1 and "\n" in text:
            text = " ".join(text.split("\n"))
        if not text:
            return None
        if len(text) > self.max:
            raise self.refusal(
                "may have at most {max} characters, this has {length}", max=self.max, length=len(text)
            )
        if len(text) < self.min:
            raise self.refusal("needs at least {min} characters", min=self.min)
        if self.pattern is not None and not re.fullmatch(self.pattern, text):
            raise self.refusal("has the wrong format")
        return text

    def plain(self, texts: Sequence[str]) -> bool:
        lengths = set(map(len, texts))
        if self.pattern is not None or not max(self.min, 1) <= min(lengths) <= max(lengths) <= self.max:
            return False
        whole = "\n".join(("", *texts, ""))
        ends = "\n " in whole or " \n" in whole
        return not ends and "".join(texts).isprintable() and unicodedata.is_normalized("NFC", whole)

    def _cleared(self, raw: Any) -> str:
        """Without signs that nobody typed; such are none of those that can be printed."""
        if isinstance(raw, bool) or not isinstance(raw, str | int | float):
            raise self.refusal("must be text")
        return _CONTROL.sub("", str(raw)).replace("\r\n", "\n")

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(self.max)

    def masked(self, value: Any) -> str:
        return ends(str(value))

    def widget(self, show: Show) -> Widget:
        attrs = {"maxlength": str(self.max)}
        if self.lines > 1:
            return Widget("textarea", {**attrs, "rows": str(self.lines)})
        return Widget("text", attrs)

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("text", {"maxlength": "100"})

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        limits: dict[str, Any] = {"type": "string", "maxLength": self.max}
        return {**limits, "minLength": self.min} if self.min else limits

    def sample(self, random: Random) -> Any:
        text = f"{self.label.zh}{random.randint(1, 999)}"
        return text[: self.max].ljust(self.min, "。")
