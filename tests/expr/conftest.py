"""The four places where an expression runs. A missing service skips, or fails under REQUIRE_SERVICES=1."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Playwright

from fab_app.expr import Expr, browser, sql
from tests.expr import rows, world

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
MARIADB = os.environ.get("TEST_MARIADB_URL", "mysql+pymysql://root@127.0.0.1:3306/test")
SCRIPT = Path(__file__).parents[2] / "fab_app/web/static/js/expr.js"
DATA = rows.rows(30)

Answers = Callable[[list[Expr]], list[list[Any]]]


def missing(service: str, error: Exception) -> None:
    reason = f"{service} is not there: {str(error).splitlines()[0]}"
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def own_database(url: str, options: str) -> Iterator[sa.Engine]:
    """An engine on a database of this process alone."""
    name, address = f"fab_expr_{os.getpid()}", sa.make_url(url)
    mysql = address.get_backend_name() == "mysql"
    server = sa.create_engine(address.set(database="") if mysql else address, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} {options}"))
    engine = sa.create_engine(address.set(database=name))
    try:
        yield engine
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name}"))
        server.dispose()


@contextmanager
def database(backend: str) -> Iterator[sa.Engine]:
    if backend == "sqlite":
        yield sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    elif backend == "postgresql":
        with own_database(POSTGRES, "ENCODING 'UTF8' TEMPLATE template0") as engine:
            yield engine
    else:
        with own_database(MARIADB, "CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin") as engine:
            yield engine


@pytest.fixture(scope="session", params=["sqlite", "postgresql", "mariadb"])
def connection(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """A filled database, each kind in turn."""
    manager = database(request.param)
    try:
        engine = manager.__enter__()
    except sa.exc.OperationalError as error:
        missing(request.param, error)
    with engine.connect() as opened:
        rows.fill(opened, DATA)
        yield opened
    manager.__exit__(None, None, None)


@pytest.fixture(scope="session")
def asked(connection: sa.Connection) -> Answers:
    """Answers of a database: per row, per expression."""

    def ask(expressions: list[Expr]) -> list[list[Any]]:
        resolver = world.RowResolver("task", world.tasks)
        columns = [sql(expr, resolver).label(f"e{at}") for at, expr in enumerate(expressions)]
        statement = sa.select(*columns).select_from(world.tasks).order_by(world.tasks.c.id)
        return [list(row) for row in connection.execute(statement)]

    return ask


@pytest.fixture(scope="session")
def browsed(playing: Playwright) -> Iterator[Answers]:
    """Answers of the browser: per row, per expression."""
    try:
        chromium = playing.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    except PlaywrightError as error:
        missing("chromium", error)
    page = chromium.new_page()
    page.add_script_tag(path=str(SCRIPT))
    page.evaluate(PREPARE, {"rows": rows.plain(DATA), **BROWSER})
    yield lambda expressions: page.evaluate(ASK, [browser(expr) for expr in expressions])
    chromium.close()


CHROMIUM = os.environ.get("TEST_CHROMIUM", "/usr/bin/chromium")
BROWSER: dict[str, Any] = {
    "user": {"id": 2, "org": {"id": 1, "state": "approved"}, "regions": [2, 4], "boss": None, "none": []}
    | {"kept": [1, 2], "place": 3},
    "roots": {"dialog": world.DIALOG},
    "today": world.TODAY.isoformat(),
    "now": world.NOW.isoformat(),
    "offset": world.OFFSET,
    "up": {str(node): list(world.up(node)) for node in world.PARENTS},
}
PREPARE = """data => {
  const below = (node, above) => [].concat(above).some(one => data.up[node].includes(one));
  const lineage = (root, path, node) => data.up[node] || [node];
  const cover = (root, path) => path[path.length - 1] === "kept" ? "children" : "below";
  window.envs = data.rows.map(record => fabExpr.env({...data, record, below, lineage, cover}));
}"""
ASK = "trees => window.envs.map(env => trees.map(tree => fabExpr.evaluate(tree, env)))"
