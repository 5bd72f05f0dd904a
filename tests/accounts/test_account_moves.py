"""Buttons on accounts: unlock, another password, disable and enable; none of them a way to more rights."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.accounts.shop import FILES, NEW, do, logs_in, row
from tests.projects import PASSWORD, Browser, Builder, Site

# --- another password ----------------------------------------------------------------------------


def test_reset_account_begins_with_the_initial_password_and_must_change_it(
    shop: Site, boss: Browser, person: str
) -> None:
    there = shop.as_(person)
    before = there.get("/shop/account/list/").status
    assert do(shop, boss, "renew", person).status == 303
    assert (before, there.get("/shop/account/list/").status) == (200, 302)
    assert (logs_in(shop, person, PASSWORD), logs_in(shop, person, "zj202401")) == (False, True)
    assert row(shop, person)["must_change"] is True


def test_reset_is_told_by_sms_and_logged_without_its_word(shop: Site, boss: Browser, person: str) -> None:
    do(shop, boss, "renew", person)
    sent = [line for line in Site.rows(shop, "base.delivery") if line["receiver"] == shop.id_of(person)]
    assert [line["text"] for line in sent] == ["新密码******"]
    entries = shop.audit("account", shop.id_of(person))
    assert {"password_reset", "move:renew"} <= {entry["action"] for entry in entries}
    assert "zj202401" not in str(entries) and "pbkdf2" not in str(entries)


def test_reset_forgets_the_failures_that_closed_the_account(shop: Site, boss: Browser, person: str) -> None:
    for _ in range(2):
        logs_in(shop, person, "falsch")
    assert not logs_in(shop, person, PASSWORD)
    do(shop, boss, "renew", person)
    assert logs_in(shop, person, "zj202401")


def test_typed_password_is_asked_twice_and_judged_by_the_portal_s_rule(
    shop: Site, boss: Browser, person: str
) -> None:
    refused = [
        do(shop, boss, "retype", person, password=one, password_confirm=two).status
        for one, two in (("kurz1", "kurz1"), ("Neues2026x", "Neues2026y"), ("", ""), (person, person))
    ]
    assert refused == [422] * 4 and logs_in(shop, person, PASSWORD)
    assert (
        do(shop, boss, "retype", person, password="Neues2026x", password_confirm="Neues2026x").status == 303
    )
    assert (logs_in(shop, person, PASSWORD), logs_in(shop, person, "Neues2026x")) == (False, True)
    assert row(shop, person)["must_change"] is True
    told = str(shop.audit("account", shop.id_of(person))) + str(shop.platform("base_move"))
    assert "Neues2026x" not in told


def test_typed_password_is_not_drawn_again_nor_its_hash(shop: Site, boss: Browser, person: str) -> None:
    path = f"/shop/account/do/retype/{shop.id_of(person)}"
    pages = [boss.get(path), boss.post(path, {"password": "Geheim2026", "password_confirm": "Anders2026"})]
    stored = row(shop, person)["password"]
    assert all("Geheim" not in page.html and stored not in page.html for page in pages)


def test_account_at_the_end_of_a_path_gets_a_password_of_chance(
    shop: Site, boss: Browser, person: str
) -> None:
    order, before = shop.make("order", buyer=shop.id_of(person)), row(shop, person)
    assert boss.post(f"/shop/order/do/renew/{order}").status == 303
    after = row(shop, person)
    assert after["password"] != before["password"] and after["version"] == before["version"] + 1
    assert not logs_in(shop, person, "zj202401") and not logs_in(shop, person, PASSWORD)


@pytest.mark.parametrize(("said", "forced"), [("[add, edit, reset]", True), ("[add, edit]", False)])
def test_policy_says_whether_a_reset_password_must_be_changed(
    project: Builder, said: str, forced: bool
) -> None:
    portal = FILES["schema/shop/portal.yaml"].replace("login: {", f"login: {{forced_change: {said}, ")
    site = project({**FILES, "schema/shop/portal.yaml": portal})
    for move, typed in (
        ("renew", {}),
        ("retype", {"password": "Neues2026x", "password_confirm": "Neues2026x"}),
    ):
        do(site, site.as_("boss"), move, "clerk", **typed)
        assert row(site, "clerk")["must_change"] is forced


# --- open and closed -----------------------------------------------------------------------------


def test_locked_account_tells_until_when_and_is_opened_by_hand(
    shop: Site, boss: Browser, person: str
) -> None:
    page = f"/shop/account/show/{shop.id_of(person)}"
    before = "解锁" in boss.get(page).text
    for _ in range(2):
        logs_in(shop, person, "falsch")
    assert row(shop, person)["locked_until"] is not None
    assert (before, "解锁" in boss.get(page).text, logs_in(shop, person, PASSWORD)) == (False, True, False)
    assert do(shop, boss, "unlock", person).status == 303
    assert (row(shop, person)["locked_until"], logs_in(shop, person, PASSWORD)) == (None, True)


def test_account_that_is_not_locked_is_not_unlocked(shop: Site, boss: Browser, person: str) -> None:
    assert do(shop, boss, "unlock", person).status == 409


def test_disabled_account_is_out_at_once_and_comes_back_when_enabled(
    shop: Site, boss: Browser, person: str
) -> None:
    there = shop.as_(person)
    assert do(shop, boss, "disable", person).status == 303
    out = (there.get("/shop/account/list/").status, logs_in(shop, person, PASSWORD))
    mirror = next(line for line in shop.platform("ab_user") if line["id"] == shop.id_of(person))
    assert (out, mirror["active"]) == ((302, False), False)
    assert do(shop, boss, "disable", person).status == 409
    assert do(shop, boss, "enable", person).status == 303 and logs_in(shop, person, PASSWORD)


def test_nobody_disables_himself_nor_the_last_who_manages(project: Builder) -> None:
    site = project(FILES)
    site.set("account", site.id_of("helper"), status="disabled")
    assert do(site, site.as_("boss"), "disable", "boss").status == 422
    assert row(site, "boss")["status"] == "enabled"


def api(site: Site, account: str) -> Any:
    from flask_jwt_extended import create_access_token

    with site.app.app_context():
        return {"Authorization": f"Bearer {create_access_token(identity=str(site.id_of(account)))}"}


def test_the_same_over_the_api(shop: Site, person: str) -> None:
    client, headers = shop.app.test_client(), api(shop, "boss")
    path = f"/api/v1/shop/account/{shop.id_of(person)}/do"
    wrong = client.post(f"{path}/retype", json={**NEW, "password_confirm": "x"}, headers=headers)
    assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["password_confirm"])
    right = client.post(f"{path}/retype", json=NEW, headers=headers)
    assert right.status_code == 200 and "Neues2026x" not in right.get_data(as_text=True)
    assert logs_in(shop, person, "Neues2026x")
    closed = client.post(f"{path}/disable", json={}, headers=headers)
    assert closed.get_json()["result"]["status"] == "disabled"


def test_ticked_accounts_are_reset_together_each_with_its_fate(shop: Site, person: str) -> None:
    ids = [shop.id_of(person), shop.id_of("boss")]
    answer = shop.app.test_client().post(
        "/api/v1/shop/account/do/renew", json={"ids": ids}, headers=api(shop, "helper")
    )
    assert [fate["done"] for fate in answer.get_json()["result"]] == [True, False]


def test_the_platform_s_administrator_has_the_same_buttons(shop: Site, person: str) -> None:
    admin = shop.as_("admin")
    id_ = shop.id_of(person)
    assert "重置密码" in admin.get(f"/base/user/show/{id_}").text
    saved = admin.post(f"/base/user/do/reset_password/{id_}", NEW)
    assert saved.status == 303 and logs_in(shop, person, "Neues2026x")
    table = shop.world.tables.of("base.user").table
    with shop.engine.connect() as connection:
        assert connection.scalar(sa.select(table.c.must_change).where(table.c.id == id_)) is True
