"""The unified social credit code of an organisation (GB 32100): 18 characters, the last a check."""

from __future__ import annotations

import re
from random import Random
from typing import Any, ClassVar, Literal

from fab_app.fields.base import ends
from fab_app.fields.line import Line

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(3**place % 31 for place in range(17))


def check_character(first: str) -> str:
    """The last character that belongs to the first 17."""
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(first, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


class UsccField(Line):
    """Stored in upper case. The area inside it is not looked up."""

    type: Literal["uscc"]

    size: ClassVar[int] = 18
    shape: ClassVar[re.Pattern[str]] = re.compile(f"[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}")

    def tidy(self, text: str) -> str:
        return re.sub(r"[\s-]", "", text).upper()

    def fits(self, text: str) -> bool:
        return check_character(text[:17]) == text[17]

    def masked(self, value: Any) -> str:
        text = str(value)
        return f"{text[:4]}**********{text[-4:]}" if len(text) == self.size else ends(text)

    def sample(self, random: Random) -> Any:
        first = f"91999900{''.join(random.choice(_ALPHABET) for _ in range(9))}"
        return first + check_character(first)
