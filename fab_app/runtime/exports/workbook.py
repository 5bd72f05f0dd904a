"""A workbook written as it is sent: XML by hand into a zip that nobody has to hold.

A library that keeps flat memory writes the sheet to a file first and zips it when all is there, in about six
times the time; see docs/decisions/006-excel.md. Texts are inline strings, which no spreadsheet takes for a formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from fab_app.runtime.exports.package import HEAD, MAIN, parts

MOST_ROWS = 1_048_575
"""Rows below the heading that a sheet can have."""

LONGEST = 32_767
EMPTY = "<c/>"
_FIRST = date(1899, 12, 30)
_TRUE_FROM = date(1900, 3, 1)
"""Spreadsheets count a 29 February 1900; days before are given as text."""

_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
DAY, MOMENT, WHOLE, SCALED = 2, 3, 4, 5


def cell(value: Any) -> str:
    """The XML of a cell: a date, a moment, a number or a text, each as what it is."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int):
        return f'<c s="{WHOLE}"><v>{value}</v></c>'
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, date):
        return _day(value)
    return words(f"{value:%H:%M:%S}" if isinstance(value, time) else str(value))


def words(value: str, style: str = "") -> str:
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{_safe(value)}</t></is></c>'


@dataclass(frozen=True)
class Sheet:
    """``pieces`` are read when the sheet's turn comes; each is the written cells of some rows, column by column."""

    title: str
    labels: Sequence[str]
    pieces: Iterable[Sequence[Sequence[str]]]


def book(title: str, labels: Sequence[str], pieces: Iterable[Sequence[Sequence[str]]]) -> Iterator[bytes]:
    """The bytes of a workbook of one sheet."""
    return bound((Sheet(title, labels, pieces),))


def bound(sheets: Sequence[Sheet], front: Sheet | None = None) -> Iterator[bytes]:
    """The bytes of a workbook; the sheet that stands in ``front`` is written last and may tell of the others."""
    out = _Out()
    titles = [sheet.title for sheet in (*((front,) if front else ()), *sheets)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=2) as archive:
        for name, content in parts(titles):
            archive.writestr(name, content)
        behind = list(enumerate(sheets, 2 if front else 1))
        for at, one in [*behind, *(((1, front),) if front else ())]:
            with archive.open(f"xl/worksheets/sheet{at}.xml", "w", force_zip64=True) as sheet:
                sheet.write(_opening(one.labels).encode())
                for columns in one.pieces:
                    rows = map("".join, zip(*columns, strict=True))
                    sheet.write("".join(f"<row>{row}</row>" for row in rows).encode())
                    yield out.taken()
                sheet.write(b"</sheetData></worksheet>")
    yield out.taken()


class _Out(io.RawIOBase):
    """What a zip is written to: a stream that is read as it grows."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        content, self.pieces = b"".join(self.pieces), []
        return content


def _day(value: date) -> str:
    day = value.date() if isinstance(value, datetime) else value
    if day < _TRUE_FROM:
        return words(str(value))
    gone = (day - _FIRST).days
    if not isinstance(value, datetime):
        return f'<c s="{DAY}"><v>{gone}</v></c>'
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return f'<c s="{MOMENT}"><v>{gone + seconds / 86400:.8f}</v></c>'


def _number(value: float | Decimal) -> str:
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else None
    if isinstance(exponent, int) and -9 <= exponent <= 0:
        return f'<c s="{SCALED - exponent}"><v>{value}</v></c>'
    return f"<c><v>{value}</v></c>" if value == value and abs(value) != float("inf") else EMPTY


def _safe(value: str) -> str:
    value = _CODED.sub("_x005F_", value) if "_x" in value else value
    return escape(_BAD.sub("", value)[:LONGEST])


def _opening(labels: Sequence[str]) -> str:
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{min(max(2 * len(label) + 4, 12), 40)}" customWidth="1"/>'
        for at, label in enumerate(labels, 1)
    )
    heading = "".join(words(label, ' s="1"') for label in labels)
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"{f'<cols>{widths}</cols>' if labels else ''}<sheetData>"
        f"<row>{heading}</row>"
    )
