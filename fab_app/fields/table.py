"""Child records edited as rows inside their parent's form."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar, Literal

from pydantic import Field as Key
from pydantic import model_validator

from fab_app.expr import FieldType, Kind
from fab_app.fields.base import EMPTY, Field, Storage
from fab_app.fields.faces import NIL, Cell, Widget
from fab_app.fields.show import Show
from fab_app.fields.typed import json_value

MOST = 1000


class TableField(Field):
    """``of``: the children's entity; ``by``: their reference to this record; ``columns``: what is shown.

    ``order`` names the column they stand by, ``-`` before it turns it round. The judge sees to the shape
    and the count only: a row is judged by the fields of the children's entity, where rows are written. A new row
    begins with its defaults, which read this record as it is typed. ``copies``: a row can be copied, but for its files.
    """

    type: Literal["table"]
    of: str
    by: str
    columns: tuple[str, ...] = Key(min_length=1)
    min: int = Key(default=0, ge=0, le=MOST)
    max: int = Key(default=200, ge=1, le=MOST)
    order: str | None = None
    copies: bool = False

    storage: ClassVar[Storage] = "none"
    kind: ClassVar[Kind] = Kind.children
    ask: ClassVar[str] = "Add {label}"
    operators: ClassVar[tuple[str, ...]] = ()
    sortable: ClassVar[bool] = False

    @model_validator(mode="after")
    def _counts(self) -> TableField:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self

    @property
    def many(self) -> bool:
        return True

    def judge(self, raw: Any) -> tuple[dict[str, Any], ...] | None:
        rows = json_value(raw, None) if isinstance(raw, str) and raw.strip() else raw
        if isinstance(raw, str) and not raw.strip():
            return None
        if not isinstance(rows, list | tuple) or not all(_is_row(row) for row in rows):
            raise self.refusal("must be a list of rows")
        if len(rows) > self.max:
            raise self.refusal("may have at most {max} rows", max=self.max)
        if 0 < len(rows) < self.min:
            raise self.refusal("needs at least {min} rows", min=self.min)
        return tuple(rows) or None

    def field_type(self) -> FieldType:
        return FieldType(Kind.children, target=self.of)

    def text(self, value: Any, show: Show) -> str:
        if not value:
            return ""
        return f"{len(value)} 行" if show.locale == "zh" else f"{len(value)} rows"

    def cell(self, value: Any, show: Show) -> Cell:
        return NIL if value in EMPTY else Cell("text", self.text(value, show))

    def widget(self, show: Show) -> Widget:
        return Widget("table", many=True, limits={"min_count": str(self.min), "max_count": str(self.max)})

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return ()

    def to_api(self, value: Any) -> Any:
        return None if value is None else list(value)

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        row = {"type": "object", "description": f"a record of {self.of}"}
        return {"type": "array", "items": row, "minItems": self.min, "maxItems": self.max}

    def sample(self, random: Random) -> Any:
        return None

    def needs(self) -> Mapping[str, str]:
        return {"entity": self.of}


def _is_row(row: Any) -> bool:
    return isinstance(row, dict) and all(isinstance(name, str) for name in row)
