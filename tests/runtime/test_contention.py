"""Others who write at the same moment are nobody's mistake: a person is told to do it again, and is not thrown out."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from fab_app.store.engine import contended
from tests.projects import Builder, Site

FILES = {
    "schema/shop/order.yaml": "label: 订单\nfields: {name: {type: text, label: 名称}}\n",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: 'true'}\nmay: {order: [read, add, edit]}\n",
}


@pytest.fixture
def shop(project: Builder, database: str) -> Site:
    return project(FILES, database)


def crossing(site: Site) -> list[sa.exc.DBAPIError]:
    """Two transactions that change two rows each in the other's order, and what the database said."""
    ids, meeting, said = [site.make("order", name=name) for name in "甲乙"], Barrier(2), []
    table = site.table("order")

    def change(*order: int) -> None:
        try:
            with site.engine.begin() as connection:
                for step, id_ in enumerate(order):
                    connection.execute(sa.update(table).where(table.c.id == id_).values(name="丙"))
                    if not step:
                        meeting.wait(10)
        except sa.exc.DBAPIError as error:
            said.append(error)

    threads = [Thread(target=change, args=order) for order in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_deadlock_is_known_as_contention(shop: Site, database: str) -> None:
    if database == "sqlite":
        pytest.skip("SQLite has one writer: the second waits at its first statement")
    said = crossing(shop)
    assert [contended(error) for error in said] == [True]


def test_contention_is_answered_as_409(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from fab_app.runtime.writing import Writer

    def refused(*arguments: object) -> Callable[..., int]:
        raise sa.exc.OperationalError("UPDATE", {}, Exception(1213, "Deadlock found"))

    clerk = shop.as_("clerk")
    monkeypatch.setattr(Writer, "create", refused)
    answer = clerk.post("/shop/order/add", {"name": "甲"})
    assert (answer.status, "请再试一次" in answer.text) == (409, True)


def test_newest_sessions_stay_also_within_one_second(shop: Site) -> None:
    browsers = [shop.as_("clerk") for _ in range(25)]
    alive = [browser.get("/shop/order/list/").status for browser in browsers]
    assert alive[-5:] == [200] * 5 and alive[0] == 302
