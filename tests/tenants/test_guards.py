"""A guard shuts what roles allow until something holds of the person or his organisation, at every door."""

from __future__ import annotations

import pytest

from tests.portals.asking import headers
from tests.projects import Builder, Site
from tests.tenants.home import agency, peopled

GATE = "请先完成机构信息录入，再设置子账号"
STAFF = "请先完成机构信息录入，方可维护专职人员信息"


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return peopled(build, database)


@pytest.mark.req("I-111", "I-347")
def test_list_tells_why_and_where_to_go(site: Site) -> None:
    page = site.as_("new").get("/bureau/account/list/")
    ways = {a.text: a.attrs["href"] for a in page.root.one(class_="k-note-warn").all("a")}
    assert GATE in page.text and ways == {"去录入": "/bureau/agency/mine"}


@pytest.mark.req("I-111")
def test_button_is_grey_with_the_reason(site: Site) -> None:
    page = site.as_("new").get("/bureau/account/list/")
    assert [b.attrs["title"] for b in page.root.all("button") if "data-reason" in b.attrs] == [GATE]


@pytest.mark.req("I-111", "I-347", "I-432")
def test_form_and_post_are_refused_with_the_sentence(site: Site) -> None:
    new = site.as_("new")
    for page in (new.get("/bureau/account/add"), new.post("/bureau/account/add", {"account": "n_s1"})):
        assert (page.status, GATE in page.text) == (403, True)


@pytest.mark.req("I-215", "I-347")
def test_api_refuses_with_the_same_sentence(site: Site) -> None:
    new = site.as_("new")
    answer = new.client.post("/api/v1/bureau/account/", json={"account": "n_s1"}, headers=headers(new))
    assert (answer.status_code, answer.get_json()["message"]) == (403, GATE)


@pytest.mark.req("I-122", "I-348")
def test_moves_and_changes_are_shut_too(site: Site) -> None:
    new, mine = site.as_("new"), site.make("staff", name="人员", agency=site.row("agency", 2)["id"])
    for answer in (
        new.client.post(f"/api/v1/bureau/staff/{mine}/do/leave", json={}, headers=headers(new)),
        new.client.put(f"/api/v1/bureau/staff/{mine}", json={"name": "某"}, headers=headers(new)),
        new.client.delete(f"/api/v1/bureau/staff/{mine}", headers=headers(new)),
    ):
        assert (answer.status_code, answer.get_json()["message"]) == (403, STAFF)


def test_shut_add_leaves_reading_open(site: Site) -> None:
    assert site.as_("new").get("/bureau/staff/list/").status == 200


def test_guard_that_is_met_says_nothing(site: Site) -> None:
    page = site.as_("old").get("/bureau/account/list/")
    assert GATE not in page.text and page.root.one("a", href="/bureau/account/add")


def test_those_without_the_right_hear_nothing_of_the_guard(site: Site) -> None:
    assert STAFF not in site.as_("official").get("/bureau/staff/list/").text


@pytest.mark.req("I-358")
def test_kind_of_the_organisation_decides(site: Site) -> None:
    id_ = agency(site, "丙", declared=True, kinds=("social",))
    site.person("social", "main", kind="main", org=id_)
    social = site.as_("social")
    answer = social.client.post("/api/v1/bureau/contract/", json={"name": "x"}, headers=headers(social))
    assert (answer.status_code, answer.get_json()["message"]) == (403, "本机构不是安全评价机构")
    assert social.get("/bureau/contract/list/").root.all("a", href="/bureau/contract/add") == []


def sub(site: Site, account: str, *rights: str) -> None:
    org = next(row["id"] for row in site.rows("agency") if row["name"] == "甲")
    site.person(account, "sub", kind="sub", org=org)
    side = site.world.stored(site.entity("account")).side["rights"]
    with site.engine.begin() as connection:
        for position, right in enumerate(rights):
            connection.execute(
                side.insert().values(owner_id=site.users[account], position=position, value=right)
            )


@pytest.mark.req("I-213", "I-357", "I-431")
def test_single_right_of_a_person_opens_and_shuts_reading(site: Site) -> None:
    sub(site, "s_with", "visit", "contract")
    sub(site, "s_without", "visit")
    site.make("contract", name="秘密", agency=1)
    assert site.as_("s_with").get("/bureau/contract/list/").status == 200
    shut = site.as_("s_without")
    for path in ("/bureau/contract/list/", "/bureau/contract/show/1", "/bureau/contract/add"):
        assert shut.get(path).status == 403, path
    for path in ("/api/v1/bureau/contract/", "/api/v1/bureau/contract/export.csv"):
        answer = shut.client.get(path)
        assert (answer.status_code, "秘密" in answer.get_data(as_text=True)) == (403, False)


@pytest.mark.req("I-213")
def test_menu_holds_what_is_open(site: Site) -> None:
    sub(site, "m_with", "contract")
    sub(site, "m_without")
    shown = [
        bool(site.as_(who).get("/bureau/").root.all("a", href="/bureau/contract/list/"))
        for who in ("m_with", "m_without")
    ]
    assert shown == [True, False]


def test_opens_with_the_next_request(site: Site) -> None:
    id_ = agency(site, "丁")
    site.person("late", "main", kind="main", org=id_)
    late = site.as_("late")
    before = late.get("/bureau/staff/add").status
    site.set("agency", id_, agency__declared="declared")
    assert (before, late.get("/bureau/staff/add").status) == (403, 200)


def test_what_guards_read_costs_no_statement(site: Site) -> None:
    old = site.as_("old")
    old.get("/bureau/staff/list/")
    with site.statements() as found:
        old.get("/bureau/staff/list/")
    assert len(found) <= 5
