"""A single-record page is the form of one's own record, with buttons to what belongs to it."""

from __future__ import annotations

import pytest

from tests.projects import Builder, Site
from tests.tenants.home import FILES, peopled

MINE = "/bureau/agency/mine"
PROFILE = """
label: 简介
fields:
  who: {type: user, label: 谁, default: user, readonly: true}
  text: {type: text, label: 文, required: true}
single: {where: who == user}
"""


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    return peopled(build)


@pytest.mark.req("I-117")
def test_it_is_the_form_of_ones_own_record(site: Site) -> None:
    page = site.as_("new").get(MINE)
    assert (page.status, dict(page.form())["name"]) == (200, "乙")


@pytest.mark.req("I-022", "I-117")
def test_menu_leads_to_it_and_marks_it(site: Site) -> None:
    page = site.as_("new").get(MINE)
    assert page.root.one("a", href=MINE, aria_current="page").text == "机构信息录入"


def test_saving_comes_back_to_it(site: Site) -> None:
    new = site.as_("new")
    answer = new.submit(MINE, address="新路")
    assert (answer.status, answer.location, site.row("agency", 2)["agency__address"]) == (303, MINE, "新路")


def test_what_is_refused_stays_the_same_page(site: Site) -> None:
    page = site.as_("new").submit(MINE, address="")
    assert page.status == 422 and page.root.one("button", class_="k-btn-line").text == "专职人员名单"


@pytest.mark.req("I-119")
def test_button_is_grey_until_its_time(site: Site) -> None:
    assert (
        site.as_("new").get(MINE).root.one("button", class_="k-btn-line").attrs["title"]
        == "请先完成机构信息录入"
    )


@pytest.mark.req("I-119", "I-121")
def test_button_and_menu_lead_to_the_same_page(site: Site) -> None:
    page = site.as_("old").get(MINE)
    ways = [a.text for a in page.root.all("a", href="/bureau/staff/list/")]
    assert ways == ["专职人员信息维护", "专职人员名单"]


def test_who_has_no_record_and_may_make_none_finds_nothing(site: Site) -> None:
    assert site.as_("official").get(MINE).status == 404


def test_who_may_not_read_is_refused(site: Site) -> None:
    site.person("helper", "sub", kind="sub", org=1)
    assert site.as_("helper").get(MINE).status == 403


def test_who_may_only_read_sees_what_stands(build: Builder) -> None:
    main = FILES["permissions/bureau/main.yaml"].replace("agency: [read, edit]", "agency: [read]")
    site = peopled(build, files={**FILES, "permissions/bureau/main.yaml": main})
    page = site.as_("new").get(MINE)
    assert page.status == 200 and page.root.all("form", id="k-form") == [] and "某路" in page.text


def test_first_saving_makes_the_record(build: Builder) -> None:
    files = {
        **FILES,
        "schema/bureau/profile.yaml": PROFILE,
        "permissions/bureau/main.yaml": FILES["permissions/bureau/main.yaml"]
        .replace("rows:\n", "rows:\n  profile: who == user\n")
        .replace("may:\n", "may:\n  profile: [read, add, edit]\n"),
    }
    site = peopled(build, files=files)
    new = site.as_("new")
    made = new.submit("/bureau/profile/mine", text="一")
    changed = new.submit("/bureau/profile/mine", text="二")
    assert (made.location, changed.location) == ("/bureau/profile/mine",) * 2
    assert [row["text"] for row in site.rows("profile")] == ["二"]
