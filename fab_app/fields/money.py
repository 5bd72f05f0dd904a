"""An amount of money in yuan, exact to the fen."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as Key

from fab_app.core.text import Text
from fab_app.fields.decimal import Exact


class MoneyField(Exact):
    type: Literal["money"]
    scale: int = Key(default=2, ge=0, le=4)
    unit: Text | None = Text("元", "CNY")

    look: ClassVar[str] = "money"
