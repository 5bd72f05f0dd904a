"""Persons by region and month over all of them, ours beside the bare SQL: ``python -m bench.charts [rows] [rounds]``.

One process asks both in turn, over the same SQLite file. Ours is the whole request for the numbers of a chart, once
once with nothing kept and once again; bare is the statement that one would write for it, under the same rows, fetched.
Of two people: one who sees all persons, and one who sees a third of them by a rule.
"""

from __future__ import annotations

import gc
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import date
from statistics import median
from typing import Any

import sqlalchemy as sa

from bench.clients import PASSWORD
from bench.data import prepare
from bench.homes import environment
from bench.places import OURS

CHART = "/api/v1/bench/charts/hired"
BARE = """
SELECT c.region, substr(g.hired_on, 1, 7), count(*)
FROM bench_guard AS g JOIN bench_company AS c ON c.id = g.company
WHERE g.hired_on >= ?{rows} GROUP BY 1, 2
"""
ROWS = {"staff": "", "watch": " AND (g.status = 'on_duty' OR g.status = 'pending')"}
"""By account what the rule of its role says of a row."""


def measured(rows: int, rounds: int = 5, account: str = "staff") -> dict[str, float]:
    """Milliseconds by ``first``, ``again`` and ``bare``, the median of so many rounds in turn."""
    path = prepare(OURS, rows)
    ask, forget, today = _ours(environment(path, 4), account)
    bare, statement = sqlite3.connect(path), BARE.format(rows=ROWS[account])
    begin = date(today.year - (today.month < 12), today.month % 12 + 1, 1).isoformat()
    assert ask() == sum(count for *_, count in bare.execute(statement, (begin,)))
    taken: dict[str, list[float]] = {"first": [], "again": [], "bare": []}
    for _ in range(rounds):
        taken["bare"].append(_timed(lambda: bare.execute(statement, (begin,)).fetchall()))
        forget()
        taken["first"].append(_timed(ask))
        taken["again"].append(_timed(ask))
    return {name: median(times) for name, times in taken.items()}


def _ours(environ: dict[str, str], account: str) -> tuple[Callable[[], int], Callable[[], None], date]:
    """Asks for the chart and answers how many persons it counts; forgets what is kept; the day."""
    from fab_app import create_app
    from fab_app.config import Settings

    app = create_app(Settings.from_environment(environ))
    gc.collect()
    gc.freeze()  # as every server of ours does
    _present(app.extensions["fab_app"], account)
    client = app.test_client()
    given = {"username": account, "password": PASSWORD, "provider": "db"}
    token = client.post("/api/v1/security/login", json=given).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    def ask() -> int:
        answer = client.get(CHART, headers=headers)
        assert answer.status_code == 200, answer.status_code
        series: list[dict[str, Any]] = answer.get_json()["result"]["series"]
        return sum(sum(one["data"]) for one in series)

    world = app.extensions["fab_app"].world
    return ask, world.answers.forget, world.clock.today(world.manifest.portals["bench"].spec.zone)


def _present(here: Any, account: str) -> None:
    """Makes the account of this role where the database was prepared without it."""
    from fab_app.access.principal import system
    from fab_app.runtime.writing import Writer
    from fab_app.store.engine import WRITING

    world, session = here.world, here.session
    session.connection(execution_options=WRITING)
    user, role = world.tables.of("base.user").table, world.tables.of("base.role").table
    marked = {"authorised": "bench"}
    known = sa.select(user.c.id).where(user.c.account == account)
    if session.execute(known, execution_options=marked).first() is None:
        held = sa.select(role.c.id).where(role.c.portal == "bench", role.c.code == account)
        keys = list(session.execute(held, execution_options=marked).scalars())
        values = {"account": account, "name": account, "kind": "staff", "roles": keys, "password": PASSWORD}
        writer = Writer(world, session, system("bench"), trusted=True)
        writer.create(
            world.manifest.entities["base.user"], {**values, "must_change": False}, {"portal": "bench"}
        )
    session.commit()
    session.remove()


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]] or [500_000]
    for who in ROWS:
        for name, taken in measured(given[0], given[1] if len(given) > 1 else 5, who).items():
            print(f"{who} {name:6} {taken:8.1f} ms")
