"""Sentences of the framework itself: English in the code, other languages from gettext catalogues.

The language of the person who reads is a context variable that the web layer sets for each request;
below the web nothing asks who is reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

locale: ContextVar[str] = ContextVar("locale", default="zh")

_CATALOGUES = Path(__file__).parent.parent / "translations"


def say(message: str, /, **values: object) -> str:
    """The message in the reader's language with ``{name}`` replaced by the values."""
    text = catalogue(locale.get()).get(message, message)
    return text.format(**values) if values else text


def said(language: str, message: str, /, **values: object) -> str:
    """The message in this language, for somebody who reads it later."""
    reading = locale.set(language)
    try:
        return say(message, **values)
    finally:
        locale.reset(reading)


def about(label: str, sentence: str) -> str:
    """A sentence that begins with a label: Chinese joins them, English puts a blank between."""
    return f"{label}{sentence}" if locale.get() == "zh" else f"{label} {sentence}"


def listed(parts: Iterable[str]) -> str:
    """Names one after the other, as the reader's language separates them."""
    return ("、" if locale.get() == "zh" else ", ").join(parts)


@cache
def catalogue(language: str) -> dict[str, str]:
    """The sentences of every ``*.po`` of the language, one dictionary."""
    sentences: dict[str, str] = {}
    for path in sorted((_CATALOGUES / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            messages = [m for m in read_po(file) if m.id and m.string and not m.pluralizable]
        sentences |= {str(message.id): str(message.string) for message in messages}
    return sentences
