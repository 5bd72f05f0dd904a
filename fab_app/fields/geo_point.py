"""A point on the map, kept as the text ``lng,lat`` with six digits (about 0.1 m)."""

from __future__ import annotations

import re
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa

from fab_app.fields.base import Field
from fab_app.fields.faces import Widget
from fab_app.fields.show import Show
from fab_app.fields.typed import json_value, number, rounded, typed


class GeoPointField(Field):
    type: Literal["geo_point"]

    operators: ClassVar[tuple[str, ...]] = ("eq", "null")
    sortable: ClassVar[bool] = False

    def judge(self, raw: Any) -> str | None:
        if isinstance(raw, str) and not raw.strip():
            return None
        lng, lat = (number(part) for part in self._pair(raw))
        if lng is None or lat is None:
            raise self.refusal("is not a position, write it like 118.859457,28.970079")
        if not -180 <= lng <= 180 or not -90 <= lat <= 90:
            raise self.refusal("lies outside the range: longitude -180 to 180, latitude -90 to 90")
        return f"{rounded(lng, 6) + 0:f},{rounded(lat, 6) + 0:f}"

    @staticmethod
    def _pair(raw: Any) -> tuple[Any, Any]:
        if isinstance(raw, str) and raw.lstrip()[:1] in ("[", "{"):
            raw = json_value(raw, None)
        if isinstance(raw, dict):
            return raw.get("lng"), raw.get("lat")
        parts = re.split(r"[,、;\s]+", typed(raw) or "") if isinstance(raw, str) else raw
        return (parts[0], parts[1]) if isinstance(parts, list | tuple) and len(parts) == 2 else (None, None)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(32)

    def widget(self, show: Show) -> Widget:
        return Widget("text", {"placeholder": "118.859457,28.970079", "maxlength": "32"})

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        degrees = r"-?[0-9]{1,3}(\.[0-9]{1,6})?"
        return {"type": "string", "pattern": f"^{degrees},{degrees}$", "example": "118.859457,28.970079"}

    def sample(self, random: Random) -> Any:
        return f"{random.uniform(118.0, 119.5):.6f},{random.uniform(28.3, 29.5):.6f}"
