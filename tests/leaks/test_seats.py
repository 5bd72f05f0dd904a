"""People without an account are further principals of the proof: their pages leak to nobody, nor theirs to others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from fab_app.access.rows import RowAccess
from fab_app.config import RATES
from tests.leaks.generator import prove, told
from tests.leaks.planting import plant
from tests.leaks.seats import SCREEN, prove_seats, seat_shape
from tests.leaks.walk import rules
from tests.projects import Builder, Site
from tests.seats.home import filled


def marked(build: Builder, database: str) -> Site:
    often = dict.fromkeys(RATES, "100000/second")
    site = filled(build, database, rates=often)
    site.make("person", name="客", openid="o-客")
    plant(site)
    return site


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(build: Builder, request: pytest.FixtureRequest) -> Site:
    return marked(build, str(request.param))


def test_no_seat_is_told_what_is_not_its_own(
    site: Site, record_property: Callable[[str, object], None]
) -> None:
    report = prove_seats(site, "citizen", (1, 2, 3, 4))
    assert told(report, record_property, f"seats on {site.engine.dialect.name}") == []
    assert report.checks > 500


def test_accounts_and_nobody_open_no_page_of_a_seat(
    site: Site, record_property: Callable[[str, object], None]
) -> None:
    report = prove(site, ["clerk"])
    assert told(report, record_property, f"accounts beside seats on {site.engine.dialect.name}") == []


def test_every_screen_of_the_phone_is_walked(site: Site) -> None:
    assert {seat_shape(rule.rule, site) for rule in rules(site)} >= set(SCREEN)


def test_a_broken_scope_is_caught(build: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RowAccess, "_rows", lambda self, key, action, rows, row: sa.true())
    report = prove_seats(marked(build, "sqlite"), "citizen", (1,))
    for sign in ("shows the hidden rows", "(hidden): 200, not 404", "tells shop.report"):
        assert any(sign in leak for leak in report.leaks), sign
