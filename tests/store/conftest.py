"""Databases of our own on every service that is found; a missing one skips; REQUIRE_SERVICES=1: fails."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from fab_app.store.engine import make_engine
from tests.store.shop import fill

SERVERS = {
    "postgresql": ("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres"),
    "mysql": ("TEST_MARIADB_URL", "mysql://root@127.0.0.1:3306"),
}
NAMES = ("sqlite", *SERVERS)
EngineOf = Callable[..., sa.Engine]


class Databases:
    """Makes a database on first use and empties it for every test that asks again."""

    def __init__(self) -> None:
        self.made: dict[str, sa.URL] = {}
        self.holds: dict[str, sa.MetaData] = {}
        self.name = f"fab_store_{uuid4().hex[:10]}"

    def url(self, kind: str, metadata: sa.MetaData | None = None) -> sa.URL:
        """An empty database or, where ``metadata`` is given, one with its tables, empty."""
        if kind not in self.made:
            self.made[kind] = self._make(kind)
        if metadata is not None and self.holds.get(kind) is metadata:
            self._delete_rows(kind, metadata)
            return self.made[kind]
        self._empty(kind)
        self.holds.pop(kind, None)
        if metadata is not None:
            metadata.create_all(self._own(kind))
            self.holds[kind] = metadata
        return self.made[kind]

    def drop(self) -> None:
        for kind in self.made:
            with self._server(kind).connect() as connection:
                force = " WITH (FORCE)" if kind == "postgresql" else ""
                connection.exec_driver_sql(f"DROP DATABASE {self.name}{force}")

    def _make(self, kind: str) -> sa.URL:
        server = self._server(kind)
        try:
            with server.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {self.name}")
        except sa.exc.OperationalError as problem:
            reason = f"{kind} is not there: {str(problem.orig).splitlines()[0]}"
            if os.environ.get("REQUIRE_SERVICES") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        if kind == "postgresql":
            with server.connect() as connection:
                connection.exec_driver_sql(f"ALTER DATABASE {self.name} SET synchronous_commit = off")
        return server.url.set(database=self.name)

    def _own(self, kind: str) -> sa.Engine:
        return make_engine(self.made[kind], poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")

    def _delete_rows(self, kind: str, metadata: sa.MetaData) -> None:
        with self._own(kind).connect() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())

    def _empty(self, kind: str) -> None:
        with self._own(kind).connect() as connection:
            if kind == "postgresql":
                connection.exec_driver_sql("DROP SCHEMA public CASCADE")
                connection.exec_driver_sql("CREATE SCHEMA public")
            elif names := connection.exec_driver_sql("SHOW TABLES").scalars().all():
                connection.exec_driver_sql("SET foreign_key_checks = 0")
                connection.exec_driver_sql(f"DROP TABLE {', '.join(names)}")

    def _server(self, kind: str) -> sa.Engine:
        variable, default = SERVERS[kind]
        url = os.environ.get(variable, default)
        return make_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    made = Databases()
    yield made
    made.drop()


@pytest.fixture
def engine_of(databases: Databases, tmp_path: Path) -> Iterator[EngineOf]:
    """An engine on a database of this kind that is empty, or has the empty tables of ``metadata``."""
    engines: list[sa.Engine] = []

    def make(kind: str, metadata: sa.MetaData | None = None) -> sa.Engine:
        if kind == "sqlite":
            engines.append(make_engine(f"sqlite:///{tmp_path / 'test.db'}", pool_size=12))
            if metadata is not None:
                metadata.create_all(engines[-1])
        else:
            engines.append(make_engine(databases.url(kind, metadata), pool_size=12))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture(params=NAMES)
def kind(request: pytest.FixtureRequest) -> str:
    """Each database in turn."""
    return str(request.param)


@pytest.fixture
def engine(kind: str, engine_of: EngineOf) -> sa.Engine:
    """An engine on an empty database, once per kind."""
    return engine_of(kind)


@pytest.fixture
def filled(engine: sa.Engine) -> sa.Engine:
    """The shop's tables with rows in them, made by ``at_start``."""
    fill(engine)
    return engine
