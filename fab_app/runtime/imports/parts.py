"""The small parts of a workbook, read as they are unpacked: what is kept of them is bounded, whatever they hold.

``zipfile`` never gives more of a member than its directory promises, so judging the promises is enough.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat

from fab_app.core.problems import Refused
from fab_app.core.words import say

MOST_PART: Final = 16 * 1024**2
MOST_KEPT: Final = 100_000
"""Elements of one part. A workbook has at most 65,490 formats of cells."""

MOST_TEXTS: Final = 1_000_000
MOST_OF_TEXTS: Final = 64 * 1024**2
MOST_LETTERS: Final = 32 * 1024**2
LONGEST_TEXT: Final = 32_767
DEEPEST: Final = 64
"""A parser keeps what is open: a flood of it would fill the memory."""

PIECE: Final = 256 * 1024


class WrongKind(Refused):
    status = 415


class TooLarge(Refused):
    status = 413


@dataclass(frozen=True, slots=True)
class Element:
    """``name`` and ``parent`` without the prefix of their namespace."""

    name: str
    parent: str
    attributes: dict[str, str]
    text: str


def too_large() -> TooLarge:
    return TooLarge(say("The file is too large"))


def bare(name: str) -> str:
    return name.rpartition(":")[2]


def no_types(*_: Any) -> None:
    raise ValueError("a part of a workbook declares no types of documents")


def elements(archive: zipfile.ZipFile, part: str, *names: str) -> list[Element]:
    """Those of these names, in the order in which they end."""
    reading = _Elements(frozenset(names))
    _read(archive, part, MOST_PART, reading)
    return reading.found


def texts(archive: zipfile.ZipFile, part: str) -> list[str]:
    """The shared texts; what stands above characters to help reading them aloud is left out."""
    reading = _Texts()
    _read(archive, part, MOST_OF_TEXTS, reading)
    return reading.found


def _read(archive: zipfile.ZipFile, part: str, most: int, reading: _Elements | _Texts) -> None:
    if archive.getinfo(part).file_size > most:
        raise too_large()
    parser = reading.parser
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.StartDoctypeDeclHandler = no_types
    with archive.open(part) as content:
        while piece := content.read(PIECE):
            parser.Parse(piece)
        parser.Parse(b"", True)


class _Elements:
    def __init__(self, names: frozenset[str]) -> None:
        self.parser = expat.ParserCreate()
        self.names = names
        self.found: list[Element] = []
        self.open: list[str] = []
        self.attributes: dict[str, str] = {}
        self.words: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = bare(name)
        self.open.append(name)
        if len(self.open) > DEEPEST:
            raise ValueError("a part of a workbook is not so deep")
        if name in self.names:
            self.attributes, self.words = attributes, []
            self.parser.CharacterDataHandler = self.words.append

    def end(self, _: str) -> None:
        name = self.open.pop()
        if name not in self.names:
            return
        self.parser.CharacterDataHandler = None
        parent = self.open[-1] if self.open else ""
        self.found.append(Element(name, parent, self.attributes, "".join(self.words)))
        if len(self.found) > MOST_KEPT:
            raise too_large()


class _Texts:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.found: list[str] = []
        self.words: list[str] = []
        self.depth = self.letters = 0
        self.aloud = False
        self.hear: Callable[[str], None] = self.words.append

    def start(self, name: str, _: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError("a text is not so deep")
        if name == "t" or name.endswith(":t"):
            if not self.aloud:
                self.parser.CharacterDataHandler = self.hear
        elif bare(name) == "rPh":
            self.aloud = True

    def end(self, name: str) -> None:
        self.depth -= 1
        if name == "t" or name.endswith(":t"):
            self.parser.CharacterDataHandler = None
        elif self.depth == 1:
            self._keep()
        elif bare(name) == "rPh":
            self.aloud = False

    def _keep(self) -> None:
        text = "".join(self.words)[:LONGEST_TEXT]
        self.words.clear()
        self.found.append(text)
        self.letters += len(text)
        if len(self.found) > MOST_TEXTS or self.letters > MOST_LETTERS:
            raise too_large()
