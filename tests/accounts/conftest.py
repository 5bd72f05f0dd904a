"""The shop of these tests and its people."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.accounts.shop import FILES
from tests.projects import Browser, Builder, Site


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return build(FILES)


@pytest.fixture
def person(shop: Site) -> str:
    name = "u" + uuid4().hex[:10]
    shop.person(name, "clerk", portal="shop", phone="13000000009")
    return name


@pytest.fixture
def boss(shop: Site) -> Browser:
    return shop.as_("boss")
