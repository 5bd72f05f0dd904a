"""The net under every statement: what touches an entity without its predicate is refused; no screen does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.sql import visitors

from fab_app.access.guard import Unguarded
from fab_app.compile.model import models
from fab_app.runtime.selection import acting
from fab_app.store.engine import WRITING
from tests.projects import Builder, Site

FILES = {
    "schema/shop/customer.yaml": """
label: 客户
soft_delete: true
fields: {name: {type: text, label: 名称, required: true}}
""",
    "schema/shop/order.yaml": """
label: 订单
soft_delete: true
belongs: {owner: created_by}
fields:
  name: {type: text, label: 名称, required: true}
  customer: {type: ref, to: customer, label: 客户}
  helpers: {type: refs, to: customer, label: 相关}
  photo: {type: image, label: 照片}
  place: {type: region, label: 区域}
  lines: {type: table, label: 明细, of: line, by: order, columns: [name]}
  count: {type: rollup, label: 行数, of: line, by: order}
detail:
  - {section: 信息, fields: "*"}
  - {table: line, by: order}
""",
    "schema/shop/line.yaml": """
label: 明细
fields: {name: {type: text, label: 名称}, order: {type: ref, to: order, label: 订单, on_delete: delete}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: own, customer: 'true', line: {through: order}}
may: {order: [read, add, edit, delete], customer: [read], line: [read]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return build(FILES)


@pytest.fixture
def session(shop: Site) -> Iterator[Any]:
    yield shop.here.session
    shop.here.session.rollback()
    shop.here.session.remove()


def statements(shop: Site) -> dict[str, Any]:
    order, customer = shop.table("order"), shop.table("customer")
    side = shop.world.stored(shop.entity("order")).side["helpers"]
    inner = sa.select(order.c.id).where(order.c.name == "甲")
    return {
        "select": sa.select(order),
        "column": sa.select(order.c.id),
        "alias": sa.select(order.alias("x").c.id),
        "count": sa.select(sa.func.count()).select_from(order),
        "join": sa.select(sa.literal(1)).select_from(order.join(customer, customer.c.id == order.c.customer)),
        "subquery": sa.select(sa.literal(1)).where(sa.exists(inner)),
        "cte": sa.select(inner.cte("x").c.id),
        "union": sa.union_all(sa.select(sa.literal(1)), inner),
        "side table": sa.select(side.c.value),
        "insert": sa.insert(order).values(name="甲"),
        "insert from": sa.insert(customer).from_select(["name"], sa.select(order.c.name)),
        "update": sa.update(order).values(name="甲"),
        "delete": sa.delete(order),
        **raw(shop),
    }


def raw(shop: Site) -> dict[str, Any]:
    """Statements whose tables SQLAlchemy does not know as those of entities."""
    text, named = "select name from shop_order", sa.table("shop_order", sa.column("name"))
    return {
        "text": sa.text(text),
        "text in capitals": sa.text("SELECT name FROM main.SHOP_ORDER"),
        "quoted text": sa.text('select name from "shop_order"'),
        "text with columns": sa.select(sa.text(text).columns(sa.column("name")).subquery().c.name),
        "text of a source": sa.select(sa.column("name")).select_from(sa.text("shop_order")),
        "text in a condition": sa.select(sa.literal(1)).where(sa.text(f"exists ({text})")),
        "literal column": sa.select(sa.literal_column(f"({text} limit 1)")),
        "table by name": sa.select(named.c.name),
        "alias by name": sa.select(named.alias("x").c.name),
        "update by name": sa.update(named).values(name="甲"),
        "delete by name": sa.delete(named),
        "insert by name": sa.insert(named).values(name="甲"),
    }


@pytest.mark.parametrize("asked", ["the session", "its connection", "its connection, for writing"])
def test_statement_without_a_predicate_is_refused(shop: Site, session: Any, asked: str) -> None:
    let_through = []
    for kind, statement in statements(shop).items():
        options = WRITING if asked.endswith("writing") else {}
        on = session if asked == "the session" else session.connection(execution_options=options)
        try:
            on.execute(statement)
            let_through.append(kind)
        except Unguarded:
            pass
        session.rollback()
    assert let_through == []


def test_connection_of_a_session_is_watched_below_a_savepoint_and_after_an_end(
    shop: Site, session: Any
) -> None:
    statement = sa.select(shop.table("order").c.id)
    for _ in range(2):
        with session.begin_nested(), pytest.raises(Unguarded):
            session.connection().execute(statement)
        session.commit()


def test_connection_that_is_given_back_is_watched_no_longer(shop: Site, session: Any) -> None:
    session.execute(sa.select(sa.literal(1)))
    session.remove()
    with shop.engine.connect() as connection:
        assert connection.execute(sa.select(shop.table("order").c.id)).all() == []


def test_text_that_names_no_entity_runs(shop: Site, session: Any) -> None:
    assert session.execute(sa.text("select 1")).scalar() == 1


def test_statement_that_names_its_principal_runs(shop: Site, session: Any) -> None:
    with shop.acting("clerk") as clerk:
        clerk.writer.fetch(sa.select(shop.table("order").c.id))


def test_orm_objects_are_neither_read_nor_written(shop: Site, session: Any) -> None:
    order = models(shop.world.tables)["shop.order"]
    with pytest.raises(Unguarded):
        session.scalars(sa.select(order)).all()
    with pytest.raises(Unguarded):
        session.get(order, 1)
    session.add(order(name="甲"))
    with pytest.raises(Unguarded):
        session.flush()


def test_bulk_writes_of_the_orm_are_refused(shop: Site, session: Any) -> None:
    order = models(shop.world.tables)["shop.order"]
    with pytest.raises(Unguarded):
        session.query(order).update({"name": "甲"})
    with pytest.raises(Unguarded):
        session.query(order).delete()


@contextmanager
def unguarded(shop: Site) -> Iterator[list[str]]:
    """Statements on entities' tables that reach a connection without naming a principal."""
    names = {
        table.name
        for stored in shop.world.tables.entities.values()
        for table in (stored.table, *stored.side.values())
    }
    found: list[str] = []

    def seen(connection: Any, statement: Any, many: Any, one: Any, options: Any) -> None:
        touched = {part.name for part in visitors.iterate(statement) if isinstance(part, sa.Table)} & names
        if touched and not options.get("authorised"):
            found.append(str(statement))

    sa.event.listen(shop.engine, "before_execute", seen)
    try:
        yield found
    finally:
        sa.event.remove(shop.engine, "before_execute", seen)


def test_no_screen_runs_a_statement_without_a_predicate(shop: Site) -> None:
    customer = shop.make("customer", name="甲")
    clerk = shop.as_("clerk")
    with unguarded(shop) as found:
        photo = clerk.file("order", "photo")
        values = {
            "name": "一",
            "customer": customer,
            "helpers": ["", customer],
            "photo": ["", photo],
            "lines__0__name": "行",
        }
        statuses = [clerk.submit("/shop/order/add", **values).status]
        id_ = clerk.get("/shop/order/list/").ids[0]
        paths = (
            "list/",
            "list/?name=一&order=customer",
            f"show/{id_}",
            f"show/{id_}/related/0",
            f"edit/{id_}",
            "add",
        )
        statuses += [clerk.get(f"/shop/order/{path}").status for path in paths]
        statuses += [
            clerk.get(f"/shop/order/options/{field}?q=甲").status
            for field in ("customer", "helpers", "place")
        ]
        uuid = shop.platform("base_file")[-1]["uuid"]
        statuses += [clerk.get(path).status for path in (f"/shop/order/file/{id_}/{uuid}", "/shop/", "/")]
        statuses += [clerk.submit(f"/shop/order/edit/{id_}", name="二").status]
        statuses += [
            clerk.get(f"/shop/line/list/?of=order:{id_}").status,
            clerk.post(f"/shop/order/delete/{id_}").status,
        ]
        statuses += [
            clerk.post("/login/", {"username": "clerk", "password": "falsch"}).status,
            clerk.post("/logout/").status,
        ]
    assert (found, max(statuses)) == ([], 401)


def test_acting_names_who_acts(shop: Site) -> None:
    assert acting(shop.principal("clerk")) == {"authorised": "clerk"}
