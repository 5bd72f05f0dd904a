"""What people type, brought into one form before it is judged."""

from __future__ import annotations

import json
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|[+-]?\.[0-9]+")
_LONGEST_NUMBER = 60
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


def typed(raw: Any) -> str | None:
    """One line as a person types it, full-width letters and digits made half-width; None if it is no text."""
    if raw.__class__ is str and raw.isascii() and raw.isprintable():
        return str(raw.strip())
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    if isinstance(raw, int) and abs(raw) >= 10**_LONGEST_NUMBER:
        return None
    return CONTROL.sub("", str(raw).translate(_FULL_WIDTH)).strip()


def number(raw: Any) -> Decimal | None:
    """The exact number; ``1,234.5`` and full-width digits are read too. None if it is no finite number."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, Decimal):
        return raw if raw.is_finite() and abs(raw.adjusted()) < _LONGEST_NUMBER else None
    if isinstance(raw, float):
        return number(Decimal(repr(raw)))
    text = typed(raw)
    if text is None or len(text) > _LONGEST_NUMBER + 1 or not _NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", ""))


def rounded(value: Any, scale: int) -> Decimal:
    """Half up to ``scale`` digits after the point, for showing what a computation gave."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-scale), context=_WIDE)


def parts(raw: Any, separators: str = "、,，;；\n") -> list[Any]:
    """The members of a many-valued answer: a list, the JSON text of one, or names joined by ``separators``.

    Empty members are left out: a form sends one to say "none".
    """
    if isinstance(raw, str) and raw.lstrip().startswith("["):
        raw = json_value(raw, raw)
    if isinstance(raw, str):
        raw = re.split(f"[{re.escape(separators)}]", raw)
    members = list(raw) if isinstance(raw, list | tuple) else [raw]
    return [
        member
        for member in members
        if not (member is None or (isinstance(member, str) and not member.strip()))
    ]


def json_value(text: str, otherwise: Any) -> Any:
    """The value that JSON text stands for; ``otherwise`` where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return otherwise
