"""The portal on its own seeds, and who works in it: one application for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from fab_app.spec.manifest import Manifest
from fab_app.spec.reading import read_home
from tests.portals.definitions import HOME, PORTAL
from tests.portals.insurance import order_of
from tests.portals.seeded import seeded
from tests.projects import Browser, Site


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    kinds = getattr(metafunc.module, "ON", ())
    if kinds and "site" in metafunc.fixturenames:
        metafunc.parametrize("site", kinds, indirect=True, scope="module")


@pytest.fixture(scope="module")
def home() -> Manifest:
    manifest, problems = read_home(HOME, frozenset({PORTAL}))
    assert problems == []
    return manifest


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """On SQLite; a file that says ``ON`` has one on each of these databases."""
    kind = getattr(request, "param", "sqlite")
    with seeded(PORTAL, tmp_path_factory.mktemp("site"), kind) as made:
        yield made


@pytest.fixture(scope="module")
def staff(site: Site) -> Browser:
    return site.as_("a_staff1")


@pytest.fixture(scope="module")
def order(site: Site) -> int:
    """The order that is being served."""
    return order_of(site, "P-002")


@pytest.fixture(scope="module")
def today(site: Site) -> date:
    return site.world.clock.today("Asia/Shanghai")


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The portal as the seeds made it, for one test that moves things."""
    with seeded(PORTAL, tmp_path_factory.mktemp("site")) as made:
        yield made
