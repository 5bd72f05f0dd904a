"""Who is told of what in the portal: accounts, organisations, orders; the SMS log."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from fab_app.fields.family import FIELDS
from fab_app.runtime.notices.telling import notify
from tests.notices.test_telling import rows
from tests.projects import Builder, Site

HOME = Path(__file__).parents[2]
USCC = FIELDS["uscc"].model_validate({"type": "uscc", "label": "x"})
AGENCY = {
    "name": "安服丁", "uscc": USCC.sample(Random(4)), "contact_name": "丁联系人",
    "contact_phone": "13000000201", "service_kinds": ["training"], "admin_account": "d_admin",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    return build(HOME, portal="insurance_service")


def key(site: Site, entity: str, **values: Any) -> int:
    ((column, value),) = values.items()
    return next(row["id"] for row in site.rows(entity) if row[column] == value)


def region(site: Site) -> str:
    """A region of this portal: they share their table."""
    return str(next(r["id"] for r in rows(site, "base.region") if r["portal"] == "insurance_service"))


def sms(site: Site) -> list[tuple[str, str, str]]:
    return [
        (r["address"], r["event"], r["text"]) for r in rows(site, "base.delivery") if r["channel"] == "sms"
    ]


def told(site: Site, event: str) -> set[str]:
    names = {row["id"]: row["account"] for row in rows(site, "base.user")}
    return {names[row["receiver"]] for row in rows(site, "base.message") if row["event"] == event}


@pytest.mark.req("A-057", "A-141")
def test_a_new_agency_has_its_first_administrator(site: Site) -> None:
    page = site.as_("platform").submit(
        "/insurance_service/service_agency/add", region_id=region(site), **AGENCY
    )
    assert page.status == 303, page.text
    account = next(row for row in rows(site, "base.user") if row["account"] == "d_admin")
    agency = key(site, "service_agency", name="安服丁")
    assert (account["org"], account["kind"], account["must_change"]) == (agency, "agency", True)
    answers = []
    for word in ("123456", "654321"):
        login = {"username": "d_admin", "password": word, "provider": "db"}
        answers.append(site.app.test_client().post("/api/v1/security/login", json=login).status_code)
    assert answers == [403, 401]  # the first is the right one, and must be changed before anything else
    text = "【安责险监管平台】您的账号已开通,账号d_admin,初始密码******,首次登录时请修改密码。"
    assert sms(site)[-1] == ("13000000201", "account_created", text)


@pytest.mark.req("A-058")
def test_a_login_name_that_is_taken_is_told_at_its_field(site: Site) -> None:
    taken = {"name": "丙财险", "uscc": USCC.sample(Random(5)), "admin_account": "a_admin"}
    given = {**{k: AGENCY[k] for k in ("contact_name", "contact_phone")}, "region_id": region(site), **taken}
    page = site.as_("platform").submit("/insurance_service/insurer/add", **given)
    assert page.status == 422, page.text
    assert "账号已存在" in page.text
    assert all(row["name"] != "丙财险" for row in site.rows("insurer"))


@pytest.mark.req("A-125")
def test_a_password_set_by_somebody_else_is_told(site: Site) -> None:
    with site.acting("a_admin") as admin:
        admin.writer.change(site.entity("account"), site.id_of("a_staff2"), {"password": "Newword1"})
    assert "a_staff2的密码已重置为******" in sms(site)[-1][2]
    assert "a_staff2" in told(site, "password_reset")
    site.here.jobs.drain()
    assert "Newword1" not in str(rows(site, "base.delivery"))


@pytest.mark.req("A-112", "A-125")
def test_an_order_is_told_to_its_agency_and_its_contact(site: Site) -> None:
    order = next(row for row in site.rows("service_order") if row["status"] == "pending")
    with site.acting() as system:
        notify(system.writer, site.entity("service_order"), order["id"], "order_assigned")
    assert {"a_admin", "a_manager"} <= told(site, "order_assigned")
    assert "b_admin" not in told(site, "order_assigned")
    text = f"【安责险监管平台】您有新的服务订单{order['order_no']},投保单位东城机械厂(示范),请及时受理。"
    assert [found[2] for found in sms(site) if found[1] == "order_assigned"] == [text]


@pytest.mark.req("A-114", "A-125")
def test_the_insurer_is_told_of_acceptance(site: Site) -> None:
    order = next(row for row in site.rows("service_order") if row["status"] == "serving")
    with site.acting() as system:
        notify(system.writer, site.entity("service_order"), order["id"], "order_accepted")
    assert told(site, "order_accepted") == {"insa_clerk"}


@pytest.mark.req("A-061", "A-037")
def test_the_sms_log_is_read_by_the_platform_alone(site: Site) -> None:
    site.here.jobs.drain()
    answer = site.as_("platform").json("/api/v1/insurance_service/sms_log/")
    assert {"phone", "template", "text", "status", "time"} <= set(answer["result"][0])
    assert {row["status"] for row in answer["result"]} == {"sent"}
    assert site.as_("a_admin").get("/insurance_service/sms_log/list/").status == 403


@pytest.mark.req("A-020", "A-061")
def test_messages_answer_under_the_document_s_name(site: Site) -> None:
    manager = site.as_("a_manager")
    first = manager.json("/api/v1/insurance_service/message/")["ids"][0]
    found = manager.json(f"/api/v1/insurance_service/message/{first}")["result"]
    assert {"receiver", "title", "text", "link", "read_at"} <= set(found)
    page = manager.get("/insurance_service/").response.get_data(as_text=True)
    assert 'href="/insurance_service/message/list/"' in page
