"""A bench on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fab_app.store.engine import make_engine
from tests.jobs.bench import Bench
from tests.servers import Servers


@pytest.fixture
def bench(database: str, tmp_path: Path) -> Iterator[Bench]:
    servers = Servers()
    url = servers.new(database, tmp_path)
    engine = make_engine(url)
    yield Bench(engine)
    engine.dispose()
    servers.drop(database, url)
