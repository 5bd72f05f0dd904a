"""A reference whose target is of one of several entities; kept as the text ``entity:id``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import Field as Key

from fab_app.fields.base import Field, ends
from fab_app.fields.faces import NIL, Cell, Option, Widget
from fab_app.fields.ref import key_of
from fab_app.fields.show import Show
from fab_app.fields.typed import typed


@dataclass(frozen=True, slots=True)
class Pointer:
    """A record of any entity as it is shown; ``str`` of it is what is stored."""

    entity: str
    id: int
    title: str = ""
    url: str = ""

    def __str__(self) -> str:
        return f"{self.entity}:{self.id}"

    @classmethod
    def read(cls, text: str) -> Pointer | None:
        """The pointer that a stored text stands for; None if it is none."""
        entity, colon, key = text.rpartition(":")
        found = key_of(key) if colon else None
        return cls(entity, found) if entity and found else None


class DynamicRefField(Field):
    """Stored and compared as text; shown it is a ``Pointer``, as a ``ref`` is a key and shown a ``Ref``."""

    type: Literal["dynamic_ref"]
    to: tuple[str, ...] = Key(min_length=1)

    ask: ClassVar[str] = "Choose {label}"
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne", "in", "startswith", "null")

    def judge(self, raw: Any) -> str | None:
        if isinstance(raw, str) and not raw.strip():
            return None
        pointer = raw if isinstance(raw, Pointer) else self._read(raw)
        if pointer is None or pointer.entity not in self.to:
            raise self.refusal("does not exist")
        return str(pointer)

    @staticmethod
    def _read(raw: Any) -> Pointer | None:
        if isinstance(raw, dict):
            key = key_of(raw)
            return Pointer(str(raw.get("entity")), key) if key else None
        return Pointer.read(typed(raw) or "") if isinstance(raw, str) else None

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(150)

    def text(self, value: Any, show: Show) -> str:
        return value.title or str(value) if isinstance(value, Pointer) else value or ""

    def cell(self, value: Any, show: Show) -> Cell:
        if not value:
            return NIL
        url = value.url if isinstance(value, Pointer) else ""
        return Cell("link" if url else "text", self.text(value, show), url=url)

    def masked(self, value: Any) -> str:
        return ends(value.title if isinstance(value, Pointer) else str(value))

    def widget(self, show: Show) -> Widget:
        return Widget("picker", options=tuple(Option(entity, entity) for entity in self.to))

    def to_api(self, value: Any) -> Any:
        if isinstance(value, Pointer):
            return {"entity": value.entity, "id": value.id, "title": value.title}
        return value

    def to_browser(self, value: Any) -> Any:
        return None if value is None else str(value)

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {
            "type": "string",
            "maxLength": 150,
            "description": f"entity:id, the entity one of {', '.join(self.to)}",
        }

    def sample(self, random: Random) -> Any:
        return None

    def needs(self) -> Mapping[str, str | tuple[str, ...]]:
        return {"entity": self.to}
