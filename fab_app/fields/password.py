"""A secret that may be written and never read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import Field as Key
from pydantic import model_validator

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.core.words import locale
from fab_app.fields.base import Field
from fab_app.fields.faces import Cell, Widget
from fab_app.fields.show import Show

_CLASSES = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"[0-9]"), re.compile(r"[^A-Za-z0-9]"))
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff]")

_HASHED: ContextVar[dict[str, str] | None] = ContextVar("hashed", default=None)


@contextmanager
def hashed_once() -> Iterator[None]:
    """Equal words get the same hash here: for demo accounts, whose one password everybody may read."""
    token = _HASHED.set({})
    try:
        yield
    finally:
        _HASHED.reset(token)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a password: ``kind`` for the author's own sentence, ``reason`` for ours."""

    kind: str
    reason: str
    values: dict[str, object] = field(default_factory=dict)


class Sentences(Grammar):
    """What is said about a password, by what is wrong with it; what is not written is said by the framework."""

    length: Text | None = None
    mix: Text | None = None
    signs: Text | None = None
    easy: Text | None = None
    account: Text | None = None
    initial: Text | None = None
    same: Text | None = None
    repeat: Text | None = None
    current: Text | None = None


class Policy(Grammar):
    """``classes``: how many of the four (small, capital, digit, other) must occur; ``never``: words refused.

    ``ascii``: only letters, digits and signs of the keyboard. ``say``: what is said, by what is wrong.
    """

    min: int = Key(default=8, ge=1, le=64)
    max: int = Key(default=64, ge=1, le=128)
    classes: int = Key(default=3, ge=1, le=4)
    letters_and_digits: bool = False
    never: tuple[str, ...] = ()
    ascii: bool = False
    say: Sentences = Sentences()

    @model_validator(mode="after")
    def _fits(self) -> Policy:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self

    def faults(self, raw: str) -> Iterator[Fault]:
        """Everything that is wrong with the word, the coarsest first."""
        if _FORBIDDEN.search(raw):
            yield Fault("signs", "may not contain spaces")
        elif self.ascii and not raw.isascii():
            yield Fault("signs", "may only have letters, digits and signs of the keyboard")
        if len(raw) < self.min:
            yield Fault("length", "needs at least {min} characters", {"min": self.min})
        if len(raw) > self.max:
            reason = "may have at most {max} characters, this has {length}"
            yield Fault("length", reason, {"max": self.max, "length": len(raw)})
        mixed = any(c.isalpha() for c in raw) and any(c.isdecimal() for c in raw)
        if self.letters_and_digits and not mixed:
            yield Fault("mix", "needs letters and digits")
        if raw in self.never:
            yield Fault("easy", "is too easy to guess")
        if sum(bool(kind.search(raw)) for kind in _CLASSES) < self.classes:
            reason = "needs {classes} of these: small letters, capital letters, digits, other signs"
            yield Fault("mix", reason, {"classes": self.classes})

    def sentence(self, fault: str) -> Text | None:
        """The author's own words for a fault."""
        say = self.say
        return {
            "length": say.length,
            "mix": say.mix,
            "signs": say.signs,
            "easy": say.easy,
            "account": say.account,
            "initial": say.initial,
            "same": say.same,
            "repeat": say.repeat,
            "current": say.current,
        }[fault]


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
        for fault in self.policy.faults(raw):
            said = self.policy.sentence(fault.kind)
            raise ValueError(said.of(locale.get())) if said else self.refusal(fault.reason, **fault.values)
        return raw

    def keep(self, value: Any) -> Any:
        """Its salted hash (scrypt); a value is never kept otherwise."""
        from werkzeug.security import generate_password_hash

        known = _HASHED.get()
        if value is None or known is None:
            return None if value is None else generate_password_hash(value)
        if value not in known:
            known[value] = generate_password_hash(value)
        return known[value]

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
