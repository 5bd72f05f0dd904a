"""The shop whose orders come in as workbooks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.imports.shop import FILES, filled
from tests.projects import Browser, Builder, Site
from tests.servers import DATABASES


@pytest.fixture
def shop(build: Builder) -> Site:
    return filled(build(FILES))


@pytest.fixture(params=DATABASES)
def every(build: Builder, request: pytest.FixtureRequest) -> Site:
    """The shop on each database."""
    return filled(build(FILES, request.param))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One shop for all tests of a file in which nothing is ever stored."""
    builder = Builder(tmp_path_factory.mktemp("sites"))
    yield filled(builder(FILES))
    builder.close()


@pytest.fixture
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")
