"""A function of the portal's own code."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as Key

from fab_app.effects.base import Doing, Effect
from fab_app.fields.formula import Formula


class CallEffect(Effect):
    """Calls ``function`` of ``schema/<portal>/extensions.py`` with what an effect may do, and ``values`` by name.

    It runs in the same transaction; what it refuses (``Refused``) takes all back.
    """

    type: Literal["call"]
    function: str
    values: dict[str, Formula] = Key(default_factory=dict)

    recordless: ClassVar[bool] = True

    def perform(self, doing: Doing) -> None:
        doing.call(self.function, self.values)
