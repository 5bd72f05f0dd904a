"""Databases of the tests: three kinds, each made for one site and dropped after it."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from fab_app.store.engine import make_engine

DATABASES = ("sqlite", "postgresql", "mariadb")
SERVERS = {
    "postgresql": ("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres"),
    "mariadb": ("TEST_MARIADB_URL", "mysql://root@127.0.0.1:3306"),
}


class Servers:
    """Databases of our own, each dropped by who asked for it."""

    def new(self, kind: str, folder: Path, copied: str = "") -> str:
        """The address of an empty database, or of a copy of the one at ``copied`` (of SQLite the file in the folder).

        A missing service skips; under REQUIRE_SERVICES=1 it fails.
        """
        if kind == "sqlite":
            return f"sqlite:///{folder / 'site.sqlite'}"
        name = f"fab_site_{uuid4().hex[:12]}"
        server = self._server(kind)
        try:
            with server.connect() as connection:
                template = f" TEMPLATE {sa.make_url(copied).database}" if copied else ""
                connection.exec_driver_sql(f"CREATE DATABASE {name}{template}")
                if kind == "postgresql":
                    for setting in ("synchronous_commit = off", "deadlock_timeout = '50ms'"):
                        connection.exec_driver_sql(f"ALTER DATABASE {name} SET {setting}")
        except sa.exc.OperationalError as problem:
            reason = f"{kind} is not there: {str(problem.orig).splitlines()[0]}"
            if os.environ.get("REQUIRE_SERVICES") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        return server.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, kind: str, url: str) -> None:
        if kind != "sqlite":
            # A thread of the site may still be closing its connection: the database goes all the same.
            force = " WITH (FORCE)" if kind == "postgresql" else ""
            with self._server(kind).connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {sa.make_url(url).database}{force}")

    def _server(self, kind: str) -> sa.Engine:
        variable, default = SERVERS[kind]
        return make_engine(
            os.environ.get(variable, default), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT"
        )
