"""Threads of the serving process: woken by a commit, in the application's world, ended with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import monotonic, sleep
from typing import Any

import pytest

from fab_app.jobs.outbox import enqueue
from fab_app.jobs.threads import Threads
from fab_app.runtime import working
from fab_app.runtime.working import Work, handlers
from tests.projects import Builder, Site

FILES = {
    "schema/shop/order.yaml": "label: 订单\nfields: {name: {type: text, label: 名称}}\n",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: 'name == \"甲\"'}\nmay: {order: [read, add]}\n",
}


def add(work: Work) -> None:
    order = work.world.manifest.entities["shop.order"]
    work.writer().create(order, {"name": work.arguments["name"]})
    work.run.finish(by=work.principal.account)


@pytest.fixture
def shop(project: Builder, database: str) -> Site:
    return project(FILES, database)


@pytest.fixture
def running(shop: Site) -> Iterator[Site]:
    """The shop with two threads that work, and look into the table only when they are woken."""
    jobs, here = shop.here.jobs, shop.here
    people = lambda session, id_: here.identities.by_user(session, id_, "job", "")  # noqa: E731
    jobs.runner = replace(jobs.runner, handlers=handlers(shop.world, people, {"add": f"{__name__}:add"}))
    jobs.driver = threads = Threads(jobs.runner, jobs.keep, 2, poll=60)
    threads.start()
    yield shop
    threads.stop()
    assert not any(thread.is_alive() for thread in threads._threads)


def asked(site: Site, **options: Any) -> str:
    with site.acting() as system_:
        return enqueue(
            system_.writer.session.execute, "add", options, portal="shop", subject=options.get("who", 0)
        )


def ended(site: Site, uuid: str) -> dict[str, Any]:
    end = monotonic() + 20
    while monotonic() < end:
        row = next(row for row in site.platform("base_job_run") if row["uuid"] == uuid)
        if row["state"] not in ("waiting", "running"):
            return row
        sleep(0.02)
    raise AssertionError(row)


def test_commit_wakes_the_threads(running: Site) -> None:
    sleep(0.3)
    begin = monotonic()
    row = ended(running, asked(running, name="甲"))
    assert (row["state"], row["result"]) == ("done", '{"by": "add"}')
    assert [order["name"] for order in running.rows("order")] == ["甲"] and monotonic() - begin < 10


def test_handler_has_the_rights_of_who_asked(running: Site) -> None:
    who = running.id_of("clerk")
    good, bad = (asked(running, name=name, who=who) for name in "甲乙")
    assert (ended(running, good)["result"], ended(running, bad)["state"]) == ('{"by": "clerk"}', "failed")
    assert [order["name"] for order in running.rows("order")] == ["甲"]


def test_kinds_name_functions_that_are_there(shop: Site) -> None:
    from importlib import import_module

    missing = [
        where
        for where in working.KINDS.values()
        if not callable(getattr(import_module(where.partition(":")[0]), where.partition(":")[2], None))
    ]
    assert missing == []


def test_nothing_runs_by_itself_where_nobody_asked_for_threads(shop: Site) -> None:
    asked(shop, name="甲")
    shop.as_().get("/login/")
    sleep(0.2)
    assert {row["state"] for row in shop.platform("base_job_run")} == {"waiting"}
