"""Buttons of a toolbar act on ticked rows: one, or any number, and each row's fate is told."""

from __future__ import annotations

import pytest

from tests.projects import Builder, Page, Site
from tests.tenants.home import peopled


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    return peopled(build)


def staff(site: Site, name: str, agency: int = 1, state: str = "active") -> int:
    id_ = site.make("staff", name=name, agency=agency)
    site.set("staff", id_, state=state)
    return id_


def people(site: Site, *accounts: str) -> list[int]:
    return [site.person(account, "sub", kind="sub", org=1) for account in accounts]


def tools(page: Page) -> dict[str, dict[str, str]]:
    return {
        b.text: b.attrs for b in page.root.one(class_="k-toolbar").all("button") if "formaction" in b.attrs
    }


@pytest.mark.req("I-003", "I-349", "I-350")
def test_buttons_carry_their_sentences(site: Site) -> None:
    found = tools(site.as_("old").get("/bureau/account/list/"))
    said = {label: (b["data-none"], b.get("data-many", "")) for label, b in found.items()}
    assert said == {
        "编辑": ("请选择一条要修改的记录", "只能选择一条记录进行修改"),
        "删除": ("请选择要删除的记录", ""),
    }


@pytest.mark.req("I-114")
def test_question_has_a_place_for_the_number(site: Site) -> None:
    assert (
        tools(site.as_("old").get("/bureau/account/list/"))["删除"]["data-confirm"]
        == "确认删除选中的{n}个用户吗？"
    )


@pytest.mark.req("I-113", "I-349", "I-439")
@pytest.mark.parametrize(
    ("many", "sentence"), [(0, "请选择一条要修改的记录"), (2, "只能选择一条记录进行修改")]
)
def test_change_of_none_or_two_is_refused_without_a_script_too(site: Site, many: int, sentence: str) -> None:
    ids = "&".join(f"ids={n}" for n in range(1, many + 1))
    page = site.as_("old").get(f"/bureau/account/batch/edit?{ids}")
    assert page.status == (422 if many else 400) and sentence in page.text


@pytest.mark.req("I-113")
def test_change_of_one_opens_its_form(site: Site) -> None:
    (one,) = people(site, "one")
    page = site.as_("old").get(f"/bureau/account/batch/edit?ids={one}&next=/bureau/account/list/")
    assert page.location == f"/bureau/account/edit/{one}?next=%2Fbureau%2Faccount%2Flist%2F"


@pytest.mark.req("I-350")
def test_deletion_of_nothing_is_refused(site: Site) -> None:
    page = site.as_("old").post("/bureau/account/batch/delete", {})
    assert page.status == 400 and "请选择要删除的记录" in page.text


@pytest.mark.req("I-114", "I-405")
def test_ticked_accounts_go_and_their_sessions_with_them(site: Site) -> None:
    two = people(site, "gone1", "gone2")
    inside = site.as_("gone1")
    before = inside.get("/bureau/contract/list/").status
    site.as_("old").post("/bureau/account/batch/delete", {"ids": list(map(str, two))})
    after = inside.get("/bureau/contract/list/").status
    assert [site.row("account", id_)["alive"] == 0 for id_ in two] == [False, False]
    assert (before, after) == (403, 302)


@pytest.mark.req("I-362")
def test_fates_are_counted_and_each_failure_has_its_reason(site: Site) -> None:
    old = site.as_("old")
    ids = [staff(site, "人员甲"), staff(site, "人员乙", state="left"), staff(site, "人员丙")]
    page = old.follow(old.post("/bureau/staff/do/leave", {"ids": list(map(str, ids)), "asked": "1"}))
    toast = page.root.one(class_="k-toast")
    assert toast.text == "成功2条，失败1条人员乙：该人员已离职"


def test_failure_of_a_foreign_row_names_it_not(site: Site) -> None:
    old, foreign = site.as_("old"), staff(site, "秘密人员", agency=2)
    page = old.follow(old.post("/bureau/staff/do/leave", {"ids": [str(foreign)], "asked": "1"}))
    assert "秘密人员" not in page.html and f"#{foreign}" in page.root.one(class_="k-toast").text


def test_move_for_one_opens_the_dialog_of_that_row(site: Site) -> None:
    page = site.as_("old").get(f"/bureau/staff/do/praise?ids={staff(site, '人员丁')}")
    assert any(
        f.attrs.get("action", "").startswith("/bureau/staff/do/praise/") for f in page.root.all("form")
    )


def test_move_for_one_is_not_made_for_two(site: Site) -> None:
    page = site.as_("old").get("/bureau/staff/do/praise?ids=1&ids=2")
    assert (page.status, "只能选择一条记录" in page.text) == (422, True)


def test_own_sentence_of_a_move(site: Site) -> None:
    assert tools(site.as_("old").get("/bureau/staff/list/"))["离职"]["data-none"] == "请先勾选人员"


@pytest.mark.req("I-039", "I-111")
def test_guard_greys_and_condition_hides(site: Site) -> None:
    shut = site.as_("new").get("/bureau/staff/list/").root.one(class_="k-toolbar")
    grey = [b.text for b in shut.all("button") if b.attrs.get("aria-disabled")]
    assert grey == ["新增专职人员", "离职", "表扬"]
    assert "详情" not in tools(site.as_("official").get("/bureau/staff/list/"))
