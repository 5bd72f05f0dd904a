"""A new record."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.effects.base import Doing, Effect
from fab_app.fields.formula import Formula


class CreateEffect(Effect):
    """A record of ``entity`` with these ``fields``; the others have their defaults. ``this`` is the record itself."""

    type: Literal["create"]
    entity: str
    fields: dict[str, Formula]

    target: ClassVar[str] = "entity"
    recordless: ClassVar[bool] = True

    def perform(self, doing: Doing) -> None:
        doing.create(self.entity, self.fields)
