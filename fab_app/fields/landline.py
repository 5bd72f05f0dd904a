"""A fixed telephone number: area code and number, with an extension or not; or a 400 number."""

from __future__ import annotations

import re
from random import Random
from typing import Any, ClassVar, Literal

from fab_app.fields.line import Line

_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_LOOSE = re.compile(
    rf"\(?({_AREA})\)?[\s-]*([1-9][0-9]{{6,7}})(?:\s*(?:-|转|x|ext\.?)\s*([0-9]{{1,6}}))?", re.I
)
_SERVICE = re.compile(r"(400|800)[\s-]*([0-9]{3})[\s-]*([0-9]{4})")


class LandlineField(Line):
    """Stored as 0570-3012345, 0570-3012345-801 or 400-123-4567, however it was typed."""

    type: Literal["landline"]

    size: ClassVar[int] = 20
    shape: ClassVar[re.Pattern[str]] = re.compile(
        rf"{_AREA}-[1-9][0-9]{{6,7}}(-[0-9]{{1,6}})?|[48]00-[0-9]{{3}}-[0-9]{{4}}"
    )
    inputmode: ClassVar[str] = "tel"

    def tidy(self, text: str) -> str:
        match = _SERVICE.fullmatch(text) or _LOOSE.fullmatch(text)
        return "-".join(part for part in match.groups() if part) if match else text

    def masked(self, value: Any) -> str:
        text = str(value)
        return f"{text[:-4]}****"

    def sample(self, random: Random) -> Any:
        return f"0570-80{random.randint(10000, 99999)}"
