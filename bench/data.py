"""The databases: one with the peers' tables, copied for each of them, and ours with the tables we make."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from bench import homes
from bench.people import COLUMNS, tables
from bench.places import FLOOR, OURS, PEERS, database, log, program, python

PEER_COLUMNS = {"parent": "parent_id", "org": "org_id", "region": "region_id", "company": "company_id"}
DDL = """
CREATE TABLE org (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES org(id), name VARCHAR(80) NOT NULL,
  code VARCHAR(32) NOT NULL, level SMALLINT NOT NULL);
CREATE TABLE region (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES region(id),
  name VARCHAR(80) NOT NULL, code VARCHAR(32) NOT NULL, level SMALLINT NOT NULL);
CREATE TABLE company (id INTEGER PRIMARY KEY, org_id INTEGER NOT NULL REFERENCES org(id),
  region_id INTEGER NOT NULL REFERENCES region(id), name VARCHAR(120) NOT NULL, uscc VARCHAR(18) NOT NULL,
  status VARCHAR(16) NOT NULL, capital DECIMAL(14,2) NOT NULL, founded DATE NOT NULL,
  phone VARCHAR(20) NOT NULL, address VARCHAR(200) NOT NULL, created_on DATETIME NOT NULL);
CREATE TABLE guard (id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL REFERENCES company(id),
  name VARCHAR(40) NOT NULL, id_no VARCHAR(18) NOT NULL, phone VARCHAR(20) NOT NULL,
  gender VARCHAR(1) NOT NULL, status VARCHAR(16) NOT NULL, hired_on DATE NOT NULL, certified BOOLEAN NOT NULL,
  score DECIMAL(6,2) NOT NULL, notes TEXT NOT NULL);
"""
INDEXES = """
CREATE INDEX ix_org_parent ON org(parent_id);
CREATE INDEX ix_region_parent ON region(parent_id);
CREATE INDEX ix_company_org ON company(org_id);
CREATE INDEX ix_company_region ON company(region_id);
CREATE INDEX ix_company_status ON company(status);
CREATE UNIQUE INDEX ux_company_name ON company(name);
CREATE INDEX ix_guard_company ON guard(company_id);
CREATE INDEX ix_guard_status ON guard(status);
CREATE INDEX ix_guard_hired ON guard(hired_on);
"""


def prepare(server: str, rows: int, entities: int = 4) -> Path:
    """The server's database of so many persons, made where it does not stand yet."""
    path = database(server, rows, entities)
    if server == OURS and path.exists():
        _brought_up(path, entities)
    if not path.exists():
        print(f"preparing {path.name} …", flush=True)
        part = path.with_suffix(".part")
        for leftover in path.parent.glob(f"{part.name}*"):
            leftover.unlink()
        if server == OURS:
            _ours(part, rows, entities)
        else:
            shutil.copy(base(rows), part)
            bootstrap(server, part, entities)
        part.rename(path)
    return path


def bootstrap(server: str, path: Path, entities: int) -> None:
    """The peer's own tables, users, roles and permissions."""
    programs = {"fab": "app.py", "django": "bootstrap.py", "flaskadmin": "app.py"}
    if server not in programs:
        return
    command = [str(python(server)), "-W", "ignore", programs[server]]
    with log(f"bootstrap-{server}-{entities}").open("w") as told:
        subprocess.run(
            command,
            cwd=program(server),
            env=peer_environment(path, entities),
            stdout=told,
            stderr=told,
            check=True,
        )


def peer_environment(path: Path, entities: int) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "BENCH_DB": f"sqlite:///{path}", "BENCH_ENTS": str(entities - 4)}


def forget(rows: int) -> None:
    """Removes the databases of so many persons: after writes they are no longer the same."""
    for server in (OURS, *PEERS, FLOOR):
        for path in database(server, rows).parent.glob(f"{server}-{rows}-*"):
            path.unlink()


def base(rows: int) -> Path:
    """The peers' tables with their rows; made once."""
    path = database("base", rows)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        _write_base(part, rows)
        part.rename(path)
    return path


def _write_base(path: Path, rows: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=OFF")
    connection.executescript(DDL)
    for table, piece in tables(rows):
        names = [PEER_COLUMNS.get(name, name) if name != "created_on" else name for name in COLUMNS[table]]
        marks = ",".join("?" * len(names))
        written = f"INSERT INTO {table} ({','.join(names)}) VALUES ({marks})"
        connection.executemany(written, (_peer_row(table, row) for row in piece))
    connection.executescript(INDEXES)
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _peer_row(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    if table == "guard":
        return (*row[:7], row[7].isoformat(), row[8], row[9] / 100, row[10])
    if table == "company":
        return (*row[:6], row[6] / 100, row[7].isoformat(), *row[8:10], f"{row[10]:%Y-%m-%d %H:%M:%S.%f}")
    return row


def _ours(path: Path, rows: int, entities: int) -> None:
    """The application makes its tables, accounts and roles itself; the rows come by bulk inserts."""
    import sqlalchemy as sa

    from fab_app import create_app
    from fab_app.config import Settings
    from fab_app.runtime import searching

    path.parent.mkdir(parents=True, exist_ok=True)
    settings = Settings.from_environment(homes.environment(path, entities))
    here = create_app(settings).extensions["fab_app"]
    manifest, now = here.world.manifest, here.world.clock.now()
    engine = here.session.get_bind()
    with engine.begin() as connection:
        for name, piece in tables(rows):
            entity = manifest.entities[f"bench.{name}"]
            table = here.world.stored(entity).table
            columns = [entity.columns.get(column, column) for column in COLUMNS[name]]
            written = [
                {
                    **dict(zip(columns, _our_row(name, row), strict=True)),
                    "uuid": str(UUID(int=row[0] << 8 | len(name))),
                    "created_at": now - timedelta(seconds=row[0]),
                    "updated_at": now,
                }
                for row in piece
            ]
            connection.execute(sa.insert(table), written)
    searching.refill(here.world, engine)
    here.session.remove()
    engine.dispose()


def _brought_up(path: Path, entities: int) -> None:
    """The framework's tables may have changed since the file was made; the rows of the comparison stay."""
    from fab_app.config import Settings
    from fab_app.database import make_changes
    from fab_app.store.change import Grade

    make_changes(Settings.from_environment(homes.environment(path, entities)), tuple(Grade))


def _our_row(table: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    if table == "guard":
        return (*row[:9], Decimal(row[9]) / 100, row[10] or None)
    if table == "company":
        return (*row[:6], Decimal(row[6]) / 100, *row[7:])
    return row
