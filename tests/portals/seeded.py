"""A portal of this repository as its seeds made it: loaded once in a process, for tests that get copies."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tests.projects import Site, serve
from tests.servers import Servers

HOME = Path(__file__).parents[2]


@contextmanager
def seeded(portal: str, folder: Path, database: str = "sqlite", **more: Any) -> Iterator[Site]:
    kept, servers = "", Servers()
    if database != "mariadb":  # which copies no database: a site of it is seeded anew
        source, kept = _seeded(portal, database)
        shutil.copytree(source, folder, dirs_exist_ok=True)
    url = servers.new(database, folder, kept)
    site = _served(portal, folder, url, **more)
    try:
        yield site
    finally:
        site.close()
        servers.drop(database, url)


@cache
def _seeded(portal: str, database: str) -> tuple[Path, str]:
    folder = Path(tempfile.mkdtemp(prefix="seeded"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    servers = Servers()
    url = servers.new(database, folder)
    atexit.register(servers.drop, database, url)
    _served(portal, folder, url).close()
    return folder, url


def _served(portal: str, folder: Path, url: str, **more: Any) -> Site:
    return serve(folder, HOME, url, portal, portals=frozenset({portal}), **more)
