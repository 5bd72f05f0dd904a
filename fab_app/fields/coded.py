"""What fields share that keep a code of the application's own and show it in the reader's words."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import sqlalchemy as sa

from fab_app.fields.base import Field
from fab_app.fields.faces import Option, Widget
from fab_app.fields.show import Show


class Coded(Field):
    """``longest``: how many signs a code has at most. A code without words is shown as it is."""

    ask: ClassVar[str] = "Choose {label}"
    longest: ClassVar[int]

    @abstractmethod
    def words(self, show: Show) -> Mapping[str, Option]:
        """The options by their code."""

    def judge(self, raw: Any) -> str | None:
        if not isinstance(raw, str) or len(raw) > self.longest:
            raise self.refusal("is not one of the choices")
        return raw.strip() or None

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(self.longest)

    def text(self, value: Any, show: Show) -> str:
        words = self.words(show)
        return words[value].label if value in words else value or ""

    def widget(self, show: Show) -> Widget:
        return Widget("select", options=self.choices(show))

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("select", options=self.choices(show), many=by == "in")

    def choices(self, show: Show) -> tuple[Option, ...]:
        return tuple(self.words(show).values())

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "maxLength": self.longest}
