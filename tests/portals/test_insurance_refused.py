"""What is refused is told: a foreign order in the log, a lock and a closed account in the words of the portal."""

from __future__ import annotations

import pytest

from tests.portals.insurance import PORTAL, at, order_of
from tests.projects import PASSWORD, Site


@pytest.mark.req("A-167")
def test_refused_look_at_a_foreign_order_stands_in_the_log(site: Site) -> None:
    who, order = site.as_("b_admin"), order_of(site, "P-002")
    answers = [
        who.get(path)
        for path in (at("service_order", f"show/{order}"), f"/api/v1/{PORTAL}/service_order/{order}")
    ]
    told = [
        (row["account"], row["entity"], row["record_id"], row["address"], row["channel"])
        for row in site.platform("base_audit")
        if (row["action"], row["account"], row["entity"]) == ("refused", "b_admin", f"{PORTAL}.service_order")
    ]
    assert {answer.status for answer in answers} == {403}
    assert told == [("b_admin", f"{PORTAL}.service_order", order, "127.0.0.1", "web")]
    page = site.as_("admin").get("/base/audit/list/?account=b_admin&action=refused")
    assert (page.status, "访问被拒绝" in page.text) == (200, True)


@pytest.mark.req("A-018")
def test_a_program_is_told_of_the_lock_in_the_words_of_the_document(site: Site) -> None:
    asked = {"username": "no_such_account", "password": "falsch", "provider": "db"}
    program = site.as_().client
    answers = [
        program.post("/api/v1/security/login", json=asked, headers={"Accept-Language": "zh"})
        for _ in range(6)
    ]
    assert [answer.status_code for answer in answers] == [401] * 6
    assert answers[0].get_json()["message"] == "账号或密码错误"
    assert answers[-1].get_json()["message"] == "账号已锁定,请15分钟后再试"


@pytest.mark.req("A-018", "A-145")
def test_a_program_of_a_closed_account_is_told_so_in_the_words_of_the_portal(site: Site) -> None:
    with site.engine.begin() as connection:
        user = site.world.tables.of("base.user").table
        connection.execute(user.update().where(user.c.account == "a_staff2").values(status="disabled"))
    answer = site.as_().client.post(
        "/api/v1/security/login",
        json={"username": "a_staff2", "password": PASSWORD, "provider": "db"},
        headers={"Accept-Language": "zh"},
    )
    with site.engine.begin() as connection:
        connection.execute(user.update().where(user.c.account == "a_staff2").values(status="enabled"))
    assert (answer.status_code, answer.get_json()["message"]) == (401, "账号已停用,请联系管理员")
