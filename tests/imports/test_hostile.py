"""Workbooks that are not what they should be: each is refused, or read, with a sentence, and nothing is stored."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest

from tests.imports.books import book, reasons, saved, send
from tests.imports.shop import HEAD
from tests.projects import Browser, Site

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.fixture
def clerk(kept: Site) -> Iterator[Browser]:
    yield kept.as_("clerk")
    assert kept.rows("order") == []


def sheet_of(xml: str, **parts: str) -> bytes:
    """A workbook whose only sheet is this XML."""
    good, out = io.BytesIO(book(HEAD)), io.BytesIO()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = xml if name == "xl/worksheets/sheet1.xml" else parts.get(name)
            target.writestr(name, source.read(name) if text is None else text)
    return out.getvalue()


def rows(body: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def head() -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{label}</t></is></c>' for label in HEAD)
    return f"<row>{cells}</row>"


def refused(who: Browser, content: bytes, **more: Any) -> tuple[int, str]:
    status, body = send(who, "order", content, **more)
    return status, body["message"]


def bomb() -> bytes:
    return sheet_of(rows(head() + "<row>" + " " * (210 * 1024 * 1024) + "</row>"))


def entities() -> bytes:
    flood = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    return sheet_of(
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{flood}]>' + rows(head() + "<row><c><v>&a9;</v></c></row>")
    )


def far_away() -> bytes:
    cell = '<c r="{}" t="inlineStr"><is><t>x</t></is></c>'
    return sheet_of(rows(f'{head()}<row r="1048576">{cell.format("XFD1048576")}</row>'))


def locked() -> bytes:
    """What an encrypted workbook and an old one look like."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 4096


def cut_off() -> bytes:
    return book(HEAD, ("一", "甲"))[:-300]


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (bomb, 413, "文件过大"),
        (entities, 415, "文件已损坏或已加密，无法读取"),
        (far_away, 422, "工作表的列数超过 200"),
        (locked, 415, "请上传 xlsx 文件"),
        (cut_off, 415, "请上传 xlsx 文件"),
        (lambda: b"name,customer\na,b\n", 415, "请上传 xlsx 文件"),
        (lambda: sheet_of("<worksheet><sheetData><row>"), 415, "文件已损坏或已加密，无法读取"),
        (
            lambda: sheet_of(rows(head() + '<row><c t="s"><v>99</v></c></row>')),
            415,
            "文件已损坏或已加密，无法读取",
        ),
        (lambda: book(HEAD), 422, "文件中没有数据"),
        (lambda: book(), 422, "模板不正确，缺少列：名称、客户名称。请下载最新模板"),
        (lambda: book(("品名", "数量"), ("a", 1)), 422, "模板不正确，缺少列：名称、客户名称。请下载最新模板"),
        (lambda: book((*HEAD, "品名"), ("a", "甲")), 422, "模板不正确，模板中没有列：品名。请下载最新模板"),
        (lambda: book((*HEAD, "金额"), ("a", "甲")), 422, "模板不正确，模板中没有列：金额。请下载最新模板"),
    ],
)
def test_what_is_no_such_workbook_is_refused(
    clerk: Browser, content: Callable[[], bytes], status: int, sentence: str
) -> None:
    assert refused(clerk, content()) == (status, sentence)


def test_first_visible_sheet_is_read(clerk: Browser) -> None:
    made = openpyxl.Workbook()
    first: Any = made.active
    first.sheet_state = "hidden"
    for row in (HEAD, ("", "甲")):
        made.create_sheet("数据").append(row) if "数据" not in made.sheetnames else made["数据"].append(row)
    assert reasons(send(clerk, "order", saved(made))[1]) == [(2, "name", "请填写名称")]


@pytest.mark.parametrize("first", [(), ("说明",)])
def test_rows_on_another_sheet_are_not_read_and_told_of_by_its_name(
    clerk: Browser, first: tuple[str, ...]
) -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(first)))
    other = made.create_sheet("数据")
    for row in (HEAD, ("一", "甲")):
        other.append(row)
    assert refused(clerk, saved(made)) == (422, "只读取第一张工作表，而数据在“数据”中，请将它移到最前")


def test_formulas_are_no_values(clerk: Browser) -> None:
    _, body = send(clerk, "order", book(HEAD, ("一", "甲", "=1+1"), ('=HYPERLINK("x")', "甲", "#N/A")))
    told = [(2, "amount", "金额是公式，请改填公式的结果"), (3, "name", "名称是公式，请改填公式的结果")]
    assert [one for one in reasons(body) if one in told] == told


def test_errors_of_the_spreadsheet_are_no_values(clerk: Browser) -> None:
    cells = '<c t="inlineStr"><is><t>一</t></is></c><c t="inlineStr"><is><t>甲</t></is></c><c t="e"><v>#DIV/0!</v></c>'
    _, body = send(clerk, "order", sheet_of(rows(f"{head()}<row>{cells}</row>")))
    assert reasons(body) == [(2, "amount", "金额是错误值 #DIV/0!")]


def test_merged_cells_are_refused(clerk: Browser) -> None:
    made = openpyxl.Workbook()
    page: Any = made.active
    for row in (HEAD, ("一", "甲"), ("二", "甲")):
        page.append(row)
    page.merge_cells("B2:B3")
    assert refused(clerk, saved(made)) == (422, "单元格 B2:B3 已合并，请先取消合并")


def test_a_million_empty_rows_cost_nothing(clerk: Browser) -> None:
    empty = "".join(f'<row r="{number}" spans="1:9"/>' for number in range(3, 1_000_003))
    bad = '<row r="1000003"><c r="B1000003" t="inlineStr"><is><t>甲</t></is></c></row>'
    content = sheet_of(rows(f"{head()}{empty}{bad}"))
    before = time.process_time()
    _, body = send(clerk, "order", content)
    assert reasons(body) == [(1_000_003, "name", "请填写名称")]
    assert time.process_time() - before < 20


def test_dates_and_numbers_that_are_none_are_told(clerk: Browser) -> None:
    moments = ("一", "甲", "12元", "1.5", "2026年13月1日", "明天")
    assert reasons(send(clerk, "order", book(HEAD, moments))[1]) == [
        (2, "amount", "金额须大于零"),
        (2, "pieces", "件数必须是整数"),
        (2, "day", "日期不是有效日期，请按 2026-01-31 的格式填写"),
        (2, "at", "时刻不是有效时间，请按 2026-01-31 08:30 的格式填写"),
    ]


def test_too_large_a_file_is_refused_unread(clerk: Browser) -> None:
    status, _ = send(clerk, "order", b"PK" + b"\x00" * (21 * 1024 * 1024))
    assert status == 413


def test_request_without_a_file_or_with_unknown_words_is_400(clerk: Browser) -> None:
    good = book(HEAD, ("一", "甲"))
    statuses = [send(clerk, "order", good, **more)[0] for more in ({"dry_run": "maybe"}, {"mode": "some"})]
    assert [*statuses, send(clerk, "line", good)[0]] == [400, 400, 400]
