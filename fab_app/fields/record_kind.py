"""What kind of record something is about: the key of an entity, shown by its label."""

from __future__ import annotations

from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa

from fab_app.fields.base import Field
from fab_app.fields.faces import Option, Widget
from fab_app.fields.show import Show

LONGEST = 110


class RecordKindField(Field):
    """Kept as the key of an entity; a query offers those that the person may open."""

    type: Literal["record_kind"]

    ask: ClassVar[str] = "Choose {label}"
    offers_kinds: ClassVar[bool] = True

    def judge(self, raw: Any) -> str | None:
        if not isinstance(raw, str) or len(raw) > LONGEST:
            raise self.refusal("is not one of the choices")
        return raw.strip() or None

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(LONGEST)

    def text(self, value: Any, show: Show) -> str:
        return show.kinds[value].label if value in show.kinds else value or ""

    def widget(self, show: Show) -> Widget:
        return Widget("select", options=self.choices(show))

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("select", options=self.choices(show), many=by == "in")

    def choices(self, show: Show) -> tuple[Option, ...]:
        return tuple(show.kinds.values())

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "maxLength": LONGEST}

    def sample(self, random: Random) -> Any:
        return random.choice(("base.user", "base.org"))
