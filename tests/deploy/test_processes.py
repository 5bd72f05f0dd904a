"""Several processes on one database and one Redis behave as one, and one of them may die."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest

from tests.deploy.places import NOTE, PORTAL, ROOT
from tests.servers import Servers

DEMO = {"FAB_APP_ENV": "demo", "FAB_APP_CAPTCHA": "0000"}
"""A captcha that a test can solve, and cookies that need no TLS."""
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    servers = Servers()
    made = servers.new("postgresql", tmp_path)
    yield made
    servers.drop("postgresql", made)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def environment_of(folder: Path, url: str, **more: str) -> dict[str, str]:
    """Of every process of one installation, whose home has one entity."""
    home = folder / "home"
    (home / "schema" / "shop").mkdir(parents=True)
    (home / "schema" / "shop" / "note.yaml").write_text(NOTE, encoding="utf-8")
    (home / "schema" / "shop" / "portal.yaml").write_text(PORTAL, encoding="utf-8")
    return {
        **os.environ,
        "FAB_APP_ENV": "production",
        "FAB_APP_SECRET_KEY": "k" * 40,
        "FAB_APP_HOME": str(home),
        "FAB_APP_DATABASE_URL": url,
        "FAB_APP_REDIS_URL": REDIS,
        "FAB_APP_STORAGE_URL": str(folder / "files"),
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "WEB_CONCURRENCY": "2",
        **more,
    }


@contextmanager
def gunicorn(environment: dict[str, str], folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The site in production mode with two workers."""
    admin = [sys.executable, "run.py", "create-admin", "--password", "Sehr-geheim-2026"]
    subprocess.run(admin, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "deploy/gunicorn.conf.py",
        "deploy.wsgi:application",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=(folder / "log").open("wb"))
    try:
        yield f"http://127.0.0.1:{environment['PORT']}", process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait(address: str) -> None:
    for _ in range(300):
        try:
            with build_opener().open(f"{address}/health", timeout=2) as answer:
                assert answer.status == 200
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("nobody answers")


def children(process: subprocess.Popen[bytes]) -> list[int]:
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True)
    return [int(word) for word in told.stdout.split()]


def tokened(address: str) -> dict[str, str]:
    """What the administrator's requests to the API carry."""
    body = b'{"username": "admin", "password": "Sehr-geheim-2026", "provider": "db"}'
    login = Request(f"{address}/api/v1/security/login", body, {"Content-Type": "application/json"})
    token = json.loads(build_opener().open(login, timeout=20).read())["access_token"]
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def test_two_workers_are_one_site_and_one_may_be_killed(url: str, tmp_path: Path) -> None:
    with gunicorn(environment_of(tmp_path, url), tmp_path) as (address, process):
        wait(address)
        headers = tokened(address)
        notes = f"{address}/api/v1/shop/note/"
        for number in range(20):
            made = Request(notes, f'{{"text": "n{number}"}}'.encode(), headers)
            assert build_opener().open(made, timeout=20).status == 201
            if number == 9:
                os.kill(children(process)[0], signal.SIGKILL)
                time.sleep(0.3)
        told = build_opener().open(
            Request(f"{notes}?{urlencode({'q': '(page_size:100)'})}", headers=headers), timeout=20
        )
        assert json.loads(told.read())["count"] == 20
        assert len(children(process)) == 2


def page(
    opener: OpenerDirector, address: str, path: str, form: dict[str, str] | None = None
) -> tuple[str, str]:
    """Where one ends, and what stands there; each request by a connection of its own."""
    data = urlencode(form).encode() if form is not None else None
    with opener.open(Request(f"{address}{path}", data, {"Accept-Language": "en"}), timeout=20) as answer:
        return answer.url.removeprefix(address), answer.read().decode()


def token(text: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    assert found is not None
    return found.group(1)


def test_a_session_holds_and_ends_in_every_process(url: str, tmp_path: Path) -> None:
    with gunicorn(environment_of(tmp_path, url, **DEMO), tmp_path) as (address, _):
        wait(address)
        opener = build_opener(HTTPCookieProcessor())
        form = {"username": "admin", "password": "Sehr-geheim-2026", "captcha": "0000"}
        page(opener, address, "/login/", form | {"csrf_token": token(page(opener, address, "/login/")[1])})
        notes = [page(opener, address, "/shop/note/list/") for _ in range(16)]
        assert {where for where, _ in notes} == {"/shop/note/list/"}
        page(opener, address, "/logout/", {"csrf_token": token(notes[0][1])})
        left = {page(opener, address, "/shop/note/list/")[0].partition("?")[0] for _ in range(16)}
        assert left == {"/login/"}
