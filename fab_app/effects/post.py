"""An entry of a ledger: appended once, never changed."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as Key

from fab_app.effects.base import Doing, Effect
from fab_app.fields.formula import Formula


class PostEffect(Effect):
    """An entry of ``entity``, which is ``append_only``. ``key``: the fields that make it unique.

    Where an entry with the same key stands already, nothing is posted. Where a part of the key is empty the move is
    refused.
    """

    type: Literal["post"]
    entity: str = Key(alias="ledger")
    fields: dict[str, Formula]
    key: tuple[str, ...] = Key(min_length=1)

    target: ClassVar[str] = "entity"
    recordless: ClassVar[bool] = True

    def perform(self, doing: Doing) -> None:
        doing.create(self.entity, self.fields, self.key)
