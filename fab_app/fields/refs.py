"""References to several records of another entity; stored one key a row in a side table."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import Field as Key
from pydantic import model_validator

from fab_app.core.text import Text
from fab_app.expr import FieldType, Kind
from fab_app.fields.base import EMPTY, Field, Storage
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.formula import Formula
from fab_app.fields.note import Note, Sentence
from fab_app.fields.ref import Id, Ref, key_of
from fab_app.fields.show import Show
from fab_app.fields.typed import parts

MOST = 1000


class Several(Field):
    """Several records as they are shown: a tuple of ``Ref``, or of keys."""

    sortable: ClassVar[bool] = False

    def keys(self, raw: Any) -> tuple[int, ...]:
        keys: dict[int, None] = {}
        for member in parts(raw):
            key = key_of(member)
            if key is None:
                raise self.refusal("holds something that does not exist")
            keys[key] = None
        return tuple(keys)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return Id

    def text(self, value: Any, show: Show) -> str:
        return "、".join(member.title if isinstance(member, Ref) else str(member) for member in value or ())

    def cell(self, value: Any, show: Show) -> Cell:
        if value in EMPTY:
            return NIL
        return Cell("many", self.text(value, show), items=tuple(_item(member) for member in value))

    def masked(self, value: Any) -> str:
        return "***"

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return tuple(str(member.id if isinstance(member, Ref) else member) for member in value or ())

    def to_api(self, value: Any) -> Any:
        if value is None:
            return None
        return [{"id": m.id, "title": m.title} if isinstance(m, Ref) else m for m in value]

    def to_browser(self, value: Any) -> Any:
        return None if value is None else [m.id if isinstance(m, Ref) else m for m in value]


class RefsField(Several):
    """The value is a tuple of keys in the order given; shown it is a tuple of ``Ref``. Keys as of ``ref``.

    ``on_delete`` of a target: ``clear`` takes it out of the list, ``restrict`` refuses.
    """

    type: Literal["refs"]
    to: str
    where: Formula | None = None
    notes: tuple[Note, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    on_delete: Literal["restrict", "clear", "keep"] = "restrict"
    restrict_message: Text | None = None
    label_rows: Literal["always", "scoped"] = "always"
    min: int = Key(default=0, ge=0, le=MOST)
    max: int = Key(default=200, ge=1, le=MOST)

    storage: ClassVar[Storage] = "side"
    kind: ClassVar[Kind] = Kind.many
    ask: ClassVar[str] = "Choose {label}"
    operators: ClassVar[tuple[str, ...]] = ("contains", "in", "null")

    @model_validator(mode="after")
    def _counts(self) -> RefsField:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self

    def judge(self, raw: Any) -> tuple[int, ...] | None:
        keys = self.keys(raw)
        if len(keys) > self.max:
            raise self.refusal("may have at most {max} choices", max=self.max)
        if 0 < len(keys) < self.min:
            raise self.refusal("needs at least {min} choices", min=self.min)
        return keys or None

    def field_type(self) -> FieldType:
        return FieldType(Kind.many, target=self.to)

    def widget(self, show: Show) -> Widget:
        return Widget("pickers", many=True, limits={"min_count": str(self.min), "max_count": str(self.max)})

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("pickers" if by == "in" else "picker", many=by == "in")

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        keys = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1, "description": f"key of {self.to}"}
        return {
            "type": "array",
            "items": keys,
            "minItems": self.min,
            "maxItems": self.max,
            "uniqueItems": True,
        }

    def sample(self, random: Random) -> Any:
        return None

    def needs(self) -> Mapping[str, str]:
        return {"entity": self.to}


def _item(member: Any) -> Cell:
    if not isinstance(member, Ref):
        return Cell("text", str(member))
    return Cell("link", member.title, url=member.url) if member.url else Cell("text", member.title)
