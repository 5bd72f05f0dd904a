"""What an operator is given does what its page says: backups, units, the proxy's file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.deploy.places import DEPLOY, NOTE
from tests.projects import Builder
from tests.servers import DATABASES, Servers


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A kind of database and the address of an empty one."""
    servers, kind = Servers(), str(request.param)
    url = servers.new(kind, tmp_path)
    yield kind, url
    servers.drop(kind, url)


def run(script: str, folder: Path, url: str, files: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FAB_APP_DATABASE_URL": url, "FAB_APP_STORAGE_URL": str(files)}
    command = [str(DEPLOY / script), str(folder)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def test_a_backup_comes_back_whole(project: Builder, database: tuple[str, str], tmp_path: Path) -> None:
    kind, empty = database
    site = project({"schema/shop/note.yaml": NOTE}, kind)
    site.make("note", text="留下来")
    url, files = str(site.engine.url.render_as_string(hide_password=False)), tmp_path / "files"
    files.mkdir()
    (files / "upload.pdf").write_bytes(b"%PDF-1.4")
    made = run("backup.sh", tmp_path / "kept", url, files)
    assert made.returncode == 0, made.stderr
    target = empty.replace("site.sqlite", "again.sqlite")
    back = run("restore.sh", tmp_path / "kept", target, tmp_path / "again")
    assert back.returncode == 0, back.stderr
    engine = sa.create_engine(
        re.sub(r"^mysql:", "mysql+pymysql:", re.sub("^postgresql:", "postgresql+psycopg:", target))
    )
    with engine.connect() as connection:
        assert connection.execute(sa.text("select text from shop_note")).scalars().all() == ["留下来"]
    engine.dispose()
    assert (tmp_path / "again" / "upload.pdf").read_bytes() == b"%PDF-1.4"


def test_a_restore_never_overwrites(project: Builder, tmp_path: Path) -> None:
    site = project({"schema/shop/note.yaml": NOTE})
    url = str(site.engine.url)
    assert run("backup.sh", tmp_path / "kept", url, tmp_path / "files").returncode == 0
    assert run("restore.sh", tmp_path / "kept", url, tmp_path / "files").returncode == 2
    assert run("backup.sh", tmp_path / "kept", url, tmp_path / "files").returncode == 2


def test_a_damaged_backup_is_refused(project: Builder, tmp_path: Path) -> None:
    site = project({"schema/shop/note.yaml": NOTE})
    run("backup.sh", tmp_path / "kept", str(site.engine.url), tmp_path / "files")
    with (tmp_path / "kept" / "database.sqlite").open("r+b") as file:
        file.write(b"damaged")
    target = tmp_path / "again.sqlite"
    assert run("restore.sh", tmp_path / "kept", f"sqlite:///{target}", tmp_path / "f").returncode != 0
    assert not target.exists()


def program(name: str) -> str:
    """Where it is. Where it is missing the test is skipped; under REQUIRE_SERVICES=1 it fails."""
    found = shutil.which(name)
    if found is None:
        reason = f"there is no {name}"
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def test_units_are_understood() -> None:
    verify = program("systemd-analyze")
    units = [str(path) for path in sorted(DEPLOY.glob("*.service"))]
    told = subprocess.run([verify, "verify", *units], capture_output=True, text=True)
    ours = [line for line in told.stderr.splitlines() if "fab-app" in line]
    known = ("is not executable", "No such file", "command", "Failed to create", "not found")
    assert [line for line in ours if not any(part in line for part in known)] == []


def test_the_proxy_file_is_understood(tmp_path: Path) -> None:
    nginx = program("nginx")
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    key, pem = tmp_path / "key", tmp_path / "pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=portal.example"]
    subprocess.run([*made, "-keyout", str(key), "-out", str(pem)], check=True, capture_output=True)
    site = site.replace("/etc/ssl/certs/fab-app.pem", str(pem)).replace(
        "/etc/ssl/private/fab-app.key", str(key)
    )
    whole = f"pid {tmp_path}/pid; events {{}} http {{ {site} }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    told = subprocess.run([nginx, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
