"""A secret that may be written and never read."""

from __future__ import annotations

import re
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import Field as Key
from pydantic import model_validator

from fab_app.core.grammar import Grammar
from fab_app.fields.base import Field
from fab_app.fields.faces import Cell, Widget
from fab_app.fields.show import Show

_CLASSES = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"[0-9]"), re.compile(r"[^A-Za-z0-9]"))
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]")


class Policy(Grammar):
    """``classes``: how many of the four (small, capital, digit, other) must occur; ``never``: words refused."""

    min: int = Key(default=8, ge=1, le=64)
    max: int = Key(default=64, ge=1, le=128)
    classes: int = Key(default=3, ge=1, le=4)
    letters_and_digits: bool = False
    never: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Policy:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self


class PasswordField(Field):
    """The judge gives the plain text; who stores it hashes it. No face shows it, not even its hash."""

    type: Literal["password"]
    policy: Policy = Policy()

    operators: ClassVar[tuple[str, ...]] = ()
    sortable: ClassVar[bool] = False
    readable: ClassVar[bool] = False

    def judge(self, raw: Any) -> str:
        if not isinstance(raw, str):
            raise self.refusal("must be text")
        if _FORBIDDEN.search(raw):
            raise self.refusal("may not contain spaces")
        if len(raw) < self.policy.min:
            raise self.refusal("needs at least {min} characters", min=self.policy.min)
        if len(raw) > self.policy.max:
            raise self.refusal(
                "may have at most {max} characters, this has {length}", max=self.policy.max, length=len(raw)
            )
        mixed = any(c.isalpha() for c in raw) and any(c.isdigit() for c in raw)
        if self.policy.letters_and_digits and not mixed:
            raise self.refusal("needs letters and digits")
        if raw in self.policy.never:
            raise self.refusal("is too easy to guess")
        if sum(bool(kind.search(raw)) for kind in _CLASSES) < self.policy.classes:
            raise self.refusal(
                "needs {classes} of these: small letters, capital letters, digits, other signs",
                classes=self.policy.classes,
            )
        return raw

    def keep(self, value: Any) -> Any:
        """Its salted hash (scrypt); a value is never kept otherwise."""
        from werkzeug.security import generate_password_hash

        return None if value is None else generate_password_hash(value)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(255)

    def text(self, value: Any, show: Show) -> str:
        return ""

    def cell(self, value: Any, show: Show) -> Cell:
        return Cell("masked", "******")

    def masked(self, value: Any) -> str:
        return "******"

    def widget(self, show: Show) -> Widget:
        attrs = {"maxlength": str(self.policy.max), "autocomplete": "new-password"}
        return Widget("password", attrs)

    def values(self, value: Any, show: Show) -> tuple[str, ...]:
        return ()

    def to_api(self, value: Any) -> Any:
        return None

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "format": "password", "writeOnly": True, **self._length()}

    def _length(self) -> dict[str, int]:
        return {"minLength": self.policy.min, "maxLength": self.policy.max}

    def sample(self, random: Random) -> Any:
        text = f"Demo@{random.randint(1000, 9999)}x"
        return text.ljust(self.policy.min, "7")[: self.policy.max]
