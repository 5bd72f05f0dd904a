"""Plain text of many lines."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import Field as Key
from sqlalchemy.dialects.mysql import MEDIUMTEXT

from fab_app.fields.show import Show
from fab_app.fields.text import TextField

LONG = sa.Text().with_variant(MEDIUMTEXT(), "mysql", "mariadb")
"""MySQL's TEXT ends at 65,535 bytes, fewer than 20,000 rare characters take."""


class LongtextField(TextField):
    type: Literal["longtext"]  # type: ignore[assignment]
    max: int = Key(default=2000, ge=1, le=20000)
    lines: int = Key(default=5, ge=2, le=30)

    operators: ClassVar[tuple[str, ...]] = ("contains", "null")
    sortable: ClassVar[bool] = False

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return LONG

    def to_excel(self, value: Any, show: Show) -> Any:
        return value or None
