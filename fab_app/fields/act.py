"""What was done: the code of an action or of a move, shown in words."""

from __future__ import annotations

from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa

from fab_app.fields.base import Field
from fab_app.fields.faces import Option, Widget
from fab_app.fields.show import Show

LONGEST = 40


class ActField(Field):
    """Kept as a code such as ``edit`` or ``move:pay``; moves are called by the labels that the portal gives them."""

    type: Literal["act"]

    ask: ClassVar[str] = "Choose {label}"

    def judge(self, raw: Any) -> str | None:
        if not isinstance(raw, str) or len(raw) > LONGEST:
            raise self.refusal("is not one of the choices")
        return raw.strip() or None

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(LONGEST)

    def text(self, value: Any, show: Show) -> str:
        return show.acts[value].label if value in show.acts else value or ""

    def widget(self, show: Show) -> Widget:
        return Widget("select", options=self.choices(show))

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("select", options=self.choices(show), many=by == "in")

    def choices(self, show: Show) -> tuple[Option, ...]:
        """Those of one name are told apart by their code."""
        labels = [option.label for option in show.acts.values()]
        return tuple(
            Option(code, f"{option.label} ({code.removeprefix('move:')})")
            if labels.count(option.label) > 1
            else option
            for code, option in show.acts.items()
        )

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "maxLength": LONGEST}

    def sample(self, random: Random) -> Any:
        return random.choice(("add", "edit", "delete"))
