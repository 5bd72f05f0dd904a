"""No button on an account is a way to more rights."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts.shop import NEW, do, row
from tests.projects import Browser, Site


@pytest.mark.parametrize(("move", "typed"), [("renew", {}), ("retype", NEW)])
def test_nobody_sets_the_password_of_who_may_do_more(shop: Site, move: str, typed: dict[str, str]) -> None:
    before = row(shop, "boss")["password"]
    answer = do(shop, shop.as_("helper"), move, "boss", **typed)
    assert answer.status == 422 and "该账号的权限超过您的权限" in answer.text
    assert row(shop, "boss")["password"] == before


@pytest.mark.parametrize(
    "changes", [{"password": "Neues2026x"}, {"phone": "13000000666"}, {"email": "x@example.org"}]
)
def test_nobody_changes_the_ways_in_of_who_may_do_more(shop: Site, changes: dict[str, str]) -> None:
    before = row(shop, "boss")
    answer = shop.as_("helper").submit(f"/shop/account/edit/{shop.id_of('boss')}", **changes)
    assert answer.status == 422 and row(shop, "boss") == before


def test_who_may_do_as_much_may_set_the_password(shop: Site, person: str) -> None:
    assert do(shop, shop.as_("helper"), "renew", person).status == 303


@pytest.mark.parametrize(("move", "typed"), [("renew", {}), ("retype", NEW)])
def test_own_password_is_changed_only_by_who_knows_it(
    shop: Site, boss: Browser, move: str, typed: Any
) -> None:
    before = row(shop, "boss")["password"]
    assert do(shop, boss, move, "boss", **typed).status == 422
    assert boss.submit(f"/shop/account/edit/{shop.id_of('boss')}", password="Neues2026x").status == 422
    assert row(shop, "boss")["password"] == before


def test_own_telephone_may_be_changed(shop: Site) -> None:
    own = f"/shop/account/edit/{shop.id_of('helper')}"
    assert shop.as_("helper").submit(own, phone="13000000777").status == 303


def test_who_may_not_make_the_move_is_refused(shop: Site, person: str) -> None:
    assert do(shop, shop.as_("clerk"), "renew", person).status == 403


# --- over the API, for many, for the platform ----------------------------------------------------
