"""Marks stand in numbers, in the changes of the log and behind what a move answers: what tells them is caught."""

from __future__ import annotations

import pytest

from fab_app.fields.id_card import IdCardField
from fab_app.fields.phone import PhoneField
from fab_app.runtime.query import Asking
from fab_app.runtime.veils import Veils
from fab_app.web.rest import shown
from tests.leaks.generator import prove
from tests.leaks.homes import small
from tests.leaks.planting import Marks
from tests.leaks.rows import Rows
from tests.leaks.walk import Report, Visitor
from tests.projects import Builder, Site

LISTS = ["/E/list/", "/api/E/", "/E/show/<int:pk>", "/E/export.xlsx", "/api/E/export.csv"]


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return small(build, "sqlite")


def moved(shop: Site) -> Report:
    """Every answer of a move that is made: one record and many, on screen and over the API, there and back again."""
    report, rows, known = Report(), Rows(shop).read(), Marks(shop)
    org, own = (Visitor(shop, rows, known, report, account) for account in ("org", "own"))
    order = shop.entity("order")
    hidden = max(rows.of(order).keys() - org.opinion.visible(order))
    both = sorted(org.opinion.visible(order) & own.opinion.visible(order, "move:reopen"))
    shop.set("order", both[0], state="open")
    root, api = "/shop/order/do", "/api/v1/shop/order"

    def reopen() -> None:
        own.ask("GET", f"{root}/reopen/{both[0]}", [200])
        own.ask("POST", f"{api}/{both[0]}/do/reopen", [200], json={"why": "再"})

    one = {"ids": [str(both[0]), str(hidden)], "asked": "1"}
    org.ask("GET", f"{root}/shut?ids={both[0]}&ids={hidden}", [200])
    org.ask("POST", f"{root}/shut", [200, 303], data=one)
    reopen()
    org.ask("POST", f"{api}/do/shut", [200], json={"ids": [both[0], hidden]})
    reopen()
    org.ask("POST", f"{api}/{both[0]}/do/shut", [200], json={})
    own.ask("POST", f"{root}/reopen/{both[0]}", [200, 303], data={"why": "再"})
    org.ask("GET", f"{root}/shut/{both[0]}", [200])
    org.ask("POST", f"{root}/shut/{both[0]}", [200, 303])
    assert shop.row("order", both[0])["state"] == "shut"
    return report


def test_answers_of_moves_tell_nothing_closed(shop: Site) -> None:
    report = moved(shop)
    assert report.leaks == [] and report.checks >= 22


def test_answers_of_moves_that_tell_what_is_masked_are_caught(
    shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "is_masked", lambda world, principal, entity, name: False)
    monkeypatch.setattr(Asking, "masks", lambda self, path: False)
    shop.world.plans.forget()
    leaks = [leak for leak in moved(shop).leaks if " tells " in leak]
    shop.world.plans.forget()
    for sign in ("/do/reopen", "GET /shop/order/do/shut/", ".phone", ".card"):
        assert any(sign in leak for leak in leaks), sign


@pytest.mark.parametrize(("kind", "column"), [(PhoneField, "phone"), (IdCardField, "card")])
def test_numbers_that_are_told_whole_are_caught(
    shop: Site, monkeypatch: pytest.MonkeyPatch, kind: type, column: str
) -> None:
    monkeypatch.setattr(kind, "masked", lambda self, value: str(value))
    leaks = prove(shop, ["own"], only=LISTS).leaks
    assert any(" tells shop.order" in leak and f".{column}" in leak for leak in leaks)


def test_changes_of_the_log_that_are_told_whole_are_caught(
    shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Veils, "told", lambda self, kind, changes: changes)
    leaks = prove(shop, ["org", "own"], only=LISTS).leaks
    for sign in ("/shop/log/list/", "/api/v1/shop/log/", "/shop/log/export.xlsx"):
        assert any(sign in leak and " tells log of shop." in leak for leak in leaks), sign
