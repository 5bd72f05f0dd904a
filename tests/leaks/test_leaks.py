"""The generated proof runs over every portal, and catches a broken scope, a broken view and an unknown route."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import jsonify

from fab_app.access.rows import RowAccess
from fab_app.spec.portal import RowsByAction, Through
from fab_app.web import context
from tests.leaks.generator import KINDS, Report, prove
from tests.leaks.homes import people, small, whole
from tests.leaks.opinion import Opinion
from tests.leaks.platform import PLATFORM
from tests.leaks.rows import Rows
from tests.projects import Builder, Site

READING = (
    "/E/list/",
    "/E/show/<int:pk>",
    "/E/options/<field>",
    "/api/E/",
    "/api/E/<pk>",
    "/api/E/export.csv",
    "/api/E/export.xlsx",
)
pytestmark = pytest.mark.xdist_group("leaks")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def portals(build: Builder, database: str) -> Site:
    return whole(build, database)


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return small(build, database)


def told(report: Report, capsys: pytest.CaptureFixture[str], of: str) -> list[str]:
    with capsys.disabled():
        print(f"\n{of}: {report.checks:,} checks, {len(report.leaks)} leaks")
        print(*report.leaks[:40], sep="\n")
    return report.leaks[:40]


def test_no_portal_leaks(portals: Site, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every role and rule on SQLite; elsewhere, where only the SQL can differ, what reads, for two roles."""
    everything = database == "sqlite"
    chosen = people(portals) if everything else ["a_staff1", "reg_east"]
    report = prove(portals, chosen, only=() if everything else READING)
    assert told(report, capsys, f"every portal on {database}") == []
    assert report.checks > len(chosen) * 300


def test_no_scope_and_no_hidden_field_leaks(
    shop: Site, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = prove(shop, people(shop))
    assert told(report, capsys, f"a small home on {database}") == []


def test_every_kind_of_rule_is_walked(portals: Site, shop: Site) -> None:
    """A kind that nobody walks any more is one that lost its test."""
    walked = [prove(site, [], only=["/health"]).kinds for site in (portals, shop)]
    assert walked[0] | walked[1] == {*KINDS, *PLATFORM}


def test_every_limited_role_has_a_row_seen_and_a_row_hidden(portals: Site) -> None:
    """Otherwise the proof would prove nothing. What is seen through its record needs one person who sees some."""
    rows, lacking, proven = Rows(portals).read(), set(), set()
    for account in people(portals):
        opinion = Opinion(rows, rows.person(account))
        held = [role for role in rows.manifest.roles.values() if role.key in opinion.who.roles]
        for entity in rows.manifest.entities.values():
            written = [role.spec.rows[entity.name] for role in held if entity.name in role.spec.rows]
            if entity.portal == "base" or any(map(_all, written)) or not opinion.may(entity, "read"):
                continue
            seen = opinion.visible(entity)
            through = all(isinstance(rule, Through) for rule in written)
            if seen and rows.of(entity).keys() - seen:
                proven.add(("", entity.key))
            else:
                lacking.add(("" if through else account, entity.key))
    assert lacking - proven == set()


def _all(rule: object) -> bool:
    """Whether a rule lets read every row."""
    return getattr(rule.read if isinstance(rule, RowsByAction) else rule, "text", "") == "all"


# --- what is broken on purpose is caught ---------------------------------------------------------


@pytest.fixture
def broken_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RowAccess, "_rows", lambda self, key, action, rows, row: sa.true())


def test_broken_scope_is_caught(build: Builder, broken_scope: None) -> None:
    site = small(build, "sqlite")
    report = prove(site, ["org"], only=["/E/list/", "/api/E/<pk>", "/E/options/<field>", "/E/batch/delete"])
    for sign in (
        "shows the hidden rows",
        "(hidden): 200, not 404",
        "tells shop.order",
        "changed the hidden row",
    ):
        assert any(sign in leak for leak in report.leaks), sign


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
