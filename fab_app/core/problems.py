"""What is wrong in the definitions: found all at once, told with place and cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Place:
    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """``id`` is ``<area>.E<nnn>`` (stops the start) or ``<area>.W<nnn>`` (is printed)."""

    id: str
    text: str
    at: Place
    hint: str = ""

    @property
    def stops(self) -> bool:
        return self.id.rpartition(".")[2].startswith("E")

    def __str__(self) -> str:
        line = f"{self.at}: {self.id} {self.text}"
        return f"{line}\n    hint: {self.hint}" if self.hint else line


class BrokenDefinitions(Exception):
    """The definitions cannot be compiled; ``problems`` says why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Refused(Exception):
    """A person's mistake; the sentence is shown as it stands."""

    status = 422

    def __init__(
        self, sentence: str, errors: dict[str, list[str]] | None = None, status: int | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.errors = errors or {}
        if status is not None:
            self.status = status


def nearest(wrong: str, known: Iterable[str]) -> str:
    """A hint: the nearest known name, else the list to pick from."""
    names = sorted(set(known))
    close = get_close_matches(wrong, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    if not names:
        return ""
    shown = ", ".join(names[:20])
    return f"one of: {shown}{', …' if len(names) > 20 else ''}"
