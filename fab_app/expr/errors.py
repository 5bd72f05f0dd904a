"""What is wrong with an expression, and where in its text."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ExprError(ValueError):
    """One sentence, the 1-based column it is about, and the next keystroke where there is one."""

    def __init__(self, message: str, column: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.hint = hint


def nearest(name: str, known: Iterable[str]) -> str:
    """The hint for a name that is not known: the one it looks like, or the list to pick from."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    return "known here: " + ", ".join(names) if 0 < len(names) <= 12 else ""
