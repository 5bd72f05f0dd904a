"""A workbook written as it is sent: XML by hand into a zip that nobody has to hold.

A library that keeps flat memory writes the sheet to a file first and zips it when all is there, in about six
times the time; see docs/decisions/006-excel.md. Texts are inline strings, which no spreadsheet takes for a formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

MOST_ROWS = 1_048_575
"""Rows below the heading that a sheet can have."""

LONGEST = 32_767
EMPTY = "<c/>"
_FIRST = date(1899, 12, 30)
_TRUE_FROM = date(1900, 3, 1)
"""Spreadsheets count a 29 February 1900; days before are given as text."""

_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

FORMATS = ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "0", *(f"#,##0{'.' * bool(n)}{'0' * n}" for n in range(10)))
"""The formats of cells, by style: 1 is the heading's, then these in their order."""
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


def book(title: str, labels: Sequence[str], pieces: Iterable[Sequence[Sequence[str]]]) -> Iterator[bytes]:
    """The bytes of a workbook of one sheet; each piece is the written cells of some rows, column by column."""
    out = _Out()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=2) as archive:
        for name, content in _parts(title):
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_opening(labels).encode())
            for columns in pieces:
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
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"{f'<cols>{widths}</cols>' if labels else ''}<sheetData>"
        f"<row>{heading}</row>"
    )


def _parts(title: str) -> Iterator[tuple[str, str]]:
    """Everything but the sheet itself."""
    kinds = {"workbook": "sheet.main", "worksheets/sheet1": "worksheet", "styles": "styles"}
    overrides = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
    )
    yield "_rels/.rels", _relations(("officeDocument", "xl/workbook.xml"))
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")),
    )
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{_sheet_name(title)}" '
        'sheetId="1" r:id="rId1"/></sheets></workbook>',
    )
    yield "xl/styles.xml", _styles()


def _relations(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


def _styles() -> str:
    formats = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode="{code}"/>' for at, code in enumerate(FORMATS)
    )
    shapes = "".join(
        f'<xf numFmtId="{164 + at}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for at in range(len(FORMATS))
    )
    plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"'
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(FORMATS)}">{formats}</numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
        f'<cellStyleXfs count="1">{plain}/></cellStyleXfs><cellXfs count="{len(FORMATS) + 2}">'
        f'{plain} xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        f"{shapes}</cellXfs></styleSheet>"
    )


def _sheet_name(title: str) -> str:
    name = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:31].strip() or "Sheet1"
    return escape(name, {'"': "&quot;"})
