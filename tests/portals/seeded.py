"""A portal of this repository as its seeds made it: loaded once in a run of the tests, which get copies."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.projects import Site, serve
from tests.servers import Servers

HOME = Path(__file__).parents[2]
_FOLDER = "TEST_SEEDED"
"""The variable with the folder of what was loaded, for all processes of the run."""


def begin() -> None:
    """Before the processes of a run start."""
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="seeded")


def end() -> None:
    """After all of them."""
    folder = Path(os.environ.pop(_FOLDER))
    for told in folder.glob("*.url"):
        Servers().drop(told.stem.rpartition("-")[2], told.read_text(encoding="utf-8"))
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def seeded(portal: str, folder: Path, database: str = "sqlite", **more: Any) -> Iterator[Site]:
    kept, servers = "", Servers()
    if database != "mariadb":  # which copies no database: a site of it is seeded anew
        source, kept = _seeded(portal, database)
        shutil.copytree(source, folder, dirs_exist_ok=True, copy_function=_copied)
    url = servers.new(database, folder, kept)
    site = _served(portal, folder, url, **more)
    try:
        yield site
    finally:
        site.close()
        servers.drop(database, url)


def _copied(source: str, target: str) -> None:
    """The database as a file of its own; stored files, which nobody writes to again, under a second name."""
    if "/files/" in source:
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def _seeded(portal: str, database: str) -> tuple[Path, str]:
    """The folder and the address of the first; who asks while it is being made waits."""
    folder = Path(os.environ[_FOLDER]) / f"{portal}-{database}"
    told = folder.with_name(f"{folder.name}.url")
    with open(f"{folder}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            folder.mkdir(exist_ok=True)
            url = Servers().new(database, folder)
            _served(portal, folder, url).close()
            told.write_text(url, encoding="utf-8")
    return folder, told.read_text(encoding="utf-8")


def _served(portal: str, folder: Path, url: str, **more: Any) -> Site:
    return serve(folder, HOME, url, portal, portals=frozenset({portal}), **more)
