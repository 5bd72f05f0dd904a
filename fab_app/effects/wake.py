"""A timer that no clock tells is told its time: what waits is looked at again."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.effects.base import Doing, Effect


class WakeEffect(Effect):
    """The timer of ``timer`` (``report.match_again``), which says ``woken: true``, runs as background work.

    It is asked for in the transaction of the move, and begins when that is committed.
    """

    type: Literal["wake"]
    timer: str

    recordless: ClassVar[bool] = True

    def perform(self, doing: Doing) -> None:
        doing.wake(self.timer)
