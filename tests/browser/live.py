"""A served home and the browser that looks at it, for the tests and for the photographs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, StorageState
from waitress.server import create_server

from fab_app import create_app
from fab_app.config import ROOT, Settings
from tests.projects import Site

PASSWORD = "Demo@2024x"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESK, PHONE = (1440, 900), (390, 844)
Key = tuple[str, tuple[int, int], str, bool]  # address, size, language, dark


def until(page: Page, expression: str, seconds: float = 10) -> None:
    """Waits until it is true in the page. The browser's own waiting is an eval(), which our pages refuse."""
    end = monotonic() + seconds
    while not page.evaluate(expression):
        assert monotonic() < end, expression
        page.wait_for_timeout(20)


def settings(folder: Path, home: Path = ROOT) -> Settings:
    """Everything that a run writes lies in its own folder."""
    return Settings(
        home=home,
        database_url=f"sqlite:///{folder / 'site.sqlite'}",
        secret_key="s" * 40,
        storage_url=str(folder / "files"),
        instance=folder,
        captcha="0000",
    )


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address under which the application answers as long as the block lasts."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4, ident=None)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@contextmanager
def portal(folder: Path) -> Iterator[str]:
    """The repository's own portals with their demo rows."""
    with serving(create_app(settings(folder))) as address:
        yield address


@contextmanager
def seats(browser: Browser, site: Site) -> Iterator[Callable[[str], Page]]:
    """Windows on a site of a test: by account."""
    with serving(site.app) as address:
        opened: list[BrowserContext] = []

        def window(account: str) -> Page:
            width, height = DESK
            context = browser.new_context(
                base_url=address, locale="zh-CN", viewport={"width": width, "height": height}
            )
            opened.append(context)
            cookie = site.as_(account).client.get_cookie("fab_session")
            assert cookie is not None
            context.add_cookies([{"name": "fab_session", "value": cookie.value, "url": address}])
            return context.new_page()

        yield window
        for context in opened:
            context.close()


@contextmanager
def desk_at(browser: Browser, site: Site) -> Iterator[Desk]:
    """A desk at a site of a test; what its windows complain of fails it."""
    with serving(site.app) as address:
        opened = Desk(browser, address, {})
        yield opened
        opened.close()
        assert opened.complaints() == []


def chromium(play: Playwright) -> Browser:
    """The machine's browser. Where it is missing the test is skipped; under REQUIRE_SERVICES=1 it fails."""
    if not Path(CHROMIUM).exists():
        reason = f"there is no Chromium at {CHROMIUM}"
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


@dataclass
class Desk:
    """Opens windows of persons, and writes down what their consoles complain of.

    ``allowed``: parts of complaints that the test expects, such as the status of a refused page.
    """

    browser: Browser
    address: str
    states: dict[tuple[str, str], StorageState]
    pool: dict[Key, list[BrowserContext]] = field(default_factory=dict)
    allowed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    contexts: list[tuple[Key, BrowserContext]] = field(default_factory=list)

    def window(
        self,
        account: str = "",
        size: tuple[int, int] = DESK,
        lang: str = "zh",
        dark: bool = False,
        password: str = PASSWORD,
    ) -> Page:
        """An empty window in which this person is logged in; "" is nobody."""
        key = (self.address, size, lang, dark)
        free = self.pool.get(key)
        context = free.pop() if free else self._context(key)
        if account:
            context.add_cookies(self.state(account, password)["cookies"])  # type: ignore[arg-type]
        self.contexts.append((key, context))
        page = context.new_page()
        page.on("console", self._complained)
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        return page

    def login(self, account: str, **how: object) -> Page:
        """A window on the first page of the person's portal."""
        page = self.window(account, **how)  # type: ignore[arg-type]
        page.goto("/")
        return page

    def state(self, account: str, password: str = PASSWORD) -> StorageState:
        """The cookies of a login, done once for each account."""
        if (self.address, account) not in self.states:
            context = self.browser.new_context(base_url=self.address)
            token = re.search(r'name="csrf-token" content="([^"]+)', context.request.get("/login/").text())
            assert token is not None
            form = {"csrf_token": token[1], "username": account, "password": password}
            answer = context.request.post("/login/", form=form, headers={"Referer": f"{self.address}/login/"})
            assert answer.ok and "/login/" not in answer.url, f"{account} cannot log in: {answer.status}"
            self.states[self.address, account] = context.storage_state()
            context.close()
        return self.states[self.address, account]

    def _context(self, key: Key) -> BrowserContext:
        address, (width, height), lang, dark = key
        context = self.browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            locale="zh-CN" if lang == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        return context

    def complaints(self) -> list[str]:
        return [line for line in self.wrong if not any(part in line for part in self.allowed)]

    def close(self) -> None:
        """The contexts go back to the pool, forgetting all but their styles and scripts."""
        for key, context in self.contexts:
            for page in context.pages:
                if page.url.startswith(self.address):
                    page.evaluate("localStorage.clear()")
                page.close(run_before_unload=False)
            context.clear_cookies()
            self.pool.setdefault(key, []).append(context)
        self.contexts.clear()

    def _complained(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"console: {message.text} ({message.location.get('url', '')})")
