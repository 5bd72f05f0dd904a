"""New records, one for each of another kind: the tasks of a plan, the duties of a day."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field as Key

from fab_app.effects.base import Doing, Effect
from fab_app.fields.formula import Formula


class GenerateEffect(Effect):
    """For each record of ``each`` where ``where`` holds, one of ``entity``; expressions read it as ``each.…``.

    ``where`` knows the record itself as ``outer``, and what it was before the move, also among child rows, as
    ``before``. ``draw``: how many of them, chosen at random, each as likely as
    the others and none twice; all of them where they are fewer.

    ``key``: fields whose values tell what was made already, so that running again makes nothing twice; they
    are a ``unique:`` set of the entity.
    """

    type: Literal["generate"]
    entity: str
    each: str
    where: Formula | None = None
    draw: Formula | None = None
    fields: dict[str, Formula]
    key: tuple[str, ...] = Key(min_length=1)

    target: ClassVar[str] = "entity"
    recordless: ClassVar[bool] = True

    def perform(self, doing: Doing) -> None:
        for one in doing.each(self.each, self.where, self.draw):
            one.create(self.entity, self.fields, self.key)
