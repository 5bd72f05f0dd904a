"""A value that an expression gives: in SQL where it is listed, in Python where one record is at hand."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from fab_app.fields.base import Storage
from fab_app.fields.formula import Formula
from fab_app.fields.inner import Inner


class ComputedField(Inner):
    """``stored: true`` keeps it in a column, which can be unique or indexed, written with the record in one statement;
    so it is made of nothing but fields that the record keeps itself.
    """

    type: Literal["computed"]
    value: Formula
    stored: bool = False

    @model_validator(mode="after")
    def _place(self) -> ComputedField:
        if self.stored and self.inner.storage != "column":
            raise ValueError("a value with many members cannot be stored: remove 'stored'")
        if not self.stored and (self.unique or self.index):
            raise ValueError("only a stored value can be unique or indexed|add 'stored: true'")
        return self

    @property
    def storage(self) -> Storage:  # type: ignore[override]
        return "column" if self.stored else "none"
