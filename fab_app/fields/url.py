"""The address of a web page; http and https only."""

from __future__ import annotations

import re
from random import Random
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from fab_app.fields.faces import NIL, Cell
from fab_app.fields.line import Line
from fab_app.fields.show import Show


class UrlField(Line):
    type: Literal["url"]

    size: ClassVar[int] = 500
    shape: ClassVar[re.Pattern[str]] = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\"'\\^`{|}]+")
    inputmode: ClassVar[str] = "url"
    operators: ClassVar[tuple[str, ...]] = ("eq", "contains", "null")

    def fits(self, text: str) -> bool:
        try:
            parts = urlsplit(text)
            return bool(parts.hostname) and parts.username is None and parts.port != 0
        except ValueError:
            return False

    def cell(self, value: Any, show: Show) -> Cell:
        if not value:
            return NIL
        return Cell("link", value, url=value) if self.shape.fullmatch(value) else Cell("text", value)

    def sample(self, random: Random) -> Any:
        return f"https://example.com/{random.randint(1, 9999)}"
