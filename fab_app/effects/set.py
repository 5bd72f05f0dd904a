"""Fields of the record, or of one that it refers to."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.effects.base import Doing, Effect
from fab_app.fields.formula import Formula


class SetEffect(Effect):
    """``fields``: each field with the expression that gives its value; ``of`` is a path of references.

    Without ``of`` the fields are written together with the state, in one statement.
    """

    type: Literal["set"]
    fields: dict[str, Formula]
    of: str = ""

    target: ClassVar[str] = "of"

    def perform(self, doing: Doing) -> None:
        doing.set(self.of, self.fields)
