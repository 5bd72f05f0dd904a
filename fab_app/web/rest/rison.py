"""Rison, the notation of ``q``: ``(columns:!(a,b),filters:!((col:a,opr:eq,value:1)),page:0)``.

Total: any text gives a value or ValueError, whatever it is and however deep or long.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

LONGEST = 20_000
DEEPEST = 12

_WORD = re.compile(r"[^-0-9 \t\r\n'!:(),*@$][^ \t\r\n'!:(),*@$]*")
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:e-?[0-9]{1,3})?", re.A)
_QUOTED = re.compile(r"'((?:[^'!]|![!'])*)'")
_CONSTANTS = {"t": True, "f": False, "n": None}
_SURROGATE = re.compile("[\ud800-\udfff]")


def loads(text: str) -> Any:
    """The value; JSON is read too, as Flask-AppBuilder does. Raises ValueError."""
    if len(text) > LONGEST or _SURROGATE.search(text):
        raise ValueError("too long, or no text")
    if text.lstrip().startswith("{"):
        return json_value(text)
    return _Reader(text).whole()


def json_value(text: str | bytes) -> Any:
    """As ``json.loads``, without NaN and half characters, and never deeper than the stack."""
    try:
        value = json.loads(text, parse_constant=_refuse)
        if _half(text):
            json.dumps(value, ensure_ascii=False).encode()
    except (RecursionError, UnicodeError) as error:
        raise ValueError("no JSON") from error
    return value


def _half(text: str | bytes) -> bool:
    """Whether an escape may stand for half a character, which no database and no answer can hold."""
    return (b"\\ud" if isinstance(text, bytes) else "\\ud") in text.lower()  # type: ignore[operator]


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def whole(self) -> Any:
        value = self.value(0)
        if self.at < len(self.text):
            raise self.wrong()
        return value

    def value(self, depth: int) -> Any:
        if depth > DEEPEST:
            raise ValueError("too deep")
        sign = self.text[self.at : self.at + 1]
        if sign == "(":
            return self.mapping(depth)
        if sign == "!":
            return self.banged(depth)
        if sign == "'":
            return self.quoted()
        if sign and sign in "-0123456789":
            return self.number()
        return self.matched(_WORD)[0]

    def mapping(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.at += 1
        while not self.closed(bool(found)):
            key = self.value(depth + 1)
            self.expect(":")
            found[key if isinstance(key, str) else json.dumps(key)] = self.value(depth + 1)
        return found

    def banged(self, depth: int) -> Any:
        sign = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if sign != "(":
            if sign not in _CONSTANTS:
                raise self.wrong()
            return _CONSTANTS[sign]
        found: list[Any] = []
        while not self.closed(bool(found)):
            found.append(self.value(depth + 1))
        return found

    def closed(self, begun: bool) -> bool:
        """Whether the bracket closes here; else the comma before the next member is passed."""
        if self.text[self.at : self.at + 1] == ")":
            self.at += 1
            return True
        if begun:
            self.expect(",")
        return False

    def quoted(self) -> str:
        return re.sub(r"!(.)", r"\1", self.matched(_QUOTED)[1], flags=re.S)

    def number(self) -> int | float:
        text = self.matched(_NUMBER)[0]
        value = float(text) if "." in text or "e" in text else int(text)
        if value in (float("inf"), float("-inf")):
            raise ValueError("too large")
        return value

    def matched(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise self.wrong()
        self.at = match.end()
        return match

    def expect(self, sign: str) -> None:
        if self.text[self.at : self.at + 1] != sign:
            raise self.wrong()
        self.at += 1

    def wrong(self) -> ValueError:
        return ValueError(f"cannot be read at {self.at}")
