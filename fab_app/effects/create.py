"""A new record."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as Key

from fab_app.effects.base import Doing, Effect
from fab_app.fields.formula import Formula


class CreateEffect(Effect):
    """A record of ``entity`` with these ``fields``; the others have their defaults. ``this`` is the record itself.

    ``shown``: by a ``json`` field of the new record the fields of the record itself that it keeps, as they read now.
    """

    type: Literal["create"]
    entity: str
    fields: dict[str, Formula]
    shown: dict[str, tuple[str, ...]] = Key(default_factory=dict)

    target: ClassVar[str] = "entity"
    recordless: ClassVar[bool] = True

    def perform(self, doing: Doing) -> None:
        doing.create(self.entity, self.fields, shown=self.shown)
