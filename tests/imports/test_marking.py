"""The workbook that comes back: what was read is marked, everything else of it is as its person made it."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import canonicalize

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from tests.imports.books import book, read, saved, send
from tests.imports.shop import HEAD
from tests.imports.test_batches import content
from tests.imports.test_floods import with_parts
from tests.imports.test_hostile import MAIN, head, rows
from tests.projects import Browser, Site

GREEN, BLUE, RED = "FF00FF00", "FF0000FF", "FFFBD5D5"


@pytest.fixture
def clerk(kept: Site) -> Iterator[Browser]:
    yield kept.as_("clerk")
    assert kept.rows("order") == []


def marked(who: Browser, workbook: bytes, **more: Any) -> bytes:
    _, body = send(who, "order", workbook, **{"dry_run": "true", **more})
    return content(who, body["marked"])


def of(workbook: bytes, sheet: int = 0) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook)).worksheets[sheet]


def adorned(who: Browser) -> bytes:
    """The template filled in, with formats, widths and remarks of the person and a sheet of his own."""
    made = openpyxl.load_workbook(io.BytesIO(content(who, "/api/v1/shop/order/import-template.xlsx")))
    page: Any = made.worksheets[0]
    for line in (("一", "甲", -1), ("二", "甲")):
        page.append(list(line))
    page["C2"].number_format, page["C2"].font = "0.000", Font(bold=True)
    page["A3"].fill, page["A3"].comment = PatternFill("solid", fgColor=GREEN), Comment("问过", "张")
    page.column_dimensions["A"].width = 33
    page.row_dimensions[3].height = 40
    other: Any = made.create_sheet("我的")
    other.append(["=1+1", "留着"])
    other["B1"].fill, other["B1"].comment = PatternFill("solid", fgColor=BLUE), Comment("私", "李")
    return saved(made)


def test_formats_widths_and_remarks_of_the_sheet_stay(clerk: Browser) -> None:
    page = of(marked(clerk, adorned(clerk)))
    assert (page["A3"].fill.fgColor.rgb, page["A3"].comment.text) == (GREEN, "问过")
    assert (page.column_dimensions["A"].width, page.row_dimensions[3].height, page.freeze_panes) == (
        33,
        40,
        "A2",
    )
    assert page["A1"].comment.text == "必填\n最多 20 个字"
    assert "B2:B5001" in {str(one.sqref) for one in page.data_validations.dataValidation}


def test_wrong_cell_keeps_its_format_on_another_ground(clerk: Browser) -> None:
    cell = of(marked(clerk, adorned(clerk)))["C2"]
    assert (cell.fill.fgColor.rgb, cell.number_format, cell.font.b) == (RED, "0.000", True)
    assert (cell.value, cell.comment.text) == (-1, "金额须大于零")


def test_other_sheets_come_back_as_they_were(clerk: Browser) -> None:
    before = adorned(clerk)
    after = marked(clerk, before)
    other = of(after, 2)
    assert (other["A1"].value, other["B1"].fill.fgColor.rgb, other["B1"].comment.text) == ("=1+1", BLUE, "私")
    changed = {"xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"}
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        differ = {name for name in old.namelist() if old.read(name) != new.read(name)}
        assert sorted(old.namelist()) == sorted(new.namelist())
    assert (
        changed - {"[Content_Types].xml"}
        <= differ
        <= changed
        | {
            "xl/comments/comment1.xml",
            "xl/drawings/commentsDrawing1.vml",
            "xl/worksheets/_rels/sheet1.xml.rels",
        }
    )


def test_every_row_that_is_wrong_says_why_and_row_that_is_mended_no_longer(clerk: Browser) -> None:
    first = marked(clerk, book(HEAD, ("一", "甲", -1), ("二", "乙")))
    made = openpyxl.load_workbook(io.BytesIO(first))
    made.worksheets[0]["C2"] = 5
    page = of(marked(clerk, saved(made)))
    told = [(row[10].value, row[11].value) for row in page.iter_rows(min_row=2)]
    assert told == [(None, None), (3, "客户名称“乙”不存在")]
    assert [cell.coordinate for row in page.iter_rows(min_row=2) for cell in row if cell.comment] == ["B3"]


def test_parts_that_excel_writes_stay_in_their_order(clerk: Browser) -> None:
    """Shared texts, a table, a condition: what stands behind the rows stands there still, and the drawing between."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet()
        for at, line in enumerate((HEAD, ("一", "甲", -1), ("二", "甲", 1))):
            sheet.write_row(at, 0, line)
        sheet.conditional_format("C2:C9", {"type": "cell", "criteria": "<", "value": 0})
        sheet.add_table("A1:J3", {"columns": [{"header": name} for name in HEAD]})
    after = marked(clerk, out.getvalue())
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    order = ["<cols", "<sheetData", "<conditionalFormatting", "<legacyDrawing", "<tableParts"]
    assert sorted(order, key=xml.index) == order
    assert read(after)[1][:3] == ("一", "甲", -1)


