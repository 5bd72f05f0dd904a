"""The rows of a sheet, read as it is unpacked: flat memory whatever its size, empty rows cost nothing.

Rows as spreadsheets write them are taken by one pattern (``ordinary``), all else by a parser; openpyxl's reader
takes twelve times as long, calamine holds the whole rectangle from the first cell to the last
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
from fab_app.runtime.imports import ordinary
from fab_app.runtime.imports.package import Package
from fab_app.runtime.imports.parts import DEEPEST, LONGEST_TEXT, PIECE, WrongKind, bare, no_types

MOST_COLUMNS: Final = 200
MOST_ROWS: Final = 1_048_576
MOST_CELLS: Final = 3_000_000
"""Of one sheet, the empty ones included: borders drawn to its very end make millions of them."""

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
            while piece := sheet.read(PIECE):
                reading.take(piece)
                yield from reading.taken()
            reading.finish()
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
        self.parser.StartDoctypeDeclHandler = no_types
        self.parser.XmlDeclHandler = self._declared
        self.rest = b""
        self.ordinary = True
        self.within = False
        self.ready: list[Row] = []
        self.number = self.depth = self.seen = 0
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

    def take(self, piece: bytes) -> None:
        """Whole rows by their pattern where they fit it; the parser sees the sheet without them."""
        text = self.rest + piece
        first, last = text.find(ordinary.BEGIN), text.rfind(ordinary.END) + len(ordinary.END)
        if not self.ordinary or not 0 <= first < last:
            self.ordinary, self.rest = False, b""
            self.parser.Parse(text)
            return
        if first:
            self._parse(text[:first])
        stretch, self.rest = text[first:last], text[last:]
        cells = ordinary.cells(stretch) if self.ordinary and not self.within else None
        if cells is None:
            self._parse(stretch)
        else:
            self._count(stretch.count(b"<c "))
            self._fill(cells)

    def finish(self) -> None:
        self.parser.Parse(self.rest, True)

    def _parse(self, text: bytes) -> None:
        """In what may be a comment, or text as it stands, what looks like a row is none."""
        if b"<!" in text or text.find(b"<?", 1) > 0:
            self.ordinary = False
        self.parser.Parse(text)

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() != "utf-8":
            self.ordinary = False

    def _fill(self, cells: Iterator[ordinary.Cell]) -> None:
        found, columns, value_of = self.cells, self.columns, self._value
        for number, letters, style, kind, typed, text in cells:
            if number is not None:
                if found:
                    self.ready.append(Row(self.number, found))
                self.number, found = int(number), {}
            column = columns.get(letters)
            if column is None:
                column = self._known(letters)
            if text and kind == "inlineStr":
                found[column] = text[:LONGEST_TEXT]
            elif (value := value_of(typed or text or "", kind or "n", style or "")) is not None:
                found[column] = value
        if found:
            self.ready.append(Row(self.number, found))
        self.cells = {}

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError("a sheet is not so deep")
        name = bare(name)
        if name == "c":
            self._open(attributes)
        elif name in ("v", "t"):
            if not self.aloud:
                self.parser.CharacterDataHandler = self.words.append
        elif name == "row":
            given = attributes.get("r")
            self.number = int(given) if given else self.number + 1
            self.column, self.within = -1, True
            if self.number > MOST_ROWS:
                raise ValueError("a sheet has not so many rows")
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.aloud = True  # how a text is read: not a part of it
        elif name == "mergeCell":
            raise Refused(
                say("The cells {cells} are merged: split them up again", cells=attributes.get("ref", ""))
            )

    def _open(self, attributes: dict[str, str]) -> None:
        self._count(1)
        place = attributes.get("r")
        if place:
            letters = place.rstrip("0123456789")
            column = self.columns.get(letters)
            if column is None:
                if not _PLACE.fullmatch(place):
                    raise ValueError(f"'{place[:20]}' is no place of a cell")
                column = self._known(letters)
            self.column = column
        else:
            self.column += 1
            self._judge(self.column)
        self.kind, self.style = attributes.get("t", "n"), attributes.get("s", "")
        self.words, self.formula, self.aloud = [], False, False

    def _known(self, letters: str) -> int:
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        self._judge(column - 1)
        self.columns[letters] = column - 1
        return column - 1

    def _count(self, more: int) -> None:
        self.seen += more
        if self.seen > MOST_CELLS:
            raise Refused(say("The sheet has more than {most} cells: delete what is empty", most=MOST_CELLS))

    def _judge(self, column: int) -> None:
        if column >= MOST_COLUMNS:
            raise Refused(say("The sheet has more than {most} columns", most=MOST_COLUMNS))

    def _end(self, name: str) -> None:
        self.depth -= 1
        name = bare(name)
        if name in ("v", "t"):
            self.parser.CharacterDataHandler = None
        elif name == "rPh":
            self.aloud = False
        elif name == "c":
            text = "".join(self.words)
            odd = Odd(text[:LONGEST_TEXT], say("holds a formula: put in its value")) if self.formula else None
            value = odd or self._value(text, self.kind, self.style)
            if value is not None:
                self.cells[self.column] = value
        elif name == "row":
            self.within = False
            if self.cells:
                self.ready.append(Row(self.number, self.cells))
                self.cells = {}

    def _value(self, text: str, kind: str, style: str) -> Any:
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
        return self._moment(text) if style in self.package.dates else _number(text)

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
        return int(text) if "." not in text else _whole(float(text))
    except ValueError:
        return _whole(float(text))


def _whole(value: float) -> int | float:
    return int(value) if value.is_integer() and abs(value) < 10**15 else value


def _index(text: str, length: int) -> int:
    index = int(text)
    if not 0 <= index < length:
        raise ValueError("a cell names a text that is not there")
    return index


def shown(value: Any) -> str:
    """A cell as it is told again to who filled it in."""
    if isinstance(value, Odd):
        return value.text
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else str(value)
