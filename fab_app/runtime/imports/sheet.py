"""The rows of a sheet, read as it is unpacked: flat memory whatever its size, empty rows cost nothing.

openpyxl's reader takes five times as long, calamine holds the whole rectangle from the first cell to the last
(two cells can ask for more than there is); see docs/decisions/006-excel.md.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from xml.parsers import expat

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime.imports.package import LONGEST_TEXT, Package, WrongKind

MOST_COLUMNS: Final = 200
_PIECE: Final = 256 * 1024
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
Cells = dict[int, Any]


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that has no value of its own: ``why`` is said to who filled it in."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` as the spreadsheet counts, from 1; ``cells`` by column from 0, the empty ones absent."""

    number: int
    cells: Cells


def rows(package: Package, part: str) -> Iterator[Row]:
    """The rows that hold something, in their order. Raises Refused for merged cells and damaged sheets."""
    reading = _Reading(package)
    try:
        with package.archive.open(part) as sheet:
            while piece := sheet.read(_PIECE):
                reading.parser.Parse(piece)
                yield from reading.taken()
            reading.parser.Parse(b"", True)
            yield from reading.taken()
    except (expat.ExpatError, zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise WrongKind(say("This workbook is damaged and cannot be read")) from error


class _Reading:
    """The state between the pieces of one sheet."""

    def __init__(self, package: Package) -> None:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

        self.package = package
        self.from_excel = from_excel
        self.epoch = CALENDAR_MAC_1904 if package.from_1904 else CALENDAR_WINDOWS_1900
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _no_types
        self.ready: list[Row] = []
        self.number = 0
        self.column = -1
        self.cells: Cells = {}
        self.kind = self.style = ""
        self.words: list[str] = []
        self.formula = self.aloud = False
        self.columns: dict[str, int] = {}
        self.days: dict[str, Any] = {}

    def taken(self) -> list[Row]:
        found, self.ready = self.ready, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._open(attributes)
        elif name in ("v", "t"):
            if not self.aloud:
                self.parser.CharacterDataHandler = self.words.append
        elif name == "row":
            given = attributes.get("r")
            self.number = int(given) if given else self.number + 1
            self.column = -1
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.aloud = True  # how a text is read: not a part of it
        elif name == "mergeCell":
            raise Refused(
                say("The cells {cells} are merged: split them up again", cells=attributes.get("ref", ""))
            )

    def _open(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        if place:
            letters = place.rstrip("0123456789")
            column = self.columns.get(letters)
            self.column = self._known(place, letters) if column is None else column
        else:
            self.column += 1
        if self.column >= MOST_COLUMNS:
            raise Refused(say("The sheet has more than {most} columns", most=MOST_COLUMNS))
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.words, self.formula, self.aloud = [], False, False

    def _known(self, place: str, letters: str) -> int:
        if not _PLACE.fullmatch(place):
            raise ValueError(f"'{place[:20]}' is no place of a cell")
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        self.columns[letters] = column - 1
        return column - 1

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in ("v", "t"):
            self.parser.CharacterDataHandler = None
        elif name == "rPh":
            self.aloud = False
        elif name == "c":
            value = self._value()
            if value is not None:
                self.cells[self.column] = value
        elif name == "row" and self.cells:
            self.ready.append(Row(self.number, self.cells))
            self.cells = {}

    def _value(self) -> Any:
        text, kind = "".join(self.words), self.kind
        if self.formula:
            return Odd(text, say("holds a formula: put in its value"))
        if not text or (kind == "n" and not text.strip()):
            return None
        if kind == "s":
            return self.package.texts[_index(text, len(self.package.texts))] or None
        if kind in ("inlineStr", "str"):
            return text[:LONGEST_TEXT]
        if kind == "b":
            return text.strip() == "1"
        if kind == "e":
            return Odd(text, say("holds the error {error}", error=text[:20]))
        if kind == "d":
            return datetime.fromisoformat(text.strip().removesuffix("Z"))
        return self._moment(text) if self.style in self.package.dates else _number(text)

    def _moment(self, text: str) -> Any:
        """Dates come again and again; each is worked out once."""
        if text not in self.days:
            try:
                moment = self.from_excel(float(text), self.epoch)
            except (ValueError, OverflowError):
                moment = Odd(text, say("holds a number that is no date"))
            self.days[text] = _clock(moment) if isinstance(moment, timedelta) else moment
        return self.days[text]


def _clock(length: timedelta) -> Any:
    """A length of time below a day is how spreadsheets keep a time of day."""
    if timedelta(0) <= length < timedelta(days=1):
        return (datetime(1900, 1, 1) + length).time()  # noqa: DTZ001 - a day of no zone, only its clock is kept
    return Odd(str(length), say("holds a length of time"))


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        value = float(text)
        return int(value) if value.is_integer() and abs(value) < 10**15 else value


def _index(text: str, length: int) -> int:
    index = int(text)
    if not 0 <= index < length:
        raise ValueError("a cell names a text that is not there")
    return index


def _no_types(*_: Any) -> None:
    raise ValueError("a sheet declares no types of documents")


def shown(value: Any) -> str:
    """A cell as it is told again to who filled it in."""
    if isinstance(value, Odd):
        return value.text
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else str(value)
