"""The portal in which agencies register, on every kind of database, and what nobody has registered yet."""

from __future__ import annotations

from uuid import uuid4

import pytest

from fab_app.config import RATES
from tests.projects import Builder, Site
from tests.registering.home import bureau

OFTEN = dict.fromkeys(RATES, "100000/second")


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return bureau(build, database, rates=OFTEN)


@pytest.fixture
def fresh(site: Site) -> dict[str, str]:
    """What nobody has registered yet."""
    mark = uuid4().hex[:8]
    return {"_account": f"u{mark}", "name": f"机构{mark}"}
