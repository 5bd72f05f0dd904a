"""A value copied from another record when this one is created, and kept whatever becomes of the other."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator, model_validator

from fab_app.expr import Expr, Path
from fab_app.fields.formula import Formula
from fab_app.fields.inner import Inner


class SnapshotField(Inner):
    """``of`` is the path to the value: customer.name."""

    type: Literal["snapshot"]
    of: Formula

    @field_validator("of")
    @classmethod
    def _dotted(cls, path: Expr) -> Expr:
        if not isinstance(path.tree, Path) or len(path.tree.names) < 2:
            raise ValueError("'of' is a path through a reference, such as customer.name")
        return path

    @model_validator(mode="after")
    def _kept(self) -> SnapshotField:
        if self.inner.storage not in ("column", "side"):
            raise ValueError("a value of this type cannot be copied|name another type with 'as:'")
        return self

    @property
    def begin(self) -> Expr:
        return self.of
