"""The message in the application itself: a row in the receiver's list, and the number at the bell."""

from __future__ import annotations

from typing import ClassVar, Literal

from fab_app.channels.base import Channel, Letter


class InApp(Channel):
    """The row is written with the event, in its transaction: there is nothing left to send."""

    type: Literal["inapp"] = "inapp"

    inside: ClassVar[bool] = True

    def send(self, letter: Letter) -> str:
        return ""
