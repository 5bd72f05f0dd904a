"""A document of many records is background work: judged when it runs, for who asked alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from fab_app.store.job_tables import RUN
from tests.projects import Builder, Site
from tests.servers import DATABASES

FILES = {
    "schema/shop/portal.yaml": """
title: 店
prints:
  slip:
    of: order
    label: 单据
    template: slip.typ
    fields: [name]
    tables: {lines: {of: line, fields: [name]}}
    many: true
    at_once: 3
    counts: printed
""",
    "schema/shop/prints/slip.typ": '#import "/paper.typ": *\n#show: paper\n#masthead(data.title)\n',
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  printed: {type: int, label: 次数, readonly: true}
listing: {columns: [name], batch: [{print: slip}]}
""",
    "schema/shop/line.yaml": """
label: 行
fields: {order: {type: ref, to: order, label: 单}, name: {type: text, label: 品}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: "name != '隐'", line: all}
may: {order: [read, print], line: [read]}
""",
    "permissions/shop/boss.yaml": "label: 店长\njobs: all\nrows: {order: all}\nmay: {order: [read, print]}\n",
}


@pytest.fixture(scope="module", params=DATABASES)
def shop(request: pytest.FixtureRequest, build: Builder) -> Site:
    return build(FILES, request.param)


@pytest.fixture
def keys(shop: Site) -> list[str]:
    return [str(shop.make("order", name=f"单{n}")) for n in range(5)]


def asks(shop: Site, keys: list[str]) -> str:
    """The address of the run."""
    answer = shop.as_("clerk").post("/shop/order/print/slip", {"ids": keys}).response
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def ended(shop: Site, address: str) -> Any:
    shop.here.jobs.drain()
    with shop.engine.connect() as connection:
        return connection.execute(sa.select(RUN).where(RUN.c.uuid == address.rpartition("/")[2])).one()


def test_few_records_come_at_once(shop: Site, keys: list[str]) -> None:
    answer = shop.as_("clerk").post("/shop/order/print/slip", {"ids": keys[:3]}).response
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")


def test_many_are_made_as_background_work_counted_and_logged(shop: Site, keys: list[str]) -> None:
    address = asks(shop, keys)
    assert [shop.row("order", int(key))["printed"] for key in keys] == [None] * 5
    run = ended(shop, address)
    assert (run.state, run.done, run.total) == ("done", 5, 5)
    assert [shop.row("order", int(key))["printed"] for key in keys] == [1] * 5
    logged = [[e["action"] for e in shop.audit("order", int(key))].count("print") for key in keys]
    assert logged == [1] * 5
    got = shop.as_("clerk").client.get(f"{address}/file")
    assert (got.mimetype, got.get_data()[:5]) == ("application/pdf", b"%PDF-")
    assert shop.as_("boss").get(f"{address}/file").status == 404
    assert shop.as_("boss").get(address).status == 200


def test_page_shows_a_draft_of_the_first_and_says_so(shop: Site, keys: list[str]) -> None:
    page = shop.as_("clerk").get(f"/shop/order/print/slip?{urlencode([('ids', key) for key in keys])}")
    frame = page.root.one("iframe").attrs["src"]
    assert frame.count("ids=") == 3 and "打印 5 条记录" in page.text and "前 3 条" in page.text
    assert shop.as_("clerk").get(frame).response.mimetype == "application/pdf"


def test_what_may_not_be_printed_is_refused_before_anything_runs(shop: Site, keys: list[str]) -> None:
    hidden = str(shop.make("order", name="隐"))
    answer = shop.as_("clerk").post("/shop/order/print/slip", {"ids": [*keys, hidden]}).response
    assert answer.status_code == 404


def test_rights_are_those_of_when_it_runs(shop: Site, keys: list[str]) -> None:
    address = asks(shop, keys)
    with shop.engine.begin() as connection:
        order = shop.table("order")
        connection.execute(sa.update(order).where(order.c.id == int(keys[-1])).values(name="隐"))
    run = ended(shop, address)
    assert run.state == "failed" and run.result is None
    assert [shop.row("order", int(key))["printed"] for key in keys] == [None] * 5
    assert shop.as_("clerk").get(f"{address}/file").status == 404


def test_cancelled_run_leaves_nothing(shop: Site, keys: list[str]) -> None:
    address = asks(shop, keys)
    shop.as_("clerk").post(f"{address}/cancel")
    assert ended(shop, address).state == "cancelled"
    assert [shop.row("order", int(key))["printed"] for key in keys] == [None] * 5


def test_account_that_is_closed_gets_no_document(shop: Site, keys: list[str]) -> None:
    address = asks(shop, keys)
    user = shop.world.tables.of("base.user").table
    with shop.engine.begin() as connection:
        closed = sa.update(user).where(user.c.account == "clerk").values(status="disabled")
        connection.execute(closed)
    try:
        assert ended(shop, address).state == "failed"
    finally:
        with shop.engine.begin() as connection:
            connection.execute(sa.update(user).where(user.c.account == "clerk").values(status="enabled"))
