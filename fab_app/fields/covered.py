"""What the ticks of another field stand for in fact: the ends of the tree that they cover."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar, Literal

from pydantic import Field as Key
from pydantic import model_validator

from fab_app.expr import FieldType, Kind
from fab_app.fields.base import Field, Storage
from fab_app.fields.formula import Formula, read_formula
from fab_app.fields.refs import Several


class CoveredField(Several):
    """``of`` is a field of the record that ticks nodes of the tree ``to`` and says with ``cover`` what they stand for.

    Shown, exported and told over the API as references are: the nodes with nothing below them that are covered as the
    tree stands now. Nothing is stored, and nobody types it; rules ask ``covers(of, node)`` instead.
    """

    type: Literal["covered"]
    of: str
    to: str
    readonly: Formula | None = Key(default_factory=lambda: read_formula(True))

    storage: ClassVar[Storage] = "none"
    kind: ClassVar[Kind] = Kind.json
    operators: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _untyped(self) -> CoveredField:
        for key in ("required", "default", "check", "unique", "index", "search"):
            if getattr(self, key):
                raise ValueError(f"nobody types this value: remove '{key}'")
        return self

    @property
    def many(self) -> bool:
        return True

    def field_type(self) -> FieldType:
        return FieldType(Kind.json, target=self.to)

    def judge(self, raw: Any) -> tuple[int, ...] | None:
        return self.keys(raw) or None

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "array", "items": {"type": "integer", "description": f"key of {self.to}"}}

    def sample(self, random: Random) -> Any:
        return None

    def needs(self) -> Mapping[str, str]:
        return {"entity": self.to}


def ticked_by(field: Field) -> str:
    """The field whose ticks this one tells; "" for every other field."""
    return field.of if isinstance(field, CoveredField) else ""
