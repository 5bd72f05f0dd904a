"""A notice that failed is sent again."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.effects.base import Doing, Effect


class ResendEffect(Effect):
    """The delivery is due again, from its first attempt on. ``of``: the path to it, where the record is none itself."""

    type: Literal["resend"]
    of: str = ""

    target: ClassVar[str] = "of"

    def perform(self, doing: Doing) -> None:
        doing.resend(self.of)
