"""An account that failed logins have closed is opened again."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.effects.base import Doing, Effect


class UnlockEffect(Effect):
    """Failed logins of the account are forgotten. ``of``: the path to it, where the record is none itself."""

    type: Literal["unlock"]
    of: str = ""

    target: ClassVar[str] = "of"

    def perform(self, doing: Doing) -> None:
        doing.unlock(self.of)
