"""A mobile number of mainland China."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from typing import Any, ClassVar, Literal

from fab_app.fields.base import ends
from fab_app.fields.line import Line

_GAPS = re.compile(r"[\s-]")
_COUNTRY = re.compile(r"^(\+86|0086)")


class PhoneField(Line):
    type: Literal["phone"]

    size: ClassVar[int] = 11
    shape: ClassVar[re.Pattern[str]] = re.compile(r"1[3-9][0-9]{9}")
    inputmode: ClassVar[str] = "tel"

    def tidy(self, text: str) -> str:
        return _COUNTRY.sub("", _GAPS.sub("", text))

    def plain(self, texts: Sequence[str]) -> bool:
        return all(map(self.shape.fullmatch, texts))

    def masked(self, value: Any) -> str:
        text = str(value)
        return f"{text[:3]}****{text[-4:]}" if len(text) == self.size else ends(text)

    def sample(self, random: Random) -> Any:
        return f"1990000{random.randint(0, 9999):04}"
