"""An automatic number: FW202601020001."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import Field as Key
from pydantic import PrivateAttr, model_validator

from fab_app.fields.base import Field, ends
from fab_app.fields.faces import Widget
from fab_app.fields.formula import Formula, read_formula
from fab_app.fields.show import Show
from fab_app.fields.typed import typed

SIZE = 64

_DATES = {
    "yyyy": "%Y",
    "yyyyMM": "%Y%m",
    "yyyyMMdd": "%Y%m%d",
    "yy": "%y",
    "yyMM": "%y%m",
    "yyMMdd": "%y%m%d",
}
_PART = re.compile(r"\{([^{}]*)\}|([^{}]+)|(.)", re.S)


@dataclass(frozen=True, slots=True)
class Part:
    """``kind`` literal: ``text`` as it stands; date: a strftime format; counter: that many zeros."""

    kind: Literal["literal", "date", "counter"]
    text: str


def parts_of(pattern: str) -> tuple[Part, ...]:
    """Literals, ``{yyyyMMdd}`` and the like, and one ``{0000}``; ValueError where it is something else."""
    parts = tuple(_part(match, pattern) for match in _PART.finditer(pattern))
    counters = [part for part in parts if part.kind == "counter"]
    if len(counters) != 1:
        raise ValueError(
            f"a pattern has exactly one counter such as {{0000}}, '{pattern}' has {len(counters)}"
        )
    return parts


def _part(match: re.Match[str], pattern: str) -> Part:
    inside, literal, stray = match.groups()
    if stray is not None:
        raise ValueError(f"a brace of '{pattern}' has no partner")
    if literal is not None:
        return Part("literal", literal)
    if inside in _DATES:
        return Part("date", _DATES[inside])
    if inside and set(inside) == {"0"} and len(inside) <= 12:
        return Part("counter", inside)
    raise ValueError(
        f"'{{{inside}}}' is not a part of a pattern|one of: {', '.join(_DATES)}, or zeros as in {{0000}}"
    )


class SerialField(Field):
    """The counter begins anew with each ``period``; after 9999 of ``{0000}`` comes 10000.

    ``gapless: true`` takes the number in the transaction that stores the record: none is ever missing.
    """

    type: Literal["serial"]
    pattern: str = Key(min_length=1, max_length=SIZE - 8)
    gapless: bool = False
    unique: bool | tuple[str, ...] = True
    readonly: Formula | None = Key(default_factory=lambda: read_formula(True))

    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "in", "contains", "startswith", "null")

    _parts: tuple[Part, ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _read(self) -> SerialField:
        self._parts = parts_of(self.pattern)
        return self

    @property
    def parts(self) -> tuple[Part, ...]:
        return self._parts

    def period(self, today: date) -> str:
        """The key of the counter in use on that day: its date parts; "" where one counter serves for ever."""
        return "".join(today.strftime(part.text) for part in self.parts if part.kind == "date")

    def render(self, today: date, number: int) -> str:
        return "".join(_written(part, today, number) for part in self.parts)

    def judge(self, raw: Any) -> str | None:
        text = typed(raw)
        if text is None:
            raise self.refusal("must be text")
        if len(text) > SIZE:
            raise self.refusal(
                "may have at most {max} characters, this has {length}", max=SIZE, length=len(text)
            )
        return text or None

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(SIZE)

    def masked(self, value: Any) -> str:
        return ends(str(value))

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("text", {"maxlength": str(SIZE)})

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "maxLength": SIZE, "readOnly": True}

    def sample(self, random: Random) -> Any:
        return self.render(date(2026, 1, 2), random.randint(1, 9999))


def _written(part: Part, today: date, number: int) -> str:
    if part.kind == "date":
        return today.strftime(part.text)
    return str(number).zfill(len(part.text)) if part.kind == "counter" else part.text
