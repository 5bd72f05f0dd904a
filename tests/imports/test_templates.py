"""The workbook that is filled in: what it offers, and which of them an import takes."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.imports.books import book, saved, send, step
from tests.imports.shop import HEAD
from tests.imports.test_batches import content
from tests.projects import Browser, Site


def test_template_offers_what_one_may_choose_and_says_what_is_needed(clerk: Browser) -> None:
    made = openpyxl.load_workbook(io.BytesIO(content(clerk, "/api/v1/shop/order/import-template.xlsx")))
    page: Any = made.worksheets[0]
    assert [cell.value for cell in page[1]] == list(HEAD)
    assert page["A1"].comment.text == "必填\n最多 20 个字"
    offered = [row[1] for row in made["options"].iter_rows(values_only=True) if row[1]]
    assert (offered, made["options"].sheet_state) == (["甲"], "veryHidden")
    lists = {str(one.sqref): one.formula1 for one in page.data_validations.dataValidation}
    assert lists["B2:B5001"] == "options!$B$1:$B$1"
    assert made.defined_names["fab_import"].value.startswith('"shop.order:')


def lists_of(content_: bytes) -> tuple[dict[str, list[Any]], list[Any]]:
    """By column of the sheet what may be chosen there."""
    made = openpyxl.load_workbook(io.BytesIO(content_))
    page: Any = made.worksheets[0]
    offered: dict[str, list[Any]] = {}
    for one in page.data_validations.dataValidation:
        name, _, range_ = one.formula1.partition("!")
        cells = made[name][range_.replace("$", "")]
        offered[str(one.sqref)] = (
            [row[0].value for row in cells] if isinstance(cells, tuple) else [cells.value]
        )
    return offered, [cell.value for cell in page[1]]


def test_template_offers_the_labels_of_choices_but_not_where_several_are_written(clerk: Browser) -> None:
    offered, head = lists_of(content(clerk, "/shop/order/import-template.xlsx"))
    assert offered["H2:H5001"] == ["开", "关"] and head[7] == "状态"
    assert len(offered["J2:J5001"]) == 2 and head[9] == "已付"
    assert "G2:G5001" not in offered and head[6] == "标签"


@pytest.mark.parametrize(("more", "offered"), [(999, 1000), (1000, None)])
def test_more_than_a_thousand_records_are_no_drop_down(
    shop: Site, clerk: Browser, more: int, offered: int | None
) -> None:
    for at in range(more):
        shop.make("customer", name=f"客{at:04d}")
    lists, _ = lists_of(content(clerk, "/shop/order/import-template.xlsx"))
    assert len(lists.get("B2:B5001", ())) == (offered or 0)


def test_filled_in_template_is_taken(shop: Site, clerk: Browser) -> None:
    made = openpyxl.load_workbook(io.BytesIO(content(clerk, "/shop/order/import-template.xlsx")))
    made.worksheets[0].append(["一", "甲"])
    out = io.BytesIO()
    made.save(out)
    assert send(clerk, "order", out.getvalue())[0] == 200


def test_template_of_another_language_is_taken(shop: Site, clerk: Browser) -> None:
    assert send(clerk, "stock", book(("code*", "name", "count"), ("a", "甲", 1)))[0] == 200


def marked_as(key: str, *rows: tuple[Any, ...]) -> bytes:
    """A workbook that began as the template of this definition."""
    made = openpyxl.load_workbook(io.BytesIO(book(*rows)))
    made.defined_names["fab_import"] = DefinedName("fab_import", attr_text=f'"{key}:0000000000000000"')
    return saved(made)


def test_template_of_another_entity_is_refused_though_its_columns_fit(shop: Site, clerk: Browser) -> None:
    status, body = send(clerk, "order", marked_as("shop.stock", HEAD, ("一", "甲")))
    assert (status, body["message"]) == (422, "这是“库存”的导入模板，请下载“订单”的模板")
    assert shop.rows("order") == []


@pytest.mark.parametrize(
    ("head", "remark"),
    [
        (HEAD, "这不是最新模板，但各列仍然适用"),
        (HEAD[:8], "这不是最新模板，缺少以下列，导入后为空：备注、已付"),
    ],
)
def test_older_template_is_taken_with_a_remark_while_its_columns_fit(
    shop: Site, clerk: Browser, head: tuple[str, ...], remark: str
) -> None:
    status, body = send(clerk, "order", marked_as("shop.order", head, ("一", "甲")), dry_run="true")
    assert (status, body["good"], body["remark"]) == (200, 1, remark)
    assert remark in clerk.get(body["url"].replace("/api/v1", "")).text
    assert step(clerk, body, "write")[1]["remark"] == remark


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        ((*HEAD, "旧列"), "这是旧模板，以下列已取消：旧列。请下载最新模板"),
        (HEAD[:1], "这是旧模板，缺少新增的列：客户名称。请下载最新模板"),
    ],
)
def test_older_template_whose_columns_no_longer_fit_is_refused(
    clerk: Browser, head: tuple[str, ...], sentence: str
) -> None:
    status, body = send(clerk, "order", marked_as("shop.order", head, ("一", "甲")[: len(head)]))
    assert (status, body["message"]) == (422, sentence)


def test_newest_template_has_no_remark(clerk: Browser) -> None:
    made = openpyxl.load_workbook(io.BytesIO(content(clerk, "/shop/order/import-template.xlsx")))
    made.worksheets[0].append(["一", "甲"])
    assert send(clerk, "order", saved(made), dry_run="true")[1]["remark"] is None
