"""A reference to one record of another entity: stored as its key, shown by its title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa

from fab_app.core.text import Text
from fab_app.core.values import fixed
from fab_app.expr import FieldType, Kind
from fab_app.fields.base import EMPTY, Field, ends
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.formula import Formula
from fab_app.fields.note import First, Note, Sentence
from fab_app.fields.show import Show

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

KEY = re.compile(r"0*[1-9][0-9]{0,18}")


@fixed
class Ref:
    """A referenced record as it is shown: its key, its title, its page ("" where it may not be opened)."""

    id: int
    title: str
    url: str = ""


def key_of(raw: Any) -> int | None:
    """The key that a number, its text, a Ref or ``{"id": …}`` stands for; None if it is none."""
    if raw.__class__ is int:
        return raw if 0 < raw < 2**63 else None
    if isinstance(raw, dict):
        raw = raw.get("id")
    raw = getattr(raw, "id", raw)
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return None
    text = str(raw).strip() if isinstance(raw, str) or abs(raw) < 2**63 else ""
    return int(text) if KEY.fullmatch(text) and int(text) < 2**63 else None


class RefField(Field):
    """``where`` limits what may be chosen: an expression over the target's fields (``outer.x``: this record).

    ``new``: who may make such records makes one beside the form, and it is chosen. ``notes`` are told beside some
    of the choices, and what ``first`` holds of stands before the others. Of a choice that is not allowed the first of
    ``sentences`` is said whose ``when`` holds, else ``message``. ``on_delete`` says what happens to this
    row when its target is deleted; ``restrict_message`` may hold ``{count}``. ``label_rows: scoped`` hides
    the title of a row outside the reader's rows.
    """

    type: Literal["ref"]
    to: str
    where: Formula | None = None
    notes: tuple[Note, ...] = ()
    first: First | None = None
    sentences: tuple[Sentence, ...] = ()
    new: bool = False
    on_delete: Literal["restrict", "clear", "delete", "keep"] = "restrict"
    restrict_message: Text | None = None
    label_rows: Literal["always", "scoped"] = "always"
    index: bool = True

    kind: ClassVar[Kind] = Kind.ref
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "in", "contains", "null")
    ask: ClassVar[str] = "Choose {label}"

    def judge(self, raw: Any) -> int:
        key = key_of(raw)
        if key is None:
            raise self.refusal("does not exist")
        return key

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return Id

    def field_type(self) -> FieldType:
        return FieldType(Kind.ref, target=self.to)

    def text(self, value: Any, show: Show) -> str:
        return value.title if isinstance(value, Ref) else "" if value is None else str(value)

    def cell(self, value: Any, show: Show) -> Cell:
        if value in EMPTY:
            return NIL
        if isinstance(value, Ref):
            return Cell("link", value.title, url=value.url) if value.url else Cell("text", value.title)
        return Cell("text", str(value))

    def masked(self, value: Any) -> str:
        return ends(value.title if isinstance(value, Ref) else str(value))

    def widget(self, show: Show) -> Widget:
        return Widget("picker")

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return () if value is None else (str(value.id if isinstance(value, Ref) else value),)

    def to_api(self, value: Any) -> Any:
        if isinstance(value, Ref):
            return {"id": value.id, "title": value.title}
        return value

    def to_browser(self, value: Any) -> Any:
        return value.id if isinstance(value, Ref) else value

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "integer", "minimum": 1, "description": f"key of {self.to}"}

    def sample(self, random: Random) -> Any:
        return None

    def needs(self) -> Mapping[str, str]:
        return {"entity": self.to}
