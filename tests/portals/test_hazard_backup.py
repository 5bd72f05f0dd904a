"""What an agency saves of its data: a workbook for each kind of record, from the cards of 数据备份."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote

import pytest
from openpyxl import Workbook, load_workbook

from tests.portals.hazard import agency, at, seeded
from tests.portals.hazard_money import balance
from tests.projects import Browser, Site

BOARD = "/hazard_report/charts/backup"
KINDS = ["机构基本信息", "安监通报", "奖励标准", "举报单", "举报处理记录", "领奖信息", "账单流水"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with seeded(tmp_path_factory.mktemp("backup")) as made:
        yield made


def saved(who: Browser, kind: str) -> tuple[str, Workbook]:
    """Name and content of the file that a card gives."""
    (form,) = (one for one in who.get(BOARD).root.all("form") if one.attrs.get("aria-label") == kind)
    hidden = {
        one.attrs["name"]: one.attrs["value"]
        for one in form.all("input")
        if one.attrs.get("type") == "hidden"
    }
    answer = who.client.get(form.attrs["action"], query_string=hidden)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    name = unquote(answer.headers["Content-Disposition"].partition("filename*=UTF-8''")[2])
    return name, load_workbook(io.BytesIO(answer.get_data()))


def column(book: Workbook, label: str) -> list[object]:
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    return [row[rows[0].index(label)] for row in rows[1:]]


@pytest.mark.req("H-300", "H-145")
def test_each_kind_has_its_card(site: Site) -> None:
    forms = site.as_("ag_d1").get(BOARD).root.all("form")
    assert [one.attrs["aria-label"] for one in forms if "export.xlsx" in one.attrs.get("action", "")] == KINDS


@pytest.mark.req("H-145", "H-228")
@pytest.mark.parametrize("account", ["ag_p", "ag_c1", "ag_d1"])
def test_a_card_tells_how_many_rows_its_file_has(site: Site, account: str) -> None:
    who = site.as_(account)
    page = who.get(BOARD)
    for kind in KINDS:
        (card,) = (one for one in page.root.all("section") if kind in [h.text for h in one.all("h2")])
        _, book = saved(who, kind)
        assert card.one("span", class_="k-count").text == f"{book.worksheets[0].max_row - 1:,}", kind


@pytest.mark.req("H-300")
def test_the_agency_is_one_row_with_its_regions_and_categories_as_sheets(site: Site) -> None:
    _, book = saved(site.as_("ag_d2"), "机构基本信息")
    first, regions, categories = book.worksheets
    assert (regions.title, categories.title) == ("管控区域", "管控类别")
    assert first.max_row == 2 and column(book, "机构名称") == ["示例滨江区安监机构"]
    assert [row[1] for row in regions.iter_rows(min_row=2, values_only=True)] == ["滨江区"]
    kinds = {row[1] for row in categories.iter_rows(min_row=2, values_only=True)}
    assert kinds == {"建筑施工", "脚手架缺陷", "高处作业无防护", "特种设备"}


@pytest.mark.req("H-300")
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_begins_with_the_fields_in_their_order(site: Site, kind: str) -> None:
    _, book = saved(site.as_("ag_d1"), kind)
    block = next(
        one
        for _, one in site.world.manifest.portals["hazard_report"].spec.boards["backup"].placed
        if (one.label or site.entity(one.export).spec.label).zh == kind
    )
    fields = site.entity(block.export).fields
    hidden = site.world.grants.fields(site.principal("ag_d1"), site.entity(block.export).key).hidden
    said = {one.field: one.label for one in site.entity(block.export).spec.listing.columns}
    wanted = [(said.get(code) or fields[code].label).zh for code in block.columns if code not in hidden]
    heads = [cell.value for cell in book.worksheets[0][1]]
    assert heads == wanted and len(wanted) == len(block.columns)


@pytest.mark.req("H-301")
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_called_after_agency_kind_and_minute_and_its_first_row_stands_still(
    site: Site, kind: str
) -> None:
    name, book = saved(site.as_("ag_d1"), kind)
    assert re.fullmatch(rf"示例西湖区安监机构_{kind}_\d{{12}}\.xlsx", name)
    assert all(sheet.freeze_panes == "A2" for sheet in book.worksheets)


@pytest.mark.req("H-301")
def test_dates_are_dates_money_has_two_decimals_and_long_numbers_are_text(site: Site) -> None:
    _, book = saved(site.as_("ag_d1"), "账单流水")
    heads = [cell.value for cell in book.worksheets[0][1]]
    row = book.worksheets[0][2]
    moment, amount, type_ = (row[heads.index(label)] for label in ("时间", "金额", "类型"))
    assert isinstance(moment.value, datetime) and isinstance(amount.value, int | float)
    assert amount.number_format == "#,##0.00" and type_.value in (
        "充值",
        "奖金支出",
        "发放失败退回",
        "人工调整",
    )
    _, book = saved(site.as_("ag_d1"), "机构基本信息")
    assert column(book, "负责人手机号")[0] == next(
        one["contact_phone"] for one in site.rows("hr_agency") if one["id"] == agency(site, "ag_d1")
    )


@pytest.mark.req("H-301", "H-300")
def test_rich_text_is_plain_and_references_are_names(site: Site) -> None:
    _, book = saved(site.as_("ag_d1"), "安监通报")
    texts, agencies = column(book, "正文内容"), column(book, "发布机构")
    assert texts and not any("<" in str(text) for text in texts)
    assert set(agencies) == {"示例西湖区安监机构"}


@pytest.mark.req("H-302", "H-415", "H-304")
def test_only_its_own_rows_are_saved_the_last_balance_is_that_of_now_and_ids_are_masked(site: Site) -> None:
    who = site.as_("ag_d1")
    own = agency(site, "ag_d1")
    numbers = {one["entry_no"] for one in site.rows("hr_ledger") if one["agency"] == own}
    _, book = saved(who, "账单流水")
    assert set(column(book, "流水号")) == numbers
    assert float(str(column(book, "余额")[0])) == float(balance(site, "ag_d1"))
    _, book = saved(who, "举报单")
    handled = {one["report_no"] for one in site.rows("hr_report") if one["assigned_agency"] == own}
    assert set(column(book, "举报单号")) == handled
    _, book = saved(who, "领奖信息")
    whole = {one["claimant_id_card"] for one in site.rows("hr_claim")} - {None}
    told = {one for one in column(book, "身份证号") if one}
    assert told and not told & whole
    assert [one["action"] for one in site.platform("base_audit")][-1] == "export"


@pytest.mark.req("H-352", "H-007")
@pytest.mark.parametrize("card", ["backup:99", "nothing:0", "backup:0", "backup", "home_agency:0"])
def test_a_card_that_is_none_is_not_found(site: Site, card: str) -> None:
    assert site.as_("ag_d1").get(at("hr_ledger", f"export.xlsx?card={card}")).status == 404
