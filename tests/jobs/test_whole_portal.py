"""A whole portal dies again and again, server, workers and connections, amid moves, imports, jobs and notices.

Texts go to a gateway of its own, which refuses some of them and gives to others no answer.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from fab_app.channels.family import opened
from tests.jobs.portal import FEW, FILES, LONG, ROLES, filled, forked
from tests.moves.clocks import later
from tests.notices.apart import apart, taken
from tests.projects import Builder, Site

KILLS = 200
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """What the gateway took."""
    return tmp_path / "taken"


@pytest.fixture(params=["sqlite", "postgresql"])
def site(build: Builder, request: pytest.FixtureRequest, book: Path) -> Iterator[Site]:
    site = filled(build(FILES, request.param))
    with apart(book) as url:
        object.__setattr__(site.world, "channels", opened({"FAB_APP_SMS_URL": url}))
        yield site


class Massacre:
    """Processes of each role, of which one is killed and another takes its place."""

    def __init__(self, site: Site, book: Path) -> None:
        self.site, self.book, self.chance = site, book, random.Random(20261127)
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
        if index % 5 == 4:
            role = self.sender()
        if self.site.engine.dialect.name == "postgresql" and index % 10 == 0:
            with self.site.engine.connect() as connection:
                connection.execute(sa.text(CUT))
            self.cut += 1
            self.site.engine.dispose()
        self.die(role)
        self.alive[role] = self.born(role)
        self.listen()

    def sender(self) -> str:
        """A worker, at a moment in which one of the two has sent a text and does not know yet that it was taken."""
        before, end = self.book.stat().st_size, time.monotonic() + 0.05
        while self.book.stat().st_size == before and time.monotonic() < end:
            time.sleep(0.001)
        return self.chance.choice(("worker", "second"))

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
    site: Site, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dying = Massacre(site, book)
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

    texts = taken(book)
    phoned = {row["uuid"]: (row["address"], row["text"]) for row in letters if row["channel"] == "sms"}
    assert {(text["id"], (text["phone"], text["text"])) for text in texts} == set(phoned.items())
    answered = Counter(text["id"] for text in texts if text["answered"])
    torn = sum(times > 1 for times in answered.values())  # sent, answered, and dead before it was marked

    stock = Counter(row["batch"] for row in site.rows("stock"))
    small, long = dying.acknowledged("stock"), dying.acknowledged("later")
    assert set(stock.values()) <= {FEW, LONG} and {stock[batch] for batch in long} <= {LONG}
    assert {stock[batch] for batch in small} == {FEW}

    again = sum(run["attempts"] > 1 for run in runs)
    assert len(paid) > 10 and len(small) > 3 and again and torn, "the kills hit nothing that was under way"
    with capsys.disabled():
        print(
            f"\n{site.engine.dialect.name}: {KILLS} kills, {dying.cut} cuts of all connections;"
            f" {len(paid)} raced moves, {len(stock)} imports ({len(long)} as jobs), {len(runs)} runs"
            f" ({again} taken over), {len(letters)} notices, {torn} of them torn from"
            " their answers and sent again under their ids: nothing lost, nothing doubled"
        )


def every(site: Site, key: str) -> list[dict[str, object]]:
    table = site.world.tables.of(key).table
    with site.engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(table)).mappings()]
