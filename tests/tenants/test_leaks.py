"""The generated proof over a portal with guards, sub-accounts, doors and a single-record page."""

from __future__ import annotations

import pytest

from tests.leaks.generator import prove
from tests.projects import Builder, Site
from tests.tenants.home import peopled
from tests.tenants.test_guards import sub


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    site = peopled(build)
    for agency, name in ((1, "甲"), (2, "乙")):
        site.make("contract", name=f"合同{name}", agency=agency)
        site.make("staff", name=f"人员{name}", agency=agency)
    sub(site, "with_right", "contract")
    sub(site, "without", "visit")
    return site


@pytest.mark.req("I-007", "I-210", "I-213")
def test_nobody_is_told_or_may_do_more_than_guards_and_roles_say(site: Site) -> None:
    report = prove(site, ["new", "with_right", "without"])
    assert report.leaks[:20] == [] and report.checks > 500
