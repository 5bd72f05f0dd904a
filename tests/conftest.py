"""What tests of a whole application share: tiny projects, people who use them, databases of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import werkzeug.security

# A password's hash is slow on purpose, which tests of something else need not wait for.
werkzeug.security.generate_password_hash.__defaults__ = ("pbkdf2:sha256:1000", 16)

from tests.projects import DATABASES, Browser, Builder

HERE = Path(__file__).parent
SHARING = ("runtime", "access", "screens", "portals", "architecture")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "req(id, ...): the requirements of a portal's document that the test proves")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one file that share an application run in one process, so that it is built once."""
    for item in items:
        folder = item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""
        if folder in SHARING and "build" in getattr(item, "fixturenames", ()):
            kind = next((kind for kind in DATABASES if f"[{kind}" in item.name), "")
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{kind}"))


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
