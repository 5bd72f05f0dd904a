"""Sub-accounts: made and ended by their organisation's main account, open only while one such account is."""

from __future__ import annotations

import pytest

from tests.portals.asking import headers
from tests.projects import PASSWORD, Builder, Site
from tests.tenants.home import peopled
from tests.tenants.test_doors import OWN, log_in
from tests.tenants.test_guards import sub


@pytest.fixture
def site(project: Builder, database: str) -> Site:
    return peopled(project, database)


def post(site: Site, who: str, **values: object) -> tuple[int, object]:
    person = site.as_(who)
    given = {"name": "人员", "password": "ab1234", "rights": ["contract"], **values}
    answer = person.client.post("/api/v1/bureau/account/", json=given, headers=headers(person))
    return answer.status_code, answer.get_json()


def disable(site: Site, account: str) -> None:
    site.set("account", site.users[account], status="disabled")


@pytest.mark.req("I-018", "I-180", "I-431")
def test_sub_accounts_are_shut_with_their_main_account(site: Site) -> None:
    sub(site, "helper", "contract")
    inside = site.as_("helper")
    before = inside.get("/bureau/contract/list/").status
    disable(site, "old")
    _, refused = log_in(site, OWN, "helper")
    assert (before, inside.get("/bureau/contract/list/").status, refused.status) == (200, 302, 401)


@pytest.mark.req("I-180")
def test_they_open_again_with_it_and_with_a_second_one(site: Site) -> None:
    sub(site, "helper", "contract")
    disable(site, "old")
    site.person("second", "main", kind="main", org=1)
    assert log_in(site, OWN, "helper")[1].status == 303


def test_main_account_of_another_organisation_opens_nothing(site: Site) -> None:
    sub(site, "helper", "contract")
    disable(site, "old")
    assert log_in(site, OWN, "helper")[1].status == 401


def test_wrong_password_tells_nothing_of_a_shut_account(site: Site) -> None:
    sub(site, "helper", "contract")
    disable(site, "old")
    told = [
        log_in(site, OWN, who, "wrong-" + PASSWORD)[1].root.one(class_="k-door-note").text
        for who in ("helper", "x")
    ]
    assert told[0] == told[1]


@pytest.mark.req("I-041", "I-351")
@pytest.mark.parametrize("account", ["helper", "HELPER"])
def test_login_name_is_taken_for_ever_and_in_any_case(site: Site, account: str) -> None:
    sub(site, "helper", "contract")
    old = site.as_("old")
    old.post("/bureau/account/batch/delete", {"ids": [str(site.users["helper"])]})
    status, body = post(site, "old", account=account)
    assert (status, list(body["errors"])) == (422, ["account"])  # type: ignore[index]


@pytest.mark.req("I-352")
def test_at_least_one_right_is_needed(site: Site) -> None:
    status, body = post(site, "old", account="fresh", rights=[])
    assert (status, list(body["errors"])) == (422, ["rights"])  # type: ignore[index]


@pytest.mark.req("I-353")
def test_those_of_another_organisation_are_not_there(site: Site) -> None:
    sub(site, "helper", "contract")
    site.set("agency", 2, agency__declared="declared")
    other, id_ = site.as_("new"), site.users["helper"]
    path = f"/api/v1/bureau/account/{id_}"
    answers = [
        other.client.put(path, json={"name": "别名"}, headers=headers(other)),
        other.client.delete(path, headers=headers(other)),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert site.row("account", id_)["name"] == "helper"
