"""A number with digits after the point, exact from the form to the database and back."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Annotated, Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import BeforeValidator, WithJsonSchema, model_validator
from pydantic import Field as Key

from fab_app.expr import FieldType, Kind
from fab_app.fields.number import Numeric
from fab_app.fields.scaled import Scaled
from fab_app.fields.show import Show
from fab_app.fields.typed import number, rounded

DIGITS = 15
"""As many as JSON readers, browsers and Excel keep exactly; so a JSON number is exact."""


def read_limit(raw: Any) -> Decimal | None:
    if raw is None:
        return None
    value = number(raw)
    if value is None:
        raise ValueError("a limit is a number")
    return value


Limit = Annotated[Decimal, BeforeValidator(read_limit), WithJsonSchema({"type": ["number", "string"]})]


class Exact(Numeric):
    """What decimal, money and percent share: a Decimal with exactly ``scale`` digits after the point."""

    type: str
    min: Limit | None = None
    max: Limit | None = None
    digits: int = Key(
        default=DIGITS, ge=1, le=DIGITS, description="all digits, those after the point included"
    )
    scale: int = Key(default=2, ge=0, le=9)

    kind: ClassVar[Kind] = Kind.decimal

    @model_validator(mode="after")
    def _room(self) -> Exact:
        if self.scale > self.digits:
            raise ValueError(f"scale {self.scale} is more than all digits ({self.digits})")
        return self

    @property
    def lowest(self) -> Decimal:
        return -self._largest if self.min is None else max(self.min, -self._largest)

    @property
    def highest(self) -> Decimal:
        return self._largest if self.max is None else min(self.max, self._largest)

    @property
    def _largest(self) -> Decimal:
        return _largest(self.digits, self.scale)

    @property
    def step(self) -> str:
        return f"{Decimal(1).scaleb(-self.scale):f}"

    def judge(self, raw: Any) -> Decimal | None:
        value = self.read(raw)
        if value is None:
            return None
        exact = rounded(value, self.scale)
        if exact != value:
            if not self.scale:
                raise self.told(self.say.digits, "must be a whole number", scale=0)
            reason = "may have at most {scale} digits after the point"
            raise self.told(self.say.digits, reason, scale=self.scale)
        return exact + 0

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return Scaled(self.scale)

    def field_type(self) -> FieldType:
        return FieldType(self.kind, scale=self.scale)

    def text(self, value: Any, show: Show) -> str:
        return "" if value is None else f"{rounded(value, self.scale):,f}"

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return () if value is None else (f"{rounded(value, self.scale):f}",)

    def to_api(self, value: Any) -> Any:
        return None if value is None else float(value)

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        limits = {"minimum": float(self.lowest), "maximum": float(self.highest)}
        return {"type": "number", **limits, "description": f"at most {self.scale} digits after the point"}

    def sample(self, random: Random) -> Any:
        low = self.lowest if self.min is not None else min(Decimal(0), self.highest)
        high = self.highest if self.max is not None else min(low + 1000, self.highest)
        first = int((low.scaleb(self.scale)).to_integral_value("ROUND_CEILING"))
        last = int((high.scaleb(self.scale)).to_integral_value("ROUND_FLOOR"))
        return Decimal(random.randint(first, max(first, last))).scaleb(-self.scale)


@lru_cache
def _largest(digits: int, scale: int) -> Decimal:
    return Decimal(10**digits - 1).scaleb(-scale)


class DecimalField(Exact):
    type: Literal["decimal"]
