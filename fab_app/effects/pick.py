"""One of many by a rule: who is in charge of a case, who has the fewest, who is nearest."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as Key
from pydantic import field_validator

from fab_app.core.grammar import Grammar, expanded
from fab_app.core.text import Text
from fab_app.effects.base import Doing, Effect
from fab_app.fields.formula import Formula


class Rank(Grammar):
    """What decides between candidates: the least of ``by`` comes first, or the greatest; none at all comes last."""

    by: Formula
    falling: bool = False


class Tries(Grammar):
    """Who has missed ``most`` times within ``minutes`` is told ``message``, with 429, and is not looked at."""

    most: int = Key(ge=1, le=1000)
    minutes: int = Key(ge=1, le=10080)
    message: Text


class PickEffect(Effect):
    """Of the records of ``each`` where ``where`` holds the first in ``order``; among equals the oldest record.

    ``fields`` of the record, or of the one that the path ``of`` leads to, are set and read the chosen one as
    ``each.…``; where there is none, those of ``otherwise``, or all is refused with ``refusal``. ``tries``: how often
    somebody may miss so. ``where`` and ``order`` are read of the candidate and know the record as ``outer``.
    """

    type: Literal["pick"]
    each: str
    where: Formula | None = None
    order: tuple[Rank, ...] = ()
    fields: dict[str, Formula] = Key(min_length=1)
    otherwise: dict[str, Formula] = Key(default_factory=dict)
    refusal: Text | None = None
    tries: Tries | None = None
    of: str = ""

    target: ClassVar[str] = "of"

    @field_validator("order", mode="before")
    @classmethod
    def _short_ranks(cls, raw: object) -> object:
        return expanded(raw, "by")

    def perform(self, doing: Doing) -> None:
        if self.tries is not None:
            doing.allowed(self.tries.most, self.tries.minutes, self.tries.message)
        chosen = doing.first(self.each, self.where, tuple((rank.by, rank.falling) for rank in self.order))
        if chosen is not None:
            chosen.set(self.of, self.fields)
        elif self.refusal is not None:
            doing.missed(self.refusal, self.tries is not None)
        elif self.otherwise:
            doing.set(self.of, self.otherwise)
