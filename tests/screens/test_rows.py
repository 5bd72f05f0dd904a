"""Child rows in their parent's form: copied without their files, and begun with what the form holds."""

from __future__ import annotations

import pytest

from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 商店\nsettings: {days: {type: int, label: 天数, default: 5, required: true}}\n",
    "schema/shop/order.yaml": """
label: 订单
fields:
  no: {type: text, label: 编号}
  placed: {type: date, label: 日期}
  lines: {type: table, label: 明细, of: line, by: order, columns: [name, due, tags, fixed, scan], copies: true}
""",
    "schema/shop/line.yaml": """
label: 明细
fields:
  order: {type: ref, to: order, label: 订单, required: true}
  name: {type: text, label: 名称}
  due: {type: date, label: 期限, default: order.placed + days(setting.days)}
  tags: {type: choices, label: 标签, options: {hot: 急, new: 新}}
  fixed: {type: bool, label: 已办}
  scan: {type: file, label: 附件}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all, line: all}
may: {order: [read, add, edit], line: [read, add, edit, delete]}
""",
}
ADD = "/shop/order/add"


@pytest.fixture(scope="module")
def clerk(build: Builder) -> Browser:
    site: Site = build(FILES)
    return site.as_("clerk")


def test_new_row_begins_with_a_default_that_reads_the_form(clerk: Browser) -> None:
    page = clerk.send(clerk.get(ADD), placed="2026-03-01", _rows="add lines")
    assert (page.status, page.value("lines-0-due")) == (200, "2026-03-06")
    unread = clerk.send(clerk.get(ADD), placed="no day", _rows="add lines")
    assert (unread.status, unread.value("lines-0-due"), unread.value("placed")) == (200, "", "no day")


def test_row_is_copied_without_its_file(clerk: Browser) -> None:
    scan = clerk.file("line", "scan", b"%PDF-1.4\n%%EOF\n", "a.pdf")
    typed = {
        "lines-0-name": "甲",
        "lines-0-due": "2026-04-01",
        "lines-0-tags": ["", "hot"],
        "lines-0-fixed": "1",
        "lines-0-scan": str(scan),
        "lines-1-name": "乙",
    }
    token = clerk.get(ADD).token
    clerk.token = token
    page = clerk.post(ADD, {"no": "A1", **typed, "_rows": "copy lines 0"})
    rows = [[page.value(f"lines-{index}-{name}") for name in ("name", "due")] for index in range(3)]
    assert rows == [["甲", "2026-04-01"], ["乙", ""], ["甲", "2026-04-01"]]
    assert (page.values("lines-2-tags"), page.values("lines-0-scan")) == (["hot"], [str(scan)])
    assert page.values("lines-2-scan") == [] and page.values("lines-2-fixed") == ["1"]


def test_copy_is_a_row_of_its_own(clerk: Browser) -> None:
    made = clerk.submit(ADD, no="A2", lines__0__name="甲")
    assert made.status == 303
    order = max(row["id"] for row in clerk.site.rows("order"))
    page = clerk.send(clerk.get(f"/shop/order/edit/{order}"), _rows="copy lines 0")
    assert (page.value("lines-0-id") != "", page.value("lines-1-id")) == (True, "")
    assert clerk.send(page).status == 303
    assert [row["name"] for row in clerk.site.rows("line") if row["order"] == order] == ["甲", "甲"]


def test_copying_is_offered_where_the_author_says_so(clerk: Browser) -> None:
    buttons = [b.attrs.get("value") for b in clerk.send(clerk.get(ADD), _rows="add lines").root.all("button")]
    assert "copy lines 0" in buttons
