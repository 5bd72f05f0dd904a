"""A whole portal dies again and again, server, workers and connections, amid moves, imports, jobs and notices."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from tests.jobs.portal import FEW, FILES, LONG, ROLES, filled, forked
from tests.moves.clocks import later
from tests.projects import Builder, Site

KILLS = 200
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def site(build: Builder, request: pytest.FixtureRequest) -> Site:
    return filled(build(FILES, request.param))


class Massacre:
    """Processes of each role, of which one is killed and another takes its place."""

    def __init__(self, site: Site) -> None:
        self.site, self.chance = site, random.Random(20261127)
        self.browsers = {role: site.as_("clerk") for role in ROLES}
        for browser in self.browsers.values():
            browser.token = browser.get("/login/").token
        self.read, self.write = os.pipe()
        os.set_blocking(self.read, False)
        self.heard, self.cut = b"", 0
        site.here.session.remove()
        site.engine.dispose()
        self.alive = {role: self.born(role) for role in ROLES}

    def born(self, role: str) -> int:
        return forked(self.site, role, self.browsers[role], self.write)

    def turn(self, index: int) -> None:
        time.sleep(self.chance.uniform(0.01, 0.06))
        role = self.chance.choice(list(ROLES))
        if self.site.engine.dialect.name == "postgresql" and index % 10 == 0:
            with self.site.engine.connect() as connection:
                connection.execute(sa.text(CUT))
            self.cut += 1
            self.site.engine.dispose()
        self.die(role)
        self.alive[role] = self.born(role)
        self.listen()

    def die(self, role: str) -> None:
        os.kill(self.alive[role], signal.SIGKILL)
        os.waitpid(self.alive[role], 0)

    def listen(self) -> None:
        while True:
            try:
                self.heard += os.read(self.read, 65536)
            except BlockingIOError:
                return

    def close(self) -> None:
        for role in ROLES:
            self.die(role)
        self.listen()
        os.close(self.read)
        os.close(self.write)

    def acknowledged(self, kind: str) -> set[str]:
        lines = (line.split() for line in self.heard.decode().splitlines())
        return {words[1] for words in lines if words[0] == kind}


def at_rest(site: Site) -> None:
    """Runs of the dead are taken over and done; claims of letters run out and are taken up again."""
    runner, end = site.here.jobs.runner, time.monotonic() + 60
    while any(run["state"] in ("running", "waiting") for run in site.platform("base_job_run")):
        assert time.monotonic() < end, Counter(run["state"] for run in site.platform("base_job_run"))
        runner.sweep()
        while runner.one():
            pass
        later(site, minutes=6)


def test_killed_portal_loses_nothing_and_doubles_nothing(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    dying = Massacre(site)
    for index in range(KILLS):
        dying.turn(index)
    dying.close()
    at_rest(site)

    paid = {row["id"] for row in site.rows("order") if row["state"] == "paid"}
    once = dict.fromkeys(paid, 1)
    payments, runs = site.rows("payment"), site.platform("base_job_run")
    assert Counter(row["order"] for row in payments) == once
    assert Counter(row["record_id"] for row in site.platform("base_move")) == once
    assert (
        Counter(row["record_id"] for row in site.platform("base_audit") if row["action"] == "move:pay")
        == once
    )
    assert {int(id_) for id_ in dying.acknowledged("paid")} <= paid
    assert sorted(row["no"] for row in payments) == [f"F{at:06}" for at in range(1, len(paid) + 1)]
    letters = every(site, "base.delivery")
    names = {f"订单{row['name']}": 1 for row in site.rows("order") if row["id"] in paid}
    assert Counter(row["text"] for row in every(site, "base.message")) == names
    assert Counter((row["text"], row["channel"]) for row in letters) == {
        (name, channel): 1 for name in names for channel in {row["channel"] for row in letters}
    }
    assert {row["status"] for row in letters} == {"sent"} and {run["state"] for run in runs} == {"done"}

    stock = Counter(row["batch"] for row in site.rows("stock"))
    small, long = dying.acknowledged("stock"), dying.acknowledged("later")
    assert set(stock.values()) <= {FEW, LONG} and {stock[batch] for batch in long} <= {LONG}
    assert {stock[batch] for batch in small} == {FEW}

    again = sum(run["attempts"] > 1 for run in runs)
    assert len(paid) > 10 and len(small) > 3 and again, "the kills hit nothing that was under way"
    with capsys.disabled():
        print(
            f"\n{site.engine.dialect.name}: {KILLS} kills, {dying.cut} cuts of all connections;"
            f" {len(paid)} raced moves, {len(stock)} imports ({len(long)} as jobs), {len(runs)} runs"
            f" ({again} taken over), {len(letters)} notices: nothing lost, nothing doubled"
        )


def every(site: Site, key: str) -> list[dict[str, object]]:
    table = site.world.tables.of(key).table
    with site.engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]
