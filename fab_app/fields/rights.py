"""What a custom role may do: pairs of function and action, ticked in a matrix."""

from __future__ import annotations

import re
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa

from fab_app.core.words import locale
from fab_app.expr import Kind
from fab_app.fields.base import EMPTY, Field, Storage
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.show import Show
from fab_app.fields.typed import parts

MOST = 2000
_CODE = re.compile(r"[a-z][a-z0-9_]{0,49}\.[a-z][a-z0-9_]{0,39}")


class RightsField(Field):
    """The value is a sorted tuple of ``<entity>.<action>``; an action brings ``read`` of its entity with it.

    Which codes exist, and that nobody ticks more than he holds, is judged where the role is stored.
    """

    type: Literal["rights"]

    storage: ClassVar[Storage] = "side"
    kind: ClassVar[Kind] = Kind.many
    ask: ClassVar[str] = "Choose {label}"
    operators: ClassVar[tuple[str, ...]] = ("contains", "in", "null")
    sortable: ClassVar[bool] = False

    def judge(self, raw: Any) -> tuple[str, ...] | None:
        codes: set[str] = set()
        for member in parts(raw):
            if not isinstance(member, str) or not _CODE.fullmatch(member.strip()):
                raise self.refusal("holds something that does not exist")
            entity, _, action = member.strip().partition(".")
            codes |= {f"{entity}.read", f"{entity}.{action}"}
        if len(codes) > MOST:
            raise self.refusal("may have at most {max} choices", max=MOST)
        return tuple(sorted(codes)) or None

    def missing(self) -> str:
        return self.message.of(locale.get()) if self.message is not None else super().missing()

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(100)

    def text(self, value: Any, show: Show) -> str:
        return "、".join(value or ())

    def cell(self, value: Any, show: Show) -> Cell:
        return NIL if value in EMPTY else Cell("text", self.text(value, show))

    def widget(self, show: Show) -> Widget:
        return Widget("rights", many=True)

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return tuple(value or ())

    def to_api(self, value: Any) -> Any:
        return None if value is None else list(value)

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "array", "items": {"type": "string", "pattern": _CODE.pattern}, "maxItems": MOST}

    def sample(self, random: Random) -> Any:
        return [f"order.{random.choice(('read', 'edit'))}"]
