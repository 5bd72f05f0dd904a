"""A whole number."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import Field as Key

from fab_app.expr import Kind
from fab_app.fields.number import SAFE, Numeric
from fab_app.fields.show import Show


class IntField(Numeric):
    type: Literal["int"]
    min: int | None = Key(default=None, ge=-SAFE, le=SAFE)
    max: int | None = Key(default=None, ge=-SAFE, le=SAFE)

    kind: ClassVar[Kind] = Kind.int

    def judge(self, raw: Any) -> int | None:
        value = self.read(raw)
        if value is None:
            return None
        if value != value.to_integral_value():
            raise self.told(self.say.digits, "must be a whole number", scale=0)
        return int(value)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.BigInteger()

    def text(self, value: Any, show: Show) -> str:
        return "" if value is None else f"{value}"

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "integer", "minimum": int(self.lowest), "maximum": int(self.highest)}
