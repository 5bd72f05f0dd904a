"""An e-mail address."""

from __future__ import annotations

import re
from random import Random
from typing import Any, ClassVar, Literal

from fab_app.fields.line import Line

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"


class EmailField(Line):
    """The domain is kept in lower case; whether anybody reads there is not asked."""

    type: Literal["email"]

    size: ClassVar[int] = 254
    shape: ClassVar[re.Pattern[str]] = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")
    inputmode: ClassVar[str] = "email"

    def tidy(self, text: str) -> str:
        local, at, domain = text.rpartition("@")
        return f"{local}{at}{domain.lower()}"

    def fits(self, text: str) -> bool:
        return len(text.rpartition("@")[0]) <= 64

    def masked(self, value: Any) -> str:
        local, at, domain = str(value).rpartition("@")
        return f"{local[:1]}***{at}{domain}"

    def sample(self, random: Random) -> Any:
        return f"user{random.randint(1, 9999)}@example.com"
