"""Structured data without a grammar of its own: what was sent, what was answered."""

from __future__ import annotations

import json
import math
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa

from fab_app.expr import Kind
from fab_app.fields.base import Field
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.file import Size
from fab_app.fields.show import Show
from fab_app.fields.typed import CONTROL, json_value

DEEPEST = 32


class JsonField(Field):
    """A mapping or a list; ``max_size`` is that of its JSON text."""

    type: Literal["json"]
    max_size: Size = 64 * 1024

    kind: ClassVar[Kind] = Kind.json
    operators: ClassVar[tuple[str, ...]] = ("null",)
    sortable: ClassVar[bool] = False

    def judge(self, raw: Any) -> dict[str, Any] | list[Any] | None:
        if isinstance(raw, str) and not raw.strip():
            return None
        value = raw
        if isinstance(raw, str):
            value = json_value(raw, None) if len(raw) <= self.max_size * 2 else None
        if not isinstance(value, dict | list) or not _is_plain(value):
            raise self.refusal("is not valid JSON")
        if len(written(value).encode()) > self.max_size:
            raise self.refusal("is too large")
        return value

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.JSON(none_as_null=True)

    def text(self, value: Any, show: Show) -> str:
        return "" if value is None else written(value)

    def cell(self, value: Any, show: Show) -> Cell:
        return NIL if value is None else Cell("text", self.text(value, show))

    def masked(self, value: Any) -> str:
        return "***"

    def widget(self, show: Show) -> Widget:
        return Widget("textarea", {"rows": "8", "spellcheck": "false"})

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return () if value is None else (json.dumps(value, ensure_ascii=False, indent=2),)

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": ["object", "array"]}

    def sample(self, random: Random) -> Any:
        return {"number": random.randint(1, 999)}


def written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_plain(value: Any) -> bool:
    """Only what JSON can say, every database can keep, and nobody needs a deep stack to walk."""
    level = [value]
    for _ in range(DEEPEST):
        if not all(_is_leaf(member) or isinstance(member, dict | list) for member in level):
            return False
        level = [inner for member in level for inner in _inside(member)]
        if not level:
            return True
    return False


def _inside(member: Any) -> list[Any]:
    if isinstance(member, dict):
        return [*member.values(), *(key if isinstance(key, str) else _NOT_JSON for key in member)]
    return list(member) if isinstance(member, list) else []


def _is_leaf(member: Any) -> bool:
    if isinstance(member, str):
        return not CONTROL.search(member)
    if isinstance(member, bool) or member is None:
        return True
    if isinstance(member, int):
        return abs(member) < 2**63
    return isinstance(member, float) and math.isfinite(member)


_NOT_JSON = object()
