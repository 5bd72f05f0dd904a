"""A move, in the same transaction: that of another record, or of a timer's own."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as Key

from fab_app.effects.base import Doing, Effect
from fab_app.fields.formula import Formula


class MoveEffect(Effect):
    """Makes the move ``move`` of the record, or of the one that ``of`` leads to. ``dialog``: what it is answered with.

    It needs no grant. Who changes the other record now is waited for, and the move judged by what he leaves. Where the
    record's state does not allow the move, all is refused as well.
    """

    type: Literal["move"]
    move: str
    of: str = ""
    dialog: dict[str, Formula] = Key(default_factory=dict)

    target: ClassVar[str] = "of"

    def perform(self, doing: Doing) -> None:
        doing.move(self.of, self.move, self.dialog)
