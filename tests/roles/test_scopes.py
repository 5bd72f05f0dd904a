"""A custom role gives what was ticked over the rows of its scope: of ticked organisations, one's own, everybody's."""

from __future__ import annotations

import pytest

from fab_app.access.explain import explain
from fab_app.runtime.explaining import Rows
from tests.projects import Builder, Site
from tests.roles.home import holder, peopled, post, role

READ = ["guard.read"]


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return peopled(build, database)


def seen(site: Site, account: str, entity: str = "guard") -> set[str]:
    """What the list, its count and the API show; all the same."""
    browser = site.as_(account)
    page = browser.get(f"/police/{entity}/list/")
    assert page.status == 200, page.text
    body = browser.json(f"/api/v1/police/{entity}/")
    assert {row["name"] for row in body["result"]} == {row["name"].strip() for row in page.rows}
    assert body["count"] == len(body["ids"]) == len(page.ids)
    return {row["name"].removesuffix("保安").removesuffix("公司") for row in body["result"]}


@pytest.mark.parametrize(
    ("scope", "orgs", "found"),
    [
        ("org", ("甲东一所",), {"甲东一所"}),
        ("org", ("甲东", "甲西"), {"甲东", "甲西"}),
        ("org_tree", ("甲东",), {"甲东", "甲东一所"}),
        ("org_tree", ("甲西", "甲东一所"), {"甲西", "甲东一所"}),
    ],
)
def test_ticked_organisations_are_the_rows(
    site: Site, scope: str, orgs: tuple[str, ...], found: set[str]
) -> None:
    """The holder's own place counts for nothing: he sits in 甲西."""
    name = f"{scope}{len(orgs)}{orgs[0]}"
    holder(site, name, role(site, "jia_admin", name, READ, scope, *orgs), "甲西")
    assert seen(site, name) == found


def test_all_is_everybodys_rows_and_one_who_holds_all_may_give_it(site: Site) -> None:
    holder(site, "whole", role(site, "prov_chief", "全部", READ, "all"), "甲西")
    assert len(seen(site, "whole")) == 6


def test_a_scope_without_an_axis_of_the_entity_gives_nothing(site: Site) -> None:
    id_ = role(site, "prov_chief", "区域", READ, "region_tree")
    holder(site, "regional", id_, "甲西")
    assert seen(site, "regional") == set()


def test_two_roles_are_the_union_of_their_rows(site: Site) -> None:
    ids = [role(site, "jia_admin", f"并{org}", READ, "org", org) for org in ("甲东", "甲东一所")]
    site.person("both", kind="officer", org=post(site, "甲西"), roles=ids)
    assert seen(site, "both") == {"甲东", "甲东一所"}


def test_hidden_fields_and_further_rules_of_the_ceiling_hold(site: Site) -> None:
    """The ceiling deletes only who has left, and never reads the clue."""
    id_ = role(site, "jia_admin", "删除", ["guard.delete"], "org", "甲东")
    holder(site, "remover", id_, "甲东")
    browser = site.as_("remover")
    guard = browser.json("/api/v1/police/guard/")["ids"][0]
    assert "secret" not in browser.json(f"/api/v1/police/guard/{guard}")["result"]
    version = {"If-Match": '"1"'}
    before = browser.client.delete(
        f"/api/v1/police/guard/{guard}", headers={**version, "X-CSRFToken": browser.get("/login/").token}
    )
    site.set("guard", guard, state="left")
    after = browser.post(f"/police/guard/delete/{guard}")
    assert (before.status_code, after.status) == (403, 303)


def test_other_organisations_hold_from_the_next_request_on(site: Site) -> None:
    id_ = role(site, "jia_admin", "变动", READ, "org", "甲东一所")
    holder(site, "moved", id_, "甲东")
    browser = site.as_("moved")
    before = browser.json("/api/v1/police/guard/")["result"]
    answer = site.as_("jia_admin").submit(f"/police/role/edit/{id_}", orgs=[str(post(site, "甲西"))])
    after = browser.json("/api/v1/police/guard/")["result"]
    assert answer.status == 303
    assert [[row["name"] for row in rows] for rows in (before, after)] == [["甲东一所保安"], ["甲西保安"]]


def test_explanation_tells_the_chosen_organisations_and_agrees(site: Site) -> None:
    holder(site, "asked", role(site, "jia_admin", "问", READ, "org_tree", "甲东"), "甲西")
    shown = set(site.as_("asked").json("/api/v1/police/guard/?q=(page_size:100)")["ids"])
    session, person = site.here.session, site.principal("asked")
    try:
        found = {
            row["id"]: explain(Rows(site.world, session), person, site.entity("guard"), "read", row["id"])
            for row in site.rows("guard")
        }
    finally:
        session.remove()
    assert {id_ for id_, one in found.items() if one.allowed} == shown
    told = found[min(found)].roles[0]
    assert told.text.startswith("police.问 ") and f"org_tree of {post(site, '甲东')}" in told.text
    assert f"所选 = [{post(site, '甲东')}]" in told.inner[0].text