def test_prefixed_names_and_cells_without_places_are_marked(clerk: Browser) -> None:
    def row(*texts: str) -> str:
        held = (f'<x:c t="inlineStr"><x:is><x:t>{told}</x:t></x:is></x:c>' for told in texts)
        return f"<x:row>{''.join(held)}</x:row>"

    lines = row(*HEAD) + row("a&amp;&lt;b", "乙")
    sheet = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{lines}</x:sheetData></x:worksheet>'
    page = of(marked(clerk, with_parts(book(HEAD), sheet1=sheet)))
    assert (page["A2"].value, page["B2"].comment.text, page["L2"].value) == (
        "a&<b",
        "客户名称“乙”不存在",
        "客户名称“乙”不存在",
    )


def test_formula_that_others_share_leaves_its_value_where_rows_move(shop: Site) -> None:
    def row(number: int, name: str, customer: str, formula: str) -> str:
        texts = (("A", name), ("B", customer))
        held = "".join(f'<c r="{at}{number}" t="inlineStr"><is><t>{told}</t></is></c>' for at, told in texts)
        return f'<row r="{number}">{held}<c r="M{number}">{formula}<v>7</v></c></row>'

    body = row(2, "一", "甲", '<f t="shared" ref="M2:M3" si="0">1+6</f>') + row(
        3, "二", "乙", '<f t="shared" si="0"/>'
    )
    workbook = with_parts(book(HEAD), sheet1=rows(head() + body))
    page = of(marked(shop.as_("clerk"), workbook, dry_run="false", mode="good_rows"))
    assert [cell.value for cell in page[2]][:2] == ["二", "乙"]
    assert page["M2"].value == 7


def row_of(number: int, customer: str) -> str:
    return f'<row r="{number}"><c r="B{number}" t="inlineStr"><is><t>{customer}</t></is></c></row>'


def test_rows_of_which_nothing_is_told_go_back_as_they_are(clerk: Browser) -> None:
    held = '<c r="A3" t="inlineStr"><is><t>a&amp;/&gt;&lt;</t></is></c><c r="B3" t="inlineStr"><is><t>甲</t></is></c>'
    odd = f'<row r="3" ht="30">{held}<c r="C3"/></row><row r="4"/>'
    workbook = with_parts(book(HEAD), sheet1=rows(head() + row_of(2, "乙") + odd))
    with zipfile.ZipFile(io.BytesIO(marked(clerk, workbook))) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    told = canonicalize(f"<x>{odd}</x>").removeprefix("<x>").removesuffix("</x>")
    assert told in canonicalize(xml)


def test_millions_of_cells_on_another_sheet_cost_no_memory(clerk: Browser) -> None:
    made = openpyxl.Workbook()
    for line in (HEAD, ("一", "甲", -1)):
        made.worksheets[0].append(list(line))
    made.create_sheet("其他")
    many = rows(("<row>" + "<c><v>1</v></c>" * 100 + "</row>") * 30_000)
    workbook = with_parts(saved(made), sheet2=many)
    _, body = send(clerk, "order", workbook, dry_run="true")
    tracemalloc.start()
    after = content(clerk, body["marked"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        assert archive.read("xl/worksheets/sheet2.xml").decode() == many
    assert peak < 60 * 1024**2


def test_empty_cells_far_below_are_not_kept_in_memory(clerk: Browser) -> None:
    """Borders drawn to the end of the sheet: they go back row by row."""
    cells = '<c s="0"/>' * 5
    far = "".join(f'<row r="{at}">{cells}</row>' for at in range(3, 30_000))
    wrong = row_of(2, "乙")
    _, body = send(clerk, "order", with_parts(book(HEAD), sheet1=rows(head() + wrong + far)), dry_run="true")
    tracemalloc.start()
    content(clerk, body["marked"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * 1024**2
