"""A figure over child records: how many there are, or the sum, least or greatest of one of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field as Key
from pydantic import model_validator

from fab_app.fields.base import Storage
from fab_app.fields.formula import Formula
from fab_app.fields.inner import As, Inner


class RollupField(Inner):
    """``of`` is the entity of the children, ``by`` their reference (or one of their several) to this record.

    ``where`` is an expression over the child. ``as`` is by default int for a count and decimal else.
    """

    type: Literal["rollup"]
    of: str
    by: str
    measure: Literal["count", "sum", "min", "max"] = "count"
    field: str | None = None
    where: Formula | None = None
    as_: As = Key(default_factory=dict, alias="as")

    storage: ClassVar[Storage] = "none"

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or "as" in raw or "as_" in raw:
            return raw
        return {**raw, "as": "int" if raw.get("measure", "count") == "count" else "decimal"}

    @model_validator(mode="after")
    def _measured(self) -> RollupField:
        if (self.measure == "count") != (self.field is None):
            raise ValueError(
                "a count has no 'field'" if self.field else f"'{self.measure}' needs the 'field' of the child"
            )
        if self.unique or self.index:
            raise ValueError("nothing is stored here, so it cannot be unique or indexed")
        return self

    def needs(self) -> Mapping[str, str | tuple[str, ...]]:
        return {**super().needs(), "entity": self.of}
