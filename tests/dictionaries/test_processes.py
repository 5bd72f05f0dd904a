"""Several processes over one database: a change by one is what the others show next; two may change at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest

from fab_app.access.principal import system
from fab_app.runtime import dictionaries, working
from tests.dictionaries.home import FILES, add, again, change, item, keep, offered
from tests.portals.asking import headers
from tests.projects import Builder, Site


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture(scope="module")
def other(site: Site) -> Site:
    return again(site)


@pytest.mark.req("I-162")
def test_the_other_process_follows_at_its_next_request(site: Site, other: Site) -> None:
    before = offered(other)
    assert add(site, "bean", "黄豆")[0] == 201
    assert change(site, "tea", enabled=False)[0] == 200
    assert (before, offered(other)) == (["tea", "rice", "salt"], ["rice", "salt", "bean"])
    assert keep(other, "POST", "ware/", "clerk", name="豆", kind="bean")[0] == 201
    assert keep(other, "DELETE", f"item/{item(site, 'bean')}")[0] == 422
    assert change(other, "tea", enabled=True)[0] == 200
    assert offered(site) == ["tea", "rice", "salt", "bean"]


def test_a_job_of_nobody_follows(site: Site, other: Site) -> None:
    change(site, "rice", label="香米")
    session = other.here.session
    working.ask(other.world, session)
    session.remove()
    assert str(other.world.manifest.books.book("shop", "kind").items["rice"].label) == "香米"


def at_once(*works: Callable[[], object]) -> list[object]:
    barrier = Barrier(len(works))

    def begun(work: Callable[[], object]) -> object:
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result() for one in [pool.submit(begun, work) for work in works]]


def withdrawing(site: Site, account: str, code: str) -> Callable[[], object]:
    who = site.as_(account)
    given = {"json": {"enabled": False}, "headers": headers(who)}
    path = f"/api/v1/shop/item/{item(site, code, 'mark')}"
    return lambda: who.client.put(path, **given).status_code


def test_of_two_who_withdraw_the_last_two_one_waits(site: Site, other: Site) -> None:
    other.users["second"] = site.person("second", "keeper")
    for _ in range(5):
        for code in ("new", "old", "cheap", "first"):
            site.set("item", item(site, code, "mark"), enabled=code in ("cheap", "first"))
        answers = at_once(withdrawing(site, "keeper", "cheap"), withdrawing(other, "second", "first"))
        assert sorted(answers) == [200, 422]  # type: ignore[type-var]


def test_two_that_start_at_once_make_one_row_each(site: Site, other: Site) -> None:
    table = site.table("item")
    with site.engine.begin() as connection:
        connection.execute(table.delete())

    at_once(*(lambda of=of: dictionaries.sync(of.world, of.engine) for of in (site, other)))
    rows = [(row["dictionary"], row["code"]) for row in site.rows("item")]
    assert len(rows) == len(set(rows)) == 9


def nothing(work: working.Work) -> None:
    """A job."""


class Run:
    """A run of nobody, whose session begins to write when it is asked for."""

    subject = 0
    arguments: Mapping[str, str] = {}

    def __init__(self, site: Site) -> None:
        self.site = site

    @contextmanager
    def reading(self) -> Iterator[Any]:
        yield self.site.here.session
        self.site.here.session.remove()

    @property
    def session(self) -> None:
        raise AssertionError("what is due may write in transactions of its own, and would wait for this one")


def test_run_of_nobody_holds_no_lock_while_it_asks(site: Site) -> None:
    made: Any = Run(site)
    working._handle(site.world, lambda session, id_: system("test"), f"{__name__}:nothing", made)
