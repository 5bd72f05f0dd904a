"""A two-dimensional code, drawn from the text that an expression gives."""

from __future__ import annotations

from random import Random
from typing import Any, ClassVar, Literal

from pydantic import Field as Key

from fab_app.fields.base import Field, Storage
from fab_app.fields.faces import NIL, Cell
from fab_app.fields.formula import Formula, read_formula
from fab_app.fields.show import Show
from fab_app.fields.typed import typed

MOST = 1000


class QrField(Field):
    """Nothing is stored and nobody types it. The cell holds the text; who draws it makes the picture."""

    type: Literal["qr"]
    value: Formula
    readonly: Formula | None = Key(default_factory=lambda: read_formula(True))

    storage: ClassVar[Storage] = "none"
    operators: ClassVar[tuple[str, ...]] = ()
    sortable: ClassVar[bool] = False

    def judge(self, raw: Any) -> str | None:
        text = typed(raw)
        if text is None:
            raise self.refusal("must be text")
        if len(text) > MOST:
            raise self.refusal(
                "may have at most {max} characters, this has {length}", max=MOST, length=len(text)
            )
        return text or None

    def cell(self, value: Any, show: Show) -> Cell:
        return Cell("qr", str(value)) if value else NIL

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "maxLength": MOST, "readOnly": True}

    def sample(self, random: Random) -> Any:
        return f"QR{random.randint(1, 9999)}"
