"""Requests of different people to several serving processes at once: nobody ever gets another's rows."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from fab_app.config import ROOT
from tests.leaks.homes import people, small
from tests.leaks.planting import Marks
from tests.leaks.rows import Rows
from tests.leaks.walk import Report, Visitor
from tests.projects import Builder, Site

REQUESTS, PROCESSES = 10, 2
_ROW = re.compile(r'<tr[^>]*\bdata-id="(\d+)"')
pytestmark = pytest.mark.xdist_group("leaks")


@contextmanager
def serving(site: Site, url: str) -> Iterator[str]:
    """Worker processes of gunicorn over the site's own database; ended by their master's id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {name: value for name, value in os.environ.items() if not name.startswith("FAB_APP_")}
    settings = site.here.settings
    environ = {
        **own,
        "FAB_APP_HOME": str(settings.home),
        "FAB_APP_DATABASE_URL": url,
        "FAB_APP_SECRET_KEY": settings.secret_key,
        "FAB_APP_STORAGE_URL": settings.storage_url,
        "FAB_APP_WORKERS": "0",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-w",
        str(PROCESSES),
        "--threads",
        "2",
        "-b",
        f"127.0.0.1:{port}",
    ]
    master = subprocess.Popen(
        [*command, "fab_app:create_app()"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/health", master)
        yield f"http://127.0.0.1:{port}"
    finally:
        master.terminate()
        master.wait(30)


def _wait(url: str, master: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        assert master.poll() is None, "gunicorn ended"
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


def asked(root: str, visitor: Visitor) -> list[str]:
    """What was wrong with this person's answers."""
    order = next(e for e in visitor.rows.manifest.entities.values() if e.key == "shop.order")
    cookie = visitor.client.get_cookie("fab_session")
    assert cookie is not None
    wanted, wrong = visitor.opinion.visible(order), []
    for turn in range(REQUESTS):
        page = turn % 2 == 0
        path = "/shop/order/list/?size=100" if page else f"/api/v1/shop/order/?q=(page_size:{90 + turn % 10})"
        headers = {"Cookie": f"fab_session={cookie.value}", "Connection": "close"}
        with urlopen(Request(root + path, headers=headers), timeout=60) as answer:
            text = answer.read().decode()
        found = set(map(int, _ROW.findall(text))) if page else set(_ids(text))
        told = visitor.known.found(text) - visitor.tellable
        if found != wanted or told:
            wrong.append(f"{visitor.account} {path}: {found ^ wanted} {told}")
    return wrong


def _ids(text: str) -> list[int]:
    import json

    return list(json.loads(text)["ids"])


def test_requests_to_several_processes_never_mix(build: Builder) -> None:
    site = small(build, "postgresql")
    url = next(url for built, _, url in build.built if built is site)
    rows, known = Rows(site).read(), Marks(site)
    chosen = [account for account in people(site) if account != "all"]
    visitors = [Visitor(site, rows, known, Report(), account) for account in chosen]
    order = next(e for e in rows.manifest.entities.values() if e.key == "shop.order")
    assert len({visitor.opinion.visible(order) for visitor in visitors}) >= 2
    with serving(site, url) as root, ThreadPoolExecutor(len(visitors)) as pool:
        wrong = [one for found in pool.map(lambda visitor: asked(root, visitor), visitors) for one in found]
    assert wrong == []
