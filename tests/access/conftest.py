"""What the tests of access share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fab_app.core.words import locale


@pytest.fixture
def english() -> Iterator[None]:
    """The sentences as the commands tell them."""
    token = locale.set("en")
    yield
    locale.reset(token)
