"""The generated proof over every portal, role, entity and rule, on SQLite."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fab_app.spec.portal import RowsByAction, Through
from tests.leaks.generator import KINDS, prove, told
from tests.leaks.homes import people, small, whole
from tests.leaks.opinion import Opinion
from tests.leaks.platform import PLATFORM
from tests.leaks.rows import Rows
from tests.leaks.seats import SEATS, prove_all_seats
from tests.projects import Builder, Site
from tests.registering.home import bureau


@pytest.fixture(scope="module")
def portals(build: Builder) -> Site:
    return whole(build, "sqlite")


def test_no_portal_leaks(portals: Site, record_property: Callable[[str, object], None]) -> None:
    chosen = people(portals)
    report = prove(portals, chosen)
    assert told(report, record_property, "every portal on sqlite") == []
    assert report.checks > len(chosen) * 1000


def test_no_seat_of_a_portal_is_told_what_is_not_its_own(
    portals: Site, record_property: Callable[[str, object], None]
) -> None:
    assert prove_all_seats(portals, record_property) == []


def test_every_kind_of_rule_is_walked(build: Builder, portals: Site) -> None:
    """A kind that nobody walks any more is one that lost its test."""
    sites = (portals, small(build, "sqlite"), bureau(build))
    walked = [prove(site, [], only=["/health"]).kinds for site in sites]
    assert frozenset().union(*walked) | SEATS == {*KINDS, *PLATFORM, *SEATS}


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
