"""The number plate of a Chinese vehicle, new-energy plates and the endings 警 学 挂 港 澳 included."""

from __future__ import annotations

import re
from random import Random
from typing import Any, ClassVar, Literal

from fab_app.fields.line import Line

_PLACE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTER = "A-HJ-NP-Z"
_SERIAL = f"[{_LETTER}0-9]"
_SHAPES = (
    rf"{_SERIAL}{{4}}(?:{_SERIAL}|[警学挂港澳])",
    rf"[A-HJK]{_SERIAL}[0-9]{{4}}",
    r"[0-9]{5}[A-HJK]",
)


class PlateField(Line):
    """Stored in upper case without the dot: 浙H12345, 浙HD12345. I and O are no letters of a plate."""

    type: Literal["plate"]

    size: ClassVar[int] = 8
    shape: ClassVar[re.Pattern[str]] = re.compile(f"[{_PLACE}][{_LETTER}](?:{'|'.join(_SHAPES)})")

    def tidy(self, text: str) -> str:
        return re.sub(r"[\s·•.-]", "", text).upper()

    def masked(self, value: Any) -> str:
        text = str(value)
        return f"{text[:2]}***{text[-2:]}"

    def sample(self, random: Random) -> Any:
        return f"浙H{random.randint(0, 99999):05}"
