"""A print of the record, kept as a file of it."""

from __future__ import annotations

from typing import Literal

from fab_app.effects.base import Doing, Effect


class PrintEffect(Effect):
    """Sets ``print`` of the portal's ``prints:`` of the record as it stands then, and keeps the PDF in its file
    field ``keep``, in the place of the oldest where it holds no more. It is counted and logged as any print; its
    words are the portal's first language, whoever makes the move.
    """

    type: Literal["print"]
    print: str
    keep: str

    def perform(self, doing: Doing) -> None:
        doing.print(self.print, self.keep)
