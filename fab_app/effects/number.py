"""The next number of a series, given at this moment."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from fab_app.effects.base import Doing, Effect
from fab_app.fields.serial import parts_of


class NumberEffect(Effect):
    """Writes the next number into ``field`` where it is still empty; ``pattern`` is that of a serial field.

    The numbers have no gaps: one that is taken back is given again.
    """

    type: Literal["number"]
    field: str
    pattern: str

    @field_validator("pattern")
    @classmethod
    def _known(cls, pattern: str) -> str:
        parts_of(pattern)
        return pattern

    def perform(self, doing: Doing) -> None:
        doing.number(self.field, self.pattern)
