"""A workbook's package: everything in it but its sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

LONGEST_NAME = 31
FORMATS = ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "0", *(f"#,##0{'.' * bool(n)}{'0' * n}" for n in range(10)))
"""The formats of cells, by style: 1 is the heading's, then these in their order."""


def parts(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names and contents, for sheets of these titles in their order."""
    kinds = {"workbook": "sheet.main", "styles": "styles"}
    kinds |= {f"worksheets/sheet{at}": "worksheet" for at in range(1, len(titles) + 1)}
    overrides = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    yield (
        "[Content_Types].xml",
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
    )
    yield "_rels/.rels", _relations(("officeDocument", "xl/workbook.xml"))
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations(
            *(("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(titles) + 1)),
            ("styles", "styles.xml"),
        ),
    )
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(_names(titles), 1)
    )
    yield (
        "xl/workbook.xml",
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
    )
    yield "xl/styles.xml", _styles()


def _relations(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>'


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
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="{len(FORMATS)}">{formats}</numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
        f'<cellStyleXfs count="1">{plain}/></cellStyleXfs><cellXfs count="{len(FORMATS) + 2}">'
        f'{plain} xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        f"{shapes}</cellXfs></styleSheet>"
    )


def _names(titles: Sequence[str]) -> Iterator[str]:
    """The titles as spreadsheets take them: short, without their signs, none twice."""
    taken: set[str] = set()
    for at, title in enumerate(titles, 1):
        name = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:LONGEST_NAME].strip() or f"Sheet{at}"
        if name.casefold() in taken:
            end = f" {at}"
            name = name[: LONGEST_NAME - len(end)] + end
        taken.add(name.casefold())
        yield escape(name, {'"': "&quot;"})
