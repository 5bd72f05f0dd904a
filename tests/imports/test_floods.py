"""Small files that would unpack to very much: each is refused after little work, or costs no more than its rows."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Iterator

import pytest
import xlsxwriter

from tests.imports.books import book, reasons, send
from tests.imports.shop import HEAD
from tests.imports.test_hostile import MAIN, head, rows
from tests.projects import Browser, Site

STRINGS = "xl/sharedStrings.xml"
SHEET = "xl/worksheets/sheet1.xml"
LARGE = (413, "文件过大")
DAMAGED = (415, "文件已损坏或已加密，无法读取")


@pytest.fixture
def clerk(kept: Site) -> Iterator[Browser]:
    yield kept.as_("clerk")
    assert kept.rows("order") == []


def with_parts(content: bytes, **parts: str) -> bytes:
    """With these parts instead, and with noise beside them that makes the whole look little packed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        target.writestr("xl/media/noise.bin", os.urandom(1_000_000))
        for name in source.namelist():
            text = parts.get(name.rpartition("/")[2].partition(".")[0])
            target.writestr(name, source.read(name) if text is None else text)
    return out.getvalue()


def shared(*lines: tuple[object, ...]) -> bytes:
    """As Excel writes it: its texts in a part of their own."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet()
        for at, line in enumerate((HEAD, *lines)):
            sheet.write_row(at, 0, line)
    return out.getvalue()


def texts_besides(item: str, count: int) -> bytes:
    content = shared(("一", "乙"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        own = archive.read(STRINGS).decode()
    return with_parts(content, sharedStrings=own.replace("</sst>", item * count + "</sst>"))


def many_texts() -> bytes:
    return texts_besides("<si><t/></si>", 1_050_000)


def long_texts() -> bytes:
    return texts_besides(f"<si><t>{'x' * 32_000}</t></si>", 1_500)


def many_styles() -> bytes:
    return with_parts(
        shared(), styles=f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 200_000}</cellXfs></styleSheet>'
    )


def format_of_brackets() -> bytes:
    """A pattern that looks for dates among them would look for hours."""
    wide = f'<numFmt numFmtId="200" formatCode="{"[" * 1_000_000}"/>'
    cells = '<cellXfs><xf numFmtId="200"/></cellXfs>'
    return with_parts(
        shared(("一", "乙")),
        styles=f'<styleSheet xmlns="{MAIN}"><numFmts>{wide}</numFmts>{cells}</styleSheet>',
    )


def deep(part: str) -> Callable[[], bytes]:
    return lambda: with_parts(
        shared(("一", "乙")), **{part: f'<a xmlns="{MAIN}">' + "<t>" * 1000 + "</t>" * 1000 + "</a>"}
    )


def many_cells() -> bytes:
    line = "<row>" + "<c/>" * 150 + "</row>"
    return with_parts(shared(), sheet1=rows(head() + line * 21_000))


def many_rows() -> bytes:
    return with_parts(shared(), sheet1=rows(head() + "<row/>" * 1_100_000))


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (many_texts, LARGE),
        (long_texts, LARGE),
        (many_styles, LARGE),
        (deep("sharedStrings"), DAMAGED),
        (deep("styles"), DAMAGED),
        (deep("sheet1"), DAMAGED),
        (many_cells, (422, "工作表的单元格超过 3000000 个，请删除空白的行和列")),
        (many_rows, DAMAGED),
    ],
)
def test_flood_in_a_part_is_refused(
    clerk: Browser, content: Callable[[], bytes], answer: tuple[int, str]
) -> None:
    status, body = send(clerk, "order", content())
    assert (status, body["message"]) == answer


def test_many_empty_texts_that_no_cell_names_are_read_over(clerk: Browser) -> None:
    content = texts_besides("<si/>", 500_000)
    assert reasons(send(clerk, "order", content)[1]) == [(2, "customer", "客户名称“乙”不存在")]


def test_format_longer_than_any_is_cut_off(clerk: Browser) -> None:
    assert reasons(send(clerk, "order", format_of_brackets())[1]) == [(2, "customer", "客户名称“乙”不存在")]


def test_texts_of_a_part_of_their_own_are_read_without_what_helps_to_read_them_aloud(clerk: Browser) -> None:
    aloud = '<rPh sb="0" eb="1"><t>bing</t></rPh>'
    said = f'<si><r><t>丙</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 丁</t></r>{aloud}</si>'
    content = shared(("一", "乙"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        own = archive.read(STRINGS).decode()
    told = with_parts(content, sharedStrings=own.replace("<si><t>乙</t></si>", said))
    assert reasons(send(clerk, "order", told)[1]) == [(2, "customer", "客户名称“丙 丁”不存在")]


def test_long_text_in_every_wrong_cell_is_told_in_short(clerk: Browser) -> None:
    long = "长、" * 10_000
    _, body = send(clerk, "order", book(HEAD, ("一", long, None, None, None, None, long)))
    assert max(len(one["value"]) for one in body["errors"]) == 500
    assert max(len(one["reasons"]) for one in body["errors"]) <= 8
