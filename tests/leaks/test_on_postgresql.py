"""The generated proof over every portal, role and entity on PostgreSQL, wherever an answer hangs on SQL.

What a person's rights refuse, and pages about no rows, ask no database: they are proven on SQLite, rule by rule.
"""

from __future__ import annotations

import pytest

from tests.leaks.generator import prove, told
from tests.leaks.homes import people, whole
from tests.projects import Builder, Site


@pytest.fixture(scope="module")
def portals(build: Builder) -> Site:
    return whole(build, "postgresql")


def test_no_portal_leaks(portals: Site, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = people(portals)
    report = prove(portals, chosen)
    assert told(report, capsys, "every portal on postgresql") == []
    assert report.checks > len(chosen) * 500
