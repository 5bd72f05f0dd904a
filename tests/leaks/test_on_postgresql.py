"""The generated proof over every portal, role, entity and address on PostgreSQL.

Entities with which a person may do nothing are refused before any SQL: of these SQLite alone is asked.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.leaks.generator import prove, told
from tests.leaks.homes import people, whole
from tests.leaks.seats import prove_all_seats
from tests.projects import Builder, Site


@pytest.fixture(scope="module")
def portals(build: Builder) -> Site:
    return whole(build, "postgresql")


def test_no_portal_leaks(portals: Site, record_property: Callable[[str, object], None]) -> None:
    chosen = people(portals)
    report = prove(portals, chosen, held=True)
    assert told(report, record_property, "every portal on postgresql") == []
    assert report.checks > len(chosen) * 700


def test_no_seat_of_a_portal_is_told_what_is_not_its_own(
    portals: Site, record_property: Callable[[str, object], None]
) -> None:
    assert prove_all_seats(portals, record_property) == []
