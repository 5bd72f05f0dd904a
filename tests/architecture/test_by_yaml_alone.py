"""A workflow, a chart, a notice, a print and an import added to the ten lines by YAML: on screen and over REST."""

from __future__ import annotations

import io

import pytest

from tests.architecture.test_homes import TEN_LINES
from tests.imports.books import book, headers, send
from tests.projects import Browser, Builder, Site

MORE = """  reader: {type: user, label: 借书人, readonly: true}
listing: {row: [show, edit, {print: card}, lend]}
workflows:
  lending:
    start: free
    states: {free: {label: 在馆}, out: {label: 借出, final: true}}
    moves:
      lend:
        label: 借出
        from: free
        to: out
        by: [keeper]
        dialog: {reader: {type: user, label: 借书人, required: true}}
        effects:
          - {type: set, fields: {lent: 'true', reader: dialog.reader}}
          - {type: notify, notice: lent_out}
"""
PORTAL = """
title: 图书
charts: {kinds: {label: 各类图书, of: book, type: bar, by: kind}}
boards: {numbers: {label: 统计, rows: [[kinds]]}}
notices:
  lent_out: {about: book, title: "《{title}》已借出", text: "作者{author}", channels: [inapp], to: [{user: reader}]}
prints:
  card: {of: book, label: 卡片, template: card.typ, fields: [title, author]}
imports:
  book: {columns: [title, author, price, kind], key: title}
"""
FILES = {
    "schema/library/book.yaml": TEN_LINES.replace("required: true", "required: true, unique: true") + MORE,
    "schema/library/portal.yaml": PORTAL,
    "schema/library/prints/card.typ": '#import "/paper.typ": *\n#show: paper\n#masthead(data.title)\n',
    "permissions/library/keeper.yaml": """
label: 管理员
rows: {book: all, user: all}
may: {book: [read, add, edit, import, export, print], user: [pick]}
""",
    "permissions/library/reader.yaml": "label: 读者\nrows: {book: all}\nmay: {book: [read]}\n",
}
HEAD = ("书名", "作者", "价格", "类别")


@pytest.fixture(scope="module")
def library(build: Builder) -> Site:
    site = build(FILES)
    site.make("book", title="算法", author="甲", kind="science")
    site.make("book", title="网络", author="乙", kind="science")
    site.make("book", title="红楼", author="丙", kind="novel")
    return site


@pytest.fixture
def keeper(library: Site) -> Browser:
    return library.as_("keeper")


def test_the_move_is_a_button_and_an_address(library: Site, keeper: Browser) -> None:
    reader = library.id_of("reader")
    assert "/library/book/do/lend/1" in keeper.get("/library/book/list/").response.get_data(as_text=True)
    assert keeper.post("/library/book/do/lend/1", {"reader": str(reader)}).status == 303
    answer = keeper.client.post(
        "/api/v1/library/book/2/do/lend", json={"reader": reader}, headers=headers(keeper)
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert [(row["state"], row["lent"]) for row in library.rows("book")[:2]] == [("out", True)] * 2
    again = keeper.client.post(
        "/api/v1/library/book/2/do/lend", json={"reader": reader}, headers=headers(keeper)
    )
    assert again.status_code == 409
    assert library.as_("reader").post("/library/book/do/lend/3", {"reader": str(reader)}).status == 403


def test_the_notice_is_told_to_whom_the_move_names(library: Site) -> None:
    reader = library.as_("reader")
    assert reader.json("/library/badges")["bell"] == 2
    titles = [row["title"] for row in reader.json("/api/v1/base/message/")["result"]]
    assert sorted(titles) == ["《算法》已借出", "《网络》已借出"]


def test_the_chart_stands_on_its_board_and_gives_its_numbers(keeper: Browser) -> None:
    assert "/api/v1/library/charts/kinds" in keeper.get("/library/charts/numbers").response.get_data(
        as_text=True
    )
    result = keeper.json("/api/v1/library/charts/kinds")["result"]
    numbers = dict(zip([one["key"] for one in result["x"]], result["series"][0]["data"], strict=True))
    assert numbers == {"novel": 1, "science": 2}


def test_the_print_is_a_document(keeper: Browser) -> None:
    assert "/library/book/print/card" in keeper.get("/library/book/show/1").response.get_data(as_text=True)
    printed = keeper.post("/library/book/print/card/1").response
    served = keeper.client.get("/api/v1/library/book/1/print/card")
    assert (printed.data[:5], served.data[:5]) == (b"%PDF-", b"%PDF-")


def test_the_import_reads_a_workbook_on_screen_and_over_rest(library: Site, keeper: Browser) -> None:
    keeper.get("/library/book/import")
    file = io.BytesIO(book(HEAD, ("屏上", "己", 7, "小说")))
    sent = keeper.post("/library/book/import", {"file": (file, "新书.xlsx")})
    written = keeper.follow(keeper.post(f"{sent.location}/write"))
    assert ("成功导入 1 行，失败 0 行" in written.text, library.rows("book")[-1]["title"]) == (True, "屏上")
    status, body = send(
        keeper, "book", book(HEAD, ("算法", "丁", 59, "小说"), ("新书", "戊", 1, "科学")), "library"
    )
    assert (status, body["added"], body["changed"]) == (200, 1, 1)
    rows = library.rows("book")
    assert [(row["title"], row["author"]) for row in (rows[0], rows[-1])] == [
        ("算法", "丁"),
        ("新书", "戊"),
    ]
