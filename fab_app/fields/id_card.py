"""The number of an identity card or a residence permit (GB 11643): 18 characters, the last a check."""

from __future__ import annotations

import re
from datetime import date, datetime
from random import Random
from typing import Any, ClassVar, Literal

from fab_app.fields.base import ends
from fab_app.fields.line import Line
from fab_app.fields.show import zone

_WEIGHTS = tuple(2**power % 11 for power in range(17, 0, -1))
_CHECKS = "10X98765432"


def check_digit(first: str) -> str:
    """The last character that belongs to the first 17 digits (MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]


def birth_date(number: str) -> date | None:
    """The day of birth in a number of 18 characters; None if there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def gender(number: str) -> Literal["male", "female"]:
    return "male" if int(number[16]) % 2 else "female"


class IdCardField(Line):
    """The area never refuses: areas are abolished, new ones are made, 81 to 83 are residence permits."""

    type: Literal["id_card"]

    size: ClassVar[int] = 18
    shape: ClassVar[re.Pattern[str]] = re.compile(r"[1-9][0-9]{16}[0-9X]")

    def tidy(self, text: str) -> str:
        return re.sub(r"\s", "", text).upper()

    def fits(self, text: str) -> bool:
        born = birth_date(text)
        today = datetime.now(zone.get()).date()
        return born is not None and date(1900, 1, 1) <= born <= today and check_digit(text[:17]) == text[17]

    def masked(self, value: Any) -> str:
        text = str(value)
        return f"{text[:6]}********{text[-4:]}" if len(text) == self.size else ends(text)

    def sample(self, random: Random) -> Any:
        """A number in an area that does not exist."""
        born = date.fromordinal(random.randint(date(1960, 1, 1).toordinal(), date(2005, 12, 31).toordinal()))
        first = f"99{random.randint(0, 9999):04}{born:%Y%m%d}{random.randint(0, 999):03}"
        return first + check_digit(first)
