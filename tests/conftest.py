"""What tests of a whole application share: tiny projects, people who use them, databases of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import werkzeug.security
from captcha.image import ImageCaptcha
from playwright.sync_api import Playwright, sync_playwright

# A password's hash is slow on purpose, which tests of something else need not wait for.
werkzeug.security.generate_password_hash.__defaults__ = ("pbkdf2:sha256:1000", 16)

from fab_app import application  # noqa: E402 - after the hash was made quick
from fab_app.config import Settings  # noqa: E402 - after the hash was made quick
from fab_app.core.problems import Problem  # noqa: E402 - after the hash was made quick
from fab_app.core.words import locale  # noqa: E402 - after the hash was made quick
from fab_app.spec.manifest import Manifest  # noqa: E402 - after the hash was made quick
from tests.portals.seeded import HOME, begin, end  # noqa: E402 - after the hash was made quick
from tests.projects import Browser, Builder  # noqa: E402 - after the hash was made quick
from tests.servers import DATABASES  # noqa: E402 - after the hash was made quick

_read = application.manifest_of
_known: list[tuple[Manifest, list[Problem]]] = []


def _manifest_of(settings: Settings) -> tuple[Manifest, list[Problem]]:
    """The definitions of this repository are read once in a process: nobody changes them while the tests run."""
    if settings.home != HOME:
        return _read(settings)
    if not _known:
        _known.append(_read(settings))
    manifest, problems = _known[0]
    return manifest, [*problems]


application.manifest_of = _manifest_of

FORKING = ("test_whole_portal.py", "test_balances.py", "test_killed.py")
LONG = (
    "test_on_sqlite.py",
    "test_on_postgresql.py",
    "test_every_number.py",
    "test_fuzz.py",
    "test_broken.py",
)
"""Few tests of minutes each: begun last, they would keep one process long after the others are done."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "req(id, ...): the requirements of a portal's document that the test proves"
    )
    if not hasattr(config, "workerinput"):
        begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        end()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """One process runs the tests of a file, for they share an application; whatever ``--dist`` says.

    Groups would do it too, but xdist 3.8 writes them into a name that pytest 9.2 does not read.
    """
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False  # they come as they were ordered
    return LoadFileScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that fork come first, while a process is small, for one of gigabytes forks slowly; then what takes long."""
    sizes = Counter(item.path for item in items)
    items.sort(
        key=lambda item: (item.path.name not in FORKING, item.path.name not in LONG, -sizes[item.path])
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line for each proof that ran: what a test prints in a process of xdist nobody sees."""
    reports = (report for found in terminalreporter.stats.values() for report in found)
    said = [
        str(text)
        for report in reports
        for name, text in getattr(report, "user_properties", ())
        if name == "proof" and report.when == "call"
    ]
    if said:
        terminalreporter.section("proofs")
        terminalreporter.write("".join(f"{line}\n" for line in sorted(said)))


@pytest.fixture(autouse=True)
def chinese() -> None:
    """A test begins in the first language, whatever the one before it asked for last."""
    locale.set("zh")


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    """Builds sites that last for the tests of a file."""
    builder = Builder(tmp_path_factory.mktemp("sites"))
    yield builder
    builder.close()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Builder]:
    """Builds sites that last for one test: ``project({"schema/shop/order.yaml": …}, database)``."""
    builder = Builder(tmp_path)
    yield builder
    builder.close()


@pytest.fixture
def as_(project: Builder) -> Callable[[str], Browser]:
    """A browser of a person of the last project."""
    return lambda account: project.built[-1][0].as_(account)


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def playing() -> Iterator[Playwright]:
    """The one Playwright of this process: two at once are refused."""
    with sync_playwright() as started:
        yield started


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What stands on the pictures of captchas, in the order in which they were drawn: who reads them sees it."""
    written: list[str] = []
    drawn = ImageCaptcha.generate

    def generate(self: ImageCaptcha, chars: str, *rest: Any) -> Any:
        written.append(chars)
        return drawn(self, chars, *rest)

    monkeypatch.setattr(ImageCaptcha, "generate", generate)
    return written
