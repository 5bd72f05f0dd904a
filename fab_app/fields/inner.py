"""What fields share whose values look like those of another type: computed, rollup, snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import (
    BeforeValidator,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic import Field as Key

from fab_app.core.problems import nearest
from fab_app.core.text import Text
from fab_app.expr import FieldType, Kind
from fab_app.fields.base import Field, Storage
from fab_app.fields.book import Shelf
from fab_app.fields.faces import Cell, Option, Widget
from fab_app.fields.formula import Formula, read_formula
from fab_app.fields.show import Show


def read_as(raw: Any) -> dict[str, Any]:
    """``money`` or ``{type: money, min: 0}`` as a mapping."""
    if isinstance(raw, str):
        return {"type": raw}
    if isinstance(raw, dict) and isinstance(raw.get("type"), str):
        return raw
    raise ValueError("'as' is the name of a type, or a mapping with 'type' and its keys")


As = Annotated[
    dict[str, Any],
    BeforeValidator(read_as),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object", "required": ["type"]}]}),
]


class Inner(Field):
    """Every face is that of ``inner``, a field of the type that ``as`` names. Nobody types the value."""

    type: str
    as_: As = Key(alias="as")
    readonly: Formula | None = Key(default_factory=lambda: read_formula(True))

    _inner: Field = PrivateAttr()

    @model_validator(mode="after")
    def _build(self, info: ValidationInfo) -> Inner:
        for key in ("required", "default", "check"):
            if getattr(self, key) is not None:
                raise ValueError(f"nobody types this value: remove '{key}'")
        self._inner = field_like(self.as_, self.label, info.context)
        return self

    @property
    def inner(self) -> Field:
        return self._inner

    @property
    def storage(self) -> Storage:  # type: ignore[override]
        return self.inner.storage

    @property
    def kind(self) -> Kind:  # type: ignore[override]
        return self.inner.kind

    @property
    def align(self) -> str:  # type: ignore[override]
        return self.inner.align

    @property
    def operators(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.inner.operators

    @property
    def sortable(self) -> bool:  # type: ignore[override]
        return self.inner.sortable

    def ranks(self) -> tuple[str, ...]:
        return self.inner.ranks()

    @property
    def many(self) -> bool:
        return self.inner.many

    def bound(self, shelf: Shelf) -> Inner:
        copy = self.model_copy()
        copy._inner = self.inner.bound(shelf)
        return copy

    def judge(self, raw: Any) -> Any:
        return self.inner.judge(raw)

    def from_excel(self, raw: Any) -> Any:
        return self.inner.from_excel(raw)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return self.inner.sa_type()

    def field_type(self) -> FieldType:
        return self.inner.field_type()

    def text(self, value: Any, show: Show) -> str:
        return self.inner.text(value, show)

    def cell(self, value: Any, show: Show) -> Cell:
        return self.inner.cell(value, show)

    def masked(self, value: Any) -> str:
        return self.inner.masked(value)

    def widget(self, show: Show) -> Widget:
        return self.inner.widget(show)

    def filter_widget(self, by: str, show: Show) -> Widget:
        return self.inner.filter_widget(by, show)

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return self.inner.values(value, show)

    def to_api(self, value: Any) -> Any:
        return self.inner.to_api(value)

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {**self.inner.schema(), "readOnly": True}

    def to_browser(self, value: Any) -> Any:
        return self.inner.to_browser(value)

    def to_excel(self, value: Any, show: Show) -> Any:
        return self.inner.to_excel(value, show)

    def every(self, show: Show) -> tuple[Option, ...]:
        return self.inner.every(show)

    def choices(self, show: Show) -> tuple[Option, ...]:
        return self.inner.choices(show)

    def sample(self, random: Random) -> Any:
        return self.inner.sample(random)

    def needs(self) -> Mapping[str, str | tuple[str, ...]]:
        return self.inner.needs()


def field_like(keys: Mapping[str, Any], label: Text, shelf: Any = None) -> Field:
    """The field that ``as`` describes; ValueError where it cannot be one."""
    from fab_app.fields.family import FIELDS  # the family holds this module too

    known = {name: kind for name, kind in FIELDS.items() if kind.readable and not issubclass(kind, Inner)}
    known = {name: kind for name, kind in known.items() if kind.storage in ("column", "side")}
    if keys["type"] not in known:
        raise ValueError(f"'{keys['type']}' cannot be computed|{nearest(keys['type'], known)}")
    try:
        return known[keys["type"]].model_validate({"label": label, **keys}, context=shelf)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise ValueError(
            f"as{'.' if where else ''}{where}: {first['msg'].removeprefix('Value error, ')}"
        ) from error
