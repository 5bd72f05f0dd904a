"""Several codes at once; stored one a row in a side table."""

from __future__ import annotations

import re
from random import Random
from typing import Annotated, Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import BeforeValidator, model_validator
from pydantic import Field as Key

from fab_app.expr import FieldType, Kind
from fab_app.fields.base import EMPTY, Storage
from fab_app.fields.choice import Choosing
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.show import Show
from fab_app.fields.typed import parts

MOST = 500
CHECKS_UP_TO = 12

Codes = Annotated[tuple[str, ...], BeforeValidator(lambda raw: [raw] if isinstance(raw, str) else raw)]


class ChoicesField(Choosing):
    """The value is a tuple in the order of the options. An ``exclusive`` code stands alone or not at all."""

    type: Literal["choices"]
    exclusive: Codes = ()
    min: int = Key(default=0, ge=0, le=MOST)
    max: int = Key(default=MOST, ge=1, le=MOST)

    storage: ClassVar[Storage] = "side"
    kind: ClassVar[Kind] = Kind.many
    operators: ClassVar[tuple[str, ...]] = ("contains", "in", "null")
    sortable: ClassVar[bool] = False

    @model_validator(mode="after")
    def _counts(self) -> ChoicesField:
        codes = self.codes()
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        if codes is not None and not set(self.exclusive) <= codes:
            raise ValueError(
                f"exclusive '{sorted(set(self.exclusive) - codes)[0]}' is not one of the options"
            )
        if codes is not None and self.min > max(len(codes - set(self.exclusive)), 1):
            raise ValueError(f"min {self.min} is more than there are options")
        return self

    def judge(self, raw: Any) -> tuple[str, ...] | None:
        members = self._named(raw) if isinstance(raw, str) else parts(raw)
        if len(members) > MOST:
            raise self.refusal("may have at most {max} choices", max=self.max)
        codes = self._in_order([self.known(member) for member in members])
        if not codes:
            return None
        alone = [code for code in codes if code in self.exclusive]
        if alone and len(codes) > 1:
            raise self.refusal(
                "'{choice}' cannot be chosen together with others", choice=self._words(alone[0])
            )
        if len(codes) > self.max:
            raise self.refusal("may have at most {max} choices", max=self.max)
        if len(codes) < self.min and not alone:
            raise self.refusal("needs at least {min} choices", min=self.min)
        return codes

    def _named(self, raw: str) -> list[Any]:
        """The members of a text; a label may hold the separator itself, so the longest label wins."""
        pieces = re.split(r"([、,，;；\n])", raw.strip())
        if raw.lstrip().startswith("["):
            return parts(raw)
        known = set(self.book.items) | {str(item.label) for item in self.book.items.values()}
        members: list[str] = []
        start = 0
        while start < len(pieces) and len(members) <= MOST:
            ends = range(min(len(pieces), start + 15), start, -1)
            end = next((end for end in ends if "".join(pieces[start:end]).strip() in known), start + 1)
            members.append("".join(pieces[start:end]).strip())
            start = end + 1
        return [member for member in members if member]

    def _words(self, code: str) -> str:
        item = self.book.items.get(code)
        return str(item.label) if item is not None else code

    def _in_order(self, codes: list[str]) -> tuple[str, ...]:
        rank = {code: index for index, code in enumerate(self.book.items)}
        return tuple(sorted(dict.fromkeys(codes), key=lambda code: rank.get(code, 0)))

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(64)

    def field_type(self) -> FieldType:
        return FieldType(Kind.many, codes=self.book.codes, of=self.of or "")

    def text(self, value: Any, show: Show) -> str:
        return "、".join(self.option(code, show).label for code in value or ())

    def cell(self, value: Any, show: Show) -> Cell:
        if value in EMPTY:
            return NIL
        options = [self.option(code, show) for code in value]
        tags = tuple(Cell("tag", option.label, tone=option.tone) for option in options)
        return Cell("many", self.text(value, show), items=tags)

    def masked(self, value: Any) -> str:
        return "***"

    def widget(self, show: Show) -> Widget:
        options = self.choices(show)
        limits = {"min_count": str(self.min), "max_count": str(self.max)}
        if self.exclusive:
            limits["exclusive"] = ",".join(self.exclusive)
        kind = "checks" if len(options) <= CHECKS_UP_TO else "select"
        return Widget(kind, options=options, many=True, limits=limits)

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return tuple(value or ())

    def to_api(self, value: Any) -> Any:
        return None if value is None else list(value)

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        codes = self.offered_codes()
        several = self._array(
            {"type": "string", "enum": sorted(codes - set(self.exclusive))}, self.min, self.max
        )
        if not self.exclusive:
            return several
        alone = self._array({"type": "string", "enum": sorted(self.exclusive)}, 1, 1)
        return {"anyOf": [several, alone]} if codes - set(self.exclusive) else alone

    @staticmethod
    def _array(items: dict[str, Any], least: int, most: int) -> dict[str, Any]:
        return {"type": "array", "items": items, "minItems": least, "maxItems": most, "uniqueItems": True}

    def sample(self, random: Random) -> Any:
        codes = sorted(self.offered_codes() - set(self.exclusive))
        if not codes:
            return None
        low = max(self.min, 1)
        return random.sample(codes, random.randint(low, max(low, min(self.max, len(codes)))))
