"""What a sheet says does not depend on how it is written: what a pattern takes is as a parser reads it."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from fab_app.core.problems import Refused
from fab_app.runtime.imports import ordinary, package, sheet
from tests.imports.books import book
from tests.imports.test_hostile import rows, sheet_of

PART = "xl/worksheets/sheet1.xml"
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.dates(date(1950, 1, 1), date(2090, 1, 1)),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12),
    st.sampled_from(["a & b", "<c>", "甲\n乙", " 空 ", "</row>", "_x0041_", "1e5"]),
)
TABLES = st.lists(st.lists(CELLS, max_size=5), min_size=1, max_size=8)


def by_xlsxwriter(table: list[list[Any]], shared: bool) -> bytes:
    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    made = xlsxwriter.Workbook(out, {**plain, "constant_memory": not shared})
    page, day = made.add_worksheet(), made.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(table):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(at, column, datetime(value.year, value.month, value.day), day)
            else:
                page.write(at, column, value)
    made.close()
    return out.getvalue()


def by_openpyxl(table: list[list[Any]]) -> bytes:
    made = openpyxl.Workbook(write_only=True)
    page = made.create_sheet()
    for row in table:
        page.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(content: bytes) -> list[tuple[int, dict[int, Any]]]:
    opened = package.opened(content)
    return [(row.number, row.cells) for row in sheet.rows(opened, next(iter(opened.sheets.values())))]


def parsed(content: bytes) -> list[tuple[int, dict[int, Any]]]:
    """With a remark before the rows, behind which the pattern takes none."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(
                name, text.replace(b"<sheetData>", b"<!-- --><sheetData>") if name == PART else text
            )
    return read(out.getvalue())


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_rows_are_read_as_a_parser_reads_them(table: list[list[Any]]) -> None:
    for content in (by_xlsxwriter(table, True), by_xlsxwriter(table, False), by_openpyxl(table)):
        assert read(content) == parsed(content)


def test_rows_of_spreadsheets_fit_the_pattern() -> None:
    """Else nothing would be wrong but the time that it takes."""
    row = (
        '<row r="7" spans="1:4" ht="15" x14ac:dyDescent="0.25"><c r="A7" s="1" t="s"><v>0</v></c>'
        '<c r="B7" s="2"/><c r="C7"><v>1.5</v></c><c r="D7" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>'
        '</row><row r="8" spans="1:1"/><row r="9"><c r="A9" t="n"><v>1</v></c></row>'
    )
    found = list(ordinary.cells(row.encode()) or ())
    assert [(cell[0], cell[1], cell[4] or cell[5]) for cell in found] == [
        ("7", "A", "0"),
        (None, "B", None),
        (None, "C", "1.5"),
        (None, "D", " a"),
        ("9", "A", "1"),
    ]


ONE = '<row r="{0}"><c r="A{0}"><v>{0}</v></c></row>'
FIRST, SECOND, THIRD = ((at, {0: at}) for at in (1, 2, 3))
ODD = {
    "other quotes": (
        ONE.format(1) + "<row r='2'><c r='A2'><v>2</v></c></row>" + ONE.format(3),
        [FIRST, SECOND, THIRD],
    ),
    "no places": (ONE.format(1) + "<row><c><v>2</v></c></row>" + ONE.format(3), [FIRST, SECOND, THIRD]),
    "a remark": (ONE.format(1) + "<!--" + ONE.format(2) + "-->" + ONE.format(3), [FIRST, THIRD]),
    "an instruction": (ONE.format(1) + "<?a " + ONE.format(2) + "?>" + ONE.format(3), [FIRST, THIRD]),
    "text as it stands": (
        ONE.format(1) + "<![CDATA[" + ONE.format(2) + "]]>" + ONE.format(3),
        [FIRST, THIRD],
    ),
    "gaps": (ONE.format(1) + "\n " + ONE.format(3), [FIRST, THIRD]),
    "an entity": ('<row r="1"><c r="A1" t="str"><v>a&amp;b</v></c></row>', [(1, {0: "a&b"})]),
}


@pytest.mark.parametrize(("body", "expected"), ODD.values(), ids=ODD)
def test_what_is_written_otherwise_means_the_same(body: str, expected: list[Any]) -> None:
    assert read(sheet_of(rows(body))) == expected


@pytest.mark.parametrize(
    "body",
    [
        ONE.format(1) + '<row r="2"><c r="A2"><v>2</v></row>',
        ONE.format(1) + '<row r="2"><c r="A2"><v>2</v></c></row></row>',
        ONE.format(1) + "<row>",
        '<row r="1"><c r="A1"><v>\x01</v></c></row>',
    ],
)
def test_damaged_rows_are_refused(body: str) -> None:
    with pytest.raises(Refused):
        read(sheet_of(rows(body)))


@pytest.mark.parametrize("size", [1000, 20_000])
def test_rows_that_lie_across_pieces_are_whole(size: int) -> None:
    table = [[f"甲{at}" * 9, at, None, "x"] for at in range(size)]
    found = read(book(*table))
    assert (len(found), found[-1]) == (size, (size, {0: f"甲{size - 1}" * 9, 1: size - 1, 3: "x"}))


def test_a_row_longer_than_a_piece_is_read() -> None:
    table = [[f"甲{at}{'a' * 4000}" for at in range(150)] for _ in range(3)]
    assert [row for _, row in read(book(*table))] == [dict(enumerate(row)) for row in table]
