"""A notice of the portal: messages and what is sent, written with the move."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as Key

from fab_app.effects.base import Doing, Effect
from fab_app.fields.formula import Formula


class NotifyEffect(Effect):
    """Tells of ``notice`` about the record, or about the one that ``of`` leads to, as it stands then.

    ``values``: those of the notice's ``extra``. ``once``: what is told with the same value is told once, as
    ``today()`` for a notice of which everybody hears once a day. ``changes``: the one of ``extra`` that names
    the fields which somebody changed by saving; where he changed none nobody is told.
    """

    type: Literal["notify"]
    notice: str
    of: str = ""
    values: dict[str, Formula] = Key(default_factory=dict)
    once: Formula | None = None
    changes: str = ""

    target: ClassVar[str] = "of"

    def perform(self, doing: Doing) -> None:
        doing.notify(self.of, self.notice, self.values, self.once, self.changes)
