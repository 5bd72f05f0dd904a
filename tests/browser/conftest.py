"""One served portal and one browser for all tests of this folder, on one worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, StorageState, expect

from tests.browser.live import Desk, Key, chromium, portal

HERE = Path(__file__).parent
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser(playing: Playwright) -> Iterator[Browser]:
    running = chromium(playing)
    yield running
    running.close()


@pytest.fixture(scope="session")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The repository's portals, served from a folder of their own."""
    with portal(tmp_path_factory.mktemp("portal")) as found:
        yield found


@pytest.fixture(scope="session")
def states() -> dict[tuple[str, str], StorageState]:
    return {}


@pytest.fixture(scope="session")
def pool() -> dict[Key, list[BrowserContext]]:
    """Contexts that no test uses now: a warm one has the styles and scripts already."""
    return {}


@pytest.fixture
def desk(
    browser: Browser,
    address: str,
    states: dict[tuple[str, str], StorageState],
    pool: dict[Key, list[BrowserContext]],
) -> Iterator[Desk]:
    """Windows of this test. What their consoles complain of fails it, unless ``desk.allowed`` names it."""
    opened = Desk(browser, address, states, pool)
    yield opened
    opened.close()
    assert opened.complaints() == []


@pytest.fixture
def login(desk: Desk) -> Callable[..., Page]:
    """``login("a_manager")``: a window of this person on the first page of his portal."""
    return desk.login
