"""What an insurer's people and a regulator may and may not (A-009…A-011, A-023, A-037), over pages and the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portals.asking import headers
from tests.portals.insurance import PORTAL, RECORDS, at, key, order_of
from tests.portals.moving import do, policy
from tests.projects import Browser, Page, Site

KINDS = tuple(f"{kind}_record" for kind in RECORDS)
SERVICES = (
    *("service_order", "training_record", "inspection_record", "risk_record"),
    *("standardization_record", "drill_record", "tech_record", "other_record"),
)
"""A-003: the entries of 安责险服务 in their order."""
READ = (*SERVICES, "hazard")


@pytest.fixture(scope="module")
def head(site: Site) -> Browser:
    """The administrator of the insurer of ``insa_clerk``."""
    clerk = site.row("account", site.id_of("insa_clerk"))
    site.person("insa_admin", "insurer_admin", org=clerk["org"], kind="insurer", phone="13000000901")
    return site.as_("insa_admin")


def menu(who: Browser) -> list[str]:
    """The entries of the menu in their order, without the home page and the address of the portal."""
    found = who.get(f"/{PORTAL}/").root.one("nav", class_="k-nav").all("a")
    return [link.attrs["href"].removeprefix(f"/{PORTAL}/") for link in found]


def opened(entries: list[str]) -> list[str]:
    return [entry.removesuffix("/list/") for entry in entries if entry.endswith("/list/")]


def account(who: Browser, name: str, role: int, phone: str) -> Page:
    given = {"account": name, "name": "新人", "phone": phone, "password": "Neu2024xyz"}
    return who.submit(at("account", "add"), **given, role_ids=[str(role)])


# --- insurer -------------------------------------------------------------------------------------


@pytest.mark.req("A-009", "A-021", "A-023", "A-024", "A-025", "A-026", "A-027", "A-028", "A-029", "A-035")
def test_menu_of_a_clerk_is_services_statistics_and_policies(site: Site) -> None:
    clerk = site.as_("insa_clerk")
    entries = menu(clerk)
    assert opened(entries) == [*SERVICES, "policy", "service_agency"]
    assert len([entry for entry in entries if entry.rstrip("/").endswith("_stats")]) == 3
    assert {entry: clerk.get(f"/{PORTAL}/{entry}").status for entry in entries} == dict.fromkeys(entries, 200)


@pytest.mark.req("A-009", "A-021")
def test_home_of_an_insurer_counts_its_own_policies(site: Site) -> None:
    page = site.as_("insa_clerk").get(f"/{PORTAL}/")
    assert f"/api/v1/{PORTAL}/charts/policies_lettered" in page.html
    tiles = {
        who: site.as_(who).json(f"/api/v1/{PORTAL}/charts/policies_lettered")["result"]["series"][0]["data"]
        for who in ("insa_clerk", "insb_clerk")
    }
    assert tiles == {"insa_clerk": [1], "insb_clerk": [0]}


@pytest.mark.req("A-009", "A-034")
def test_directory_of_agencies_is_read_only(site: Site) -> None:
    clerk, agency = site.as_("insa_clerk"), key(site, "service_agency", name="安服甲(示范)")
    before = site.rows("service_agency")
    assert clerk.get(at("service_agency", f"show/{agency}")).status == 200
    page = clerk.get(at("service_agency"))
    assert len(page.ids) == 3
    assert [path for path in ("add", "edit/", "delete/") if f"/service_agency/{path}" in page.html] == []
    answers = [
        clerk.get(at("service_agency", "add")),
        clerk.get(at("service_agency", f"edit/{agency}")),
        clerk.post(at("service_agency", "add"), {"name": "新机构"}),
        clerk.post(at("service_agency", f"edit/{agency}"), {"name": "改"}),
        clerk.post(at("service_agency", f"delete/{agency}")),
    ]
    assert {answer.status for answer in answers} == {403} and site.rows("service_agency") == before


@pytest.mark.req("A-009")
def test_clerk_has_neither_accounts_nor_roles_nor_master_data(site: Site) -> None:
    clerk = site.as_("insa_clerk")
    closed = ("account", "role", "dict_item", "operation_log", "sms_log")
    assert {name: clerk.get(at(name)).status for name in closed} == dict.fromkeys(closed, 403)
    assert {clerk.get(at(name, "add")).status for name in ("account", "role", "enterprise", "insurer")} == {
        403
    }


@pytest.mark.req("A-010", "A-031", "A-032")
def test_menu_of_the_administrator_is_the_clerks_and_accounts_and_roles(site: Site, head: Browser) -> None:
    mine, clerks = menu(head), menu(site.as_("insa_clerk"))
    assert [entry for entry in mine if entry not in clerks] == ["account/list/", "role/list/"]
    assert [entry for entry in clerks if entry not in mine] == []


@pytest.mark.req("A-010", "A-013", "A-130")
def test_administrator_keeps_the_accounts_of_his_insurer_alone(site: Site, head: Browser) -> None:
    clerk, agency_role = key(site, "role", code="insurer_clerk"), key(site, "role", code="agency_staff")
    assert account(head, "insa_second", clerk, "13000000902").location == at("account")
    made = site.row("account", key(site, "account", login="insa_second"))
    own = site.row("account", site.id_of("insa_clerk"))
    assert (made["org"], made["kind"]) == (own["org"], "insurer")
    assert set(head.get(at("account")).column("account")) == {"insa_clerk", "insa_admin", "insa_second"}
    climbs = account(head, "insa_climbs", agency_role, "13000000903")
    assert climbs.status == 422 and "role_ids" in climbs.errors
    for foreign in ("insb_clerk", "a_admin", "platform"):
        before = site.row("account", site.id_of(foreign))
        answers = [
            head.get(at("account", f"show/{site.id_of(foreign)}")),
            head.post(at("account", f"edit/{site.id_of(foreign)}"), {"name": "改"}),
            head.post(at("account", f"delete/{site.id_of(foreign)}")),
            head.post(at("account", f"do/reset_password/{site.id_of(foreign)}")),
        ]
        assert {answer.status for answer in answers} == {403}
        assert site.row("account", site.id_of(foreign)) == before


@pytest.mark.req("A-010", "A-054", "A-055")
def test_administrator_gives_roles_what_an_insurer_may_and_no_more(site: Site, head: Browser) -> None:
    def role(name: str, *rights: str) -> Page:
        return head.submit(at("role", "add"), name=name, permissions=list(rights), data_scope="org")

    assert role("出函员", "policy.read", "policy.issue_letter").status == 303
    for beyond in ("training_record.add", "hazard.rectify", "service_order.accept", "service_agency.edit"):
        assert role(f"越权{beyond}", "policy.read", beyond).status in (403, 422), beyond
    assert not [row for row in site.rows("role") if str(row["name"]).startswith("越权")]


@pytest.mark.req("A-010", "A-055", "A-128")
def test_administrator_works_on_policies_as_the_clerk_and_on_no_order(site: Site, head: Browser) -> None:
    assert set(head.get(at("policy")).column("policy_no")) == {"P-001", "P-002", "P-005"}
    assert do(head, "policy", policy(site, "P-005"), "issue_letter")[0] == 200
    assert head.get(at("policy", f"show/{policy(site, 'P-003')}")).status == 403
    order, hazard = order_of(site, "P-002"), key(site, "hazard", status="rectified")
    refused = [
        do(head, "service_order", order, "close", finish_summary="完"),
        do(head, "hazard", hazard, "send_back", return_reason="否"),
    ]
    assert refused == [(403, {"message": "无操作权限"})] * 2
    assert {head.get(at(kind, f"add?of=order_id:{order}")).status for kind in KINDS} == {403}


# --- regulator -----------------------------------------------------------------------------------


@pytest.mark.req("A-011", "A-023", "A-024", "A-025", "A-026", "A-027", "A-028", "A-029", "A-030", "A-035")
def test_menu_of_a_regulator_is_services_hazards_and_statistics(site: Site) -> None:
    officer = site.as_("reg_city")
    entries = menu(officer)
    assert opened(entries) == [*SERVICES, "hazard"]
    assert len([entry for entry in entries if entry.rstrip("/").endswith("_stats")]) == 3
    assert {entry: officer.get(f"/{PORTAL}/{entry}").status for entry in entries} == dict.fromkeys(
        entries, 200
    )


@pytest.mark.req("A-011", "A-023", "A-128", "A-129")
@pytest.mark.parametrize("who", ["reg_city", "insa_clerk"])
@pytest.mark.parametrize("entity", READ)
def test_readers_find_no_button_and_every_way_to_write_shut(site: Site, who: str, entity: str) -> None:
    person, before = site.as_(who), site.rows(entity)
    page = person.get(at(entity))
    record = key(site, entity, status="serving") if entity == "service_order" else page.ids[0]
    assert record in page.ids
    assert [path for path in ("add?", "edit/", "delete/") if f"/{entity}/{path}" in page.html] == []
    assert person.get(at(entity, f"show/{record}")).status == 200
    answers: list[Any] = [
        person.get(at(entity, "add")).status,
        person.get(at(entity, f"edit/{record}")).status,
        person.post(at(entity, "add"), {"title": "新"}).status,
        person.post(at(entity, f"edit/{record}"), {"title": "改"}).status,
        person.post(at(entity, f"delete/{record}")).status,
    ]
    path, said = f"/api/v1/{PORTAL}/{entity}/", headers(person)
    answers += [
        person.client.post(path, json={"title": "新"}, headers=said).status_code,
        person.client.put(f"{path}{record}", json={"title": "改"}, headers=said).status_code,
        person.client.delete(f"{path}{record}", headers=said).status_code,
    ]
    assert answers == [403] * 8 and site.rows(entity) == before


@pytest.mark.req("A-011", "A-055")
def test_regulator_exports_what_he_reads_and_moves_no_order(site: Site) -> None:
    officer = site.as_("reg_city")
    assert {officer.get(at(entity, "export.xlsx")).status for entity in READ} == {200}
    for code, no in (("accept", "P-003"), ("close", "P-002"), ("reopen", "P-002")):
        assert do(officer, "service_order", order_of(site, no), code) == (403, {"message": "无操作权限"})
    assert officer.get(at("policy")).status == 403 and officer.get(at("account")).status == 403


# --- platform ------------------------------------------------------------------------------------


@pytest.mark.req("A-037")
@pytest.mark.parametrize("entity", ["operation_log", "sms_log"])
def test_logs_are_read_by_the_platform_and_written_by_nobody(site: Site, entity: str) -> None:
    platform = site.as_("platform")
    site.as_("a_manager").post(at("training_record", "delete/999999"))
    assert f"{entity}/list/" in menu(platform)
    page = platform.get(at(entity))
    assert page.status == 200
    assert [path for path in ("add", "edit/", "delete/") if f"/{entity}/{path}" in page.html] == []
    (record, *_) = page.ids or [1]
    answers = [
        platform.get(at(entity, "add")),
        platform.post(at(entity, "add"), {"text": "新"}),
        platform.post(at(entity, f"edit/{record}"), {"text": "改"}),
        platform.post(at(entity, f"delete/{record}")),
    ]
    assert {answer.status for answer in answers} <= {403, 404, 405, 409}
    for other in ("a_admin", "insa_clerk", "reg_city"):
        assert site.as_(other).get(at(entity)).status == 403
        assert f"{entity}/list/" not in menu(site.as_(other))
