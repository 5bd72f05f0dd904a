"""A small home with what no portal uses is proven; what is broken in it is caught."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import jsonify

from fab_app.access.rows import RowAccess
from fab_app.runtime.query import Asking
from fab_app.web import context
from tests.leaks.generator import prove, told
from tests.leaks.homes import people, small
from tests.projects import Builder, Site


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return small(build, database)


def test_no_scope_and_no_hidden_field_leaks(
    shop: Site, database: str, record_property: Callable[[str, object], None]
) -> None:
    report = prove(shop, people(shop))
    assert told(report, record_property, f"a small home on {database}") == []


# --- what is broken on purpose is caught ---------------------------------------------------------


@pytest.fixture
def broken_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RowAccess, "_rows", lambda self, key, action, rows, row: sa.true())


def test_broken_scope_is_caught(build: Builder, broken_scope: None) -> None:
    site = small(build, "sqlite")
    kinds = ["/E/list/", "/api/E/<pk>", "/E/options/<field>", "/E/batch/delete", "/api/P/charts/<code>"]
    report = prove(site, ["org"], only=kinds)
    for sign in (
        "shows the hidden rows",
        "(hidden): 200, not 404",
        "tells shop.order",
        "changed the hidden row",
        "GET /api/v1/shop/charts/customers counts",
        "GET /api/v1/shop/charts/named counts",
    ):
        assert any(sign in leak for leak in report.leaks), sign


def test_words_that_are_looked_for_in_closed_fields_are_caught(
    build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Titles and marked words of hidden, masked and foreign cells: each way by which one of them is found."""
    monkeypatch.setattr(Asking, "shows", lambda self, path: True)
    monkeypatch.setattr(Asking, "closed", lambda self, path: False)
    monkeypatch.setattr(RowAccess, "linked", lambda self, key, row: sa.true())
    site = small(build, "sqlite")
    report = prove(site, ["org", "own"], only=["/E/list/", "/api/E/"])
    for sign in ("(keyword:", "(filters:!((col:customer,", "by customer=", "by partner="):
        assert any(sign in leak and " finds " in leak for leak in report.leaks), sign


def test_broken_view_is_caught(build: Builder) -> None:
    """A handler that reads past the reader, with a mark that keeps the net quiet."""
    site = small(build, "sqlite")
    table = site.table("order")

    def past_the_reader() -> object:
        statement = sa.select(table.c.id, table.c.name)
        rows = context.session().execute(statement, execution_options={"authorised": "a mistake"}).all()
        return jsonify(count=len(rows), ids=[row.id for row in rows], result=[row.name for row in rows])

    site.app.view_functions["Shop_OrderApi.many"] = past_the_reader
    report = prove(site, ["org"], only=["/api/E/"])
    for sign in (
        "nobody GET /api/v1/shop/order/ : 200",
        "shows the hidden rows",
        "tells shop.order",
        " counts ",
    ):
        assert any(sign.replace(" : ", ": ") in leak for leak in report.leaks), sign


def test_unknown_route_is_caught_by_its_name(build: Builder) -> None:
    site = small(build, "sqlite")
    site.app._got_first_request = False
    site.app.add_url_rule("/shop/order/everything", "forgotten", lambda: "all of it")
    report = prove(site, [], only=["/health"])
    assert report.leaks == ["the rule /shop/order/everything (forgotten) is unknown to the walk"]
