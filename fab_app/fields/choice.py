"""One of a few codes, from the definition itself or from a dictionary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any, ClassVar, Literal, Self

import sqlalchemy as sa
from pydantic import PrivateAttr, field_validator, model_validator

from fab_app.core.grammar import Grammar, by_key, shaped
from fab_app.core.text import Text
from fab_app.core.words import say
from fab_app.expr import FieldType, Kind
from fab_app.fields.base import EMPTY, Field
from fab_app.fields.book import Book, Item, Shelf
from fab_app.fields.faces import NIL, Cell, Option, Widget
from fab_app.fields.formula import read_formula
from fab_app.fields.show import Show

_EXPRESSION = re.compile(r"[a-z]\.[a-z]|\(")
Tone = Literal["draft", "neutral", "info", "warn", "bad", "good", "away"]
RADIO_UP_TO = 4


class Choice(Grammar):
    """A code's label, and its state family where the code is a state."""

    label: Text
    tone: Tone | None = None


TextOrChoice: Any = shaped(by_key("label", "choice", "label"), label=Text, choice=Choice)


class Choosing(Field):
    """What single and many-valued choices share: exactly one of ``options`` and ``of``."""

    type: str
    options: dict[str, TextOrChoice] | None = None
    of: str | None = None
    default: Any = None

    kind: ClassVar[Kind] = Kind.text
    ask: ClassVar[str] = "Choose {label}"

    @field_validator("default", mode="before")
    @classmethod
    def _code_or_formula(cls, default: Any) -> Any:
        """A bare word is a code; ``user.kind`` or ``f(x)`` is an expression."""
        return read_formula(default) if isinstance(default, str) and _EXPRESSION.search(default) else default

    @model_validator(mode="after")
    def _one_source(self) -> Choosing:
        if (self.options is None) == (self.of is None):
            raise ValueError("a choice takes its codes from 'options' or from 'of' (a dictionary)")
        return self

    _book: Book = PrivateAttr(default_factory=Book)

    def model_post_init(self, shelf: Any) -> None:
        if self.options is not None:
            self._book = Book(_item(code, choice) for code, choice in self.options.items())
        elif isinstance(shelf, Shelf) and self.of is not None:
            self._book = shelf.book(self.of)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other options has the choices of these."""
        copy = super().model_copy(update=update, deep=deep)
        if update and update.get("options") is not None:
            copy._book = Book(_item(code, choice) for code, choice in update["options"].items())
        return copy

    @property
    def book(self) -> Book:
        """The choices as they stand now."""
        return self._book

    def bound(self, shelf: Shelf) -> Choosing:
        if self.of is None:
            return self
        copy = self.model_copy()
        copy._book = shelf.book(self.of)
        return copy

    def choices(self, show: Show) -> tuple[Option, ...]:
        return tuple(_option(item, show) for item in self.book.offered())

    def every(self, show: Show) -> tuple[Option, ...]:
        return tuple(_option(item, show) for item in self.book.standing())

    def codes(self) -> frozenset[str] | None:
        """The codes written in the definition; None where a dictionary has them."""
        return None if self.options is None else frozenset(self.options)

    def offered_codes(self) -> frozenset[str]:
        return frozenset(item.code for item in self.book.offered())

    def known(self, code: Any) -> str:
        """The code that a code or a label stands for, or ValueError. One that was withdrawn is known."""
        if isinstance(code, bool) or not isinstance(code, str | int):
            raise self.refusal("is not one of the choices")
        found = self.book.code(str(code).strip())
        if found is None:
            raise self.refusal("is not one of the choices")
        return found

    def option(self, code: str, show: Show) -> Option:
        item = self.book.items.get(code)
        return _option(item, show) if item is not None else Option(code, code)

    def chosen(self, value: Any, before: Any) -> None:
        held = _several(before)
        for code in _several(value):
            item = self.book.items.get(code)
            if item is not None and not item.offered and code not in held:
                raise self.refusal("'{choice}' is no longer in use", choice=str(item.label))

    def asked(self, value: Any, show: Show) -> Widget:
        """Beside the choices what the value holds already, marked as no longer in use."""
        widget = self.widget(show)
        held = _several(value)
        kept = [item for item in self.book.standing() if item.offered or item.code in held]
        return replace(widget, options=tuple(_marked(item, show) for item in kept))

    def filter_widget(self, by: str, show: Show) -> Widget:
        options = tuple(_marked(item, show) for item in self.book.standing())
        return Widget("select", options=options, many=by == "in")

    def needs(self) -> Mapping[str, str]:
        return {"dictionary": self.of} if self.of else {}


class ChoiceField(Choosing):
    type: Literal["choice"]

    def judge(self, raw: Any) -> str:
        return self.known(raw)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(64)

    def field_type(self) -> FieldType:
        return FieldType(Kind.text, codes=self.book.codes, of=self.of or "")

    def text(self, value: Any, show: Show) -> str:
        return self.option(value, show).label if value else ""

    def cell(self, value: Any, show: Show) -> Cell:
        if not value:
            return NIL
        option = self.option(value, show)
        return Cell("state" if option.tone else "text", option.label, tone=option.tone)

    def widget(self, show: Show) -> Widget:
        options = self.choices(show)
        return Widget("radio" if 0 < len(options) <= RADIO_UP_TO else "select", options=options)

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        return {"type": "string", "enum": sorted(self.offered_codes())}

    def ranks(self) -> tuple[str, ...]:
        return tuple(self.book.items)

    def sample(self, random: Random) -> Any:
        codes = sorted(self.offered_codes())
        return random.choice(codes) if codes else None


def _item(code: str, choice: Text | Choice) -> Item:
    if isinstance(choice, Choice):
        return Item(code, choice.label, choice.tone or "")
    return Item(code, choice)


def _option(item: Item, show: Show) -> Option:
    return Option(item.code, item.label.of(show.locale), item.tone)


def _marked(item: Item, show: Show) -> Option:
    label = item.label.of(show.locale)
    shown = say("{label} (no longer in use)", label=label) if item.withdrawn else label
    return Option(item.code, shown, item.tone)


def _several(value: Any) -> tuple[Any, ...]:
    if value in EMPTY:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)
