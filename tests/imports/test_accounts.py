"""Accounts come in as other rows do: with their organisation, the initial password and the role that is written."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from tests.imports.books import book, reasons, send
from tests.imports.bureau import HEAD, bureau
from tests.projects import Browser, Builder, Site

ROWS = (
    ("一所", None, "安全评价机构", "甲县", "first"),
    ("二所", None, "安全评价机构、社会化服务机构", "甲县", "second"),
    ("三所", None, "社会化服务机构", "甲县", "third"),
    ("四所", None, "社会化服务机构", "甲县", "First"),
    ("五所", None, "社会化服务机构", "乙县", "fifth"),
)
WRONG = [(5, "account", "账号重复"), (6, "agency.region", "地区不存在")]


@pytest.fixture
def site(build: Builder) -> Site:
    return bureau(build)


@pytest.fixture
def office(site: Site) -> Browser:
    return site.as_("office")


def test_good_accounts_are_made_and_the_same_file_changes_nothing(site: Site, office: Browser) -> None:
    _, body = send(office, "member", book(HEAD, *ROWS))
    assert (body["added"], reasons(body)) == (3, WRONG)
    people = site.rows("member")
    assert [row["account"] for row in people if row["kind"] == "agency"][-3:] == ["first", "second", "third"]
    before = (len(site.rows("member")), len(site.rows("agency")))
    _, again = send(office, "member", book(HEAD, *ROWS))
    exists = [(row, "account", "账号已存在") for row in (2, 3, 4)]
    assert (again["added"], reasons(again)) == (0, [*exists, *WRONG])
    assert (len(site.rows("member")), len(site.rows("agency"))) == before


def test_account_has_its_agency_role_and_name_and_the_agency_one_account(site: Site, office: Browser) -> None:
    send(office, "member", book(HEAD, *ROWS[:2]))
    agencies = {row["name"]: row for row in site.rows("agency")}
    person = next(row for row in site.rows("member") if row["account"] == "second")
    assert (person["org"], person["name"], person["kind"]) == (agencies["二所"]["id"], "二所", "agency")
    assert sum(row["org"] == agencies["二所"]["id"] for row in site.rows("member")) == 1
    role = next(row for row in site.rows("base.role") if row["code"] == "agency" and row["portal"] == "shop")
    assert site.many("member", "roles", person["id"]) == [role["id"]]
    assert agencies["二所"]["agency__main_account"] == "second"


def test_new_account_must_change_the_initial_password_first(site: Site, office: Browser) -> None:
    send(office, "member", book(HEAD, ROWS[0]))
    browser = site.app.test_client()
    token = Browser(site, browser).get("/login/").token
    answer = browser.post("/login/", data={"username": "first", "password": "start123", "csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/shop/password")
    assert browser.get("/shop/agency/list/").headers.get("Location", "").startswith("/shop/password")


def test_missing_column_and_wrong_kind_are_told_in_the_portals_words(site: Site, office: Browser) -> None:
    before = len(site.rows("member"))
    missing = send(office, "member", book(HEAD[:4], ROWS[0][:4]))
    kind = send(office, "member", b"a,b", name="a.csv")
    assert [(status, body["message"]) for status, body in (missing, kind)] == [
        (422, "模板不正确，缺少列：登录账号"),
        (415, "请上传xlsx文件"),
    ]
    assert len(site.rows("member")) == before


def test_each_run_leaves_its_record_with_both_files(site: Site, office: Browser) -> None:
    send(office, "member", book(HEAD, *ROWS), name="名单.xlsx")
    send(office, "member", book(HEAD, *ROWS), dry_run="true")
    [run] = site.rows("run")
    assert [run[name] for name in ("total", "ok", "failed", "imported_by")] == [5, 3, 2, site.users["office"]]
    page = office.get(f"/shop/run/show/{run['id']}")
    files = [office.get(link).response.get_data() for link in page.addresses if "/shop/run/file/" in link]
    assert "名单.xlsx" in page.text
    sheets: list[Any] = [openpyxl.load_workbook(io.BytesIO(content)).active for content in files]
    told = [[cell.value for cell in row] for row in sheets[-1].iter_rows(min_row=2)]
    assert [(row[4], row[-1]) for row in told] == [("First", "账号重复"), ("fifth", "地区不存在")]


def test_who_may_not_import_accounts_imports_none(site: Site) -> None:
    before = len(site.rows("member"))
    assert send(site.as_("agency"), "member", book(HEAD, *ROWS))[0] == 403
    assert len(site.rows("member")) == before
