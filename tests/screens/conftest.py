from __future__ import annotations

import pytest

from tests.projects import Browser, Builder, Site
from tests.screens.shop import FILES


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    """One shop for all tests of a file: each makes the rows it speaks of."""
    return build(FILES)


@pytest.fixture
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")
