"""One of a few codes, from the definition itself or from a dictionary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from pydantic import field_validator, model_validator

from fab_app.core.grammar import Grammar, by_key, shaped
from fab_app.core.text import Text
from fab_app.expr import FieldType, Kind
from fab_app.fields.base import Field
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

    def choices(self, show: Show) -> tuple[Option, ...]:
        if self.of is not None:
            return tuple(show.dictionaries.get(self.of, {}).values())
        return tuple(_option(code, choice, show.locale) for code, choice in (self.options or {}).items())

    def codes(self) -> frozenset[str] | None:
        """The codes written in the definition; None where a dictionary has them."""
        return None if self.options is None else frozenset(self.options)

    def known(self, code: Any) -> str:
        """The code, or ValueError. Codes of a dictionary are judged where its rows are at hand."""
        if isinstance(code, bool) or not isinstance(code, str | int):
            raise self.refusal("is not one of the choices")
        text = str(code).strip()
        if self.options is not None and text not in self.options:
            by_label = {str(_label(choice)): key for key, choice in self.options.items()}
            if text not in by_label:
                raise self.refusal("is not one of the choices")
            return by_label[text]
        return text

    def option(self, code: str, show: Show) -> Option:
        if self.options is not None and code in self.options:
            return _option(code, self.options[code], show.locale)
        return show.dictionaries.get(self.of or "", {}).get(code, Option(code, code))

    def needs(self) -> Mapping[str, str]:
        return {"dictionary": self.of} if self.of else {}


class ChoiceField(Choosing):
    type: Literal["choice"]

    def judge(self, raw: Any) -> str:
        return self.known(raw)

    def sa_type(self) -> sa.types.TypeEngine[Any]:
        return sa.String(64)

    def field_type(self) -> FieldType:
        return FieldType(Kind.text, codes=self.codes())

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

    def filter_widget(self, by: str, show: Show) -> Widget:
        return Widget("select", options=self.choices(show), many=by == "in")

    def schema(self) -> dict[str, Any]:  # type: ignore[override]
        codes = self.codes()
        return (
            {"type": "string", "maxLength": 64}
            if codes is None
            else {"type": "string", "enum": sorted(codes)}
        )

    def sample(self, random: Random) -> Any:
        codes = self.codes()
        return random.choice(sorted(codes)) if codes else None


def _label(choice: Text | Choice) -> Text:
    return choice.label if isinstance(choice, Choice) else choice


def _option(code: str, choice: Text | Choice, locale: str) -> Option:
    tone = choice.tone if isinstance(choice, Choice) else None
    return Option(code, _label(choice).of(locale), tone or "")
