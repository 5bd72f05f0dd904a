"""What is told to whom: messages in the receiver's list and deliveries in the outbox, with the event or not at all."""

from __future__ import annotations

import pytest

from fab_app.runtime.notices.telling import notify
from tests.projects import Builder, Site

HOME = {
    "schema/shop/portal.yaml": """
title: 商店
notices:
  filed:
    about: order
    title: {zh: "新订单{no}", en: "New order {no}"}
    text: {zh: "订单{no}，客户{customer.name}，备注{why}", en: "Order {no} of {customer.name}: {why}"}
    sms_text: "订单{no}已提交"
    extra: [why]
    channels: [inapp]
    to:
      - {accounts: "org == outer.org", holding: order.edit}
      - {user: leader}
      - {phone: customer.phone}
""",
    "schema/shop/customer.yaml": """
label: 客户
fields: {name: {type: text, label: 名称}, phone: {type: phone, label: 电话}}
""",
    "schema/shop/order.yaml": """
label: 订单
title: "{no}"
fields:
  no: {type: text, label: 单号}
  customer: {type: ref, to: customer, label: 客户}
  leader: {type: user, label: 负责人}
  org: {type: org, label: 机构}
""",
    "schema/mill/batch.yaml": "label: 批次\nfields: {name: {type: text, label: 名称}}\n",
    "permissions/shop/boss.yaml": "label: 主管\nrows: {order: all}\nmay: {order: [read, edit]}\n",
    "permissions/shop/clerk.yaml": "label: 文员\nrows: {order: all}\nmay: {order: [read]}\n",
    "permissions/mill/all.yaml": "label: 全部\nrows: {batch: all}\nmay: {batch: [read]}\n",
}


@pytest.fixture
def site(build: Builder) -> Site:
    return build(HOME)


def filed(site: Site, key: str = "", **values: object) -> int:
    """An order of which somebody is told; gives its key."""
    with site.acting() as system:
        base = site.world.manifest.entities["base.org"]
        org = values.pop("org", None) or system.writer.create(
            base, {"kind": "shop", "name": f"机构{key}"}, {"portal": "shop"}
        )
        customer = system.writer.create(site.entity("customer"), {"name": "张三", "phone": "13000000009"})
        order = system.writer.create(
            site.entity("order"), {"no": "A1", "customer": customer, "org": org, **values}
        )
        notify(system.writer, site.entity("order"), order, "filed", (), {"why": "急"}, key)
    return order


def told(site: Site) -> list[tuple[str, str]]:
    names = {id_: name for name, id_ in site.users.items()}
    user = {row["id"]: row["account"] for row in rows(site, "base.user")}
    return [(user[row["receiver"]], row["text"]) for row in rows(site, "base.message")] if names else []


def rows(site: Site, key: str) -> list[dict[str, object]]:
    import sqlalchemy as sa

    with site.engine.connect() as connection:
        table = site.world.tables.of(key).table
        return [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]


def test_those_of_the_organisation_who_may_do_it_are_told(site: Site) -> None:
    with site.acting() as system:
        base = site.world.manifest.entities
        org = system.writer.create(base["base.org"], {"kind": "shop", "name": "甲"}, {"portal": "shop"})
        for account in ("boss", "clerk"):
            system.writer.change(base["base.user"], site.users[account], {"org": org})
    filed(site, org=org)
    assert told(site) == [("boss", "订单A1，客户张三，备注急")]


def test_a_person_named_by_the_record_is_told(site: Site) -> None:
    filed(site, leader=site.users["clerk"])
    assert told(site) == [("clerk", "订单A1，客户张三，备注急")]


def test_nobody_of_another_portal_is_told(site: Site) -> None:
    filed(site, leader=site.users["all"])
    assert told(site) == []


def test_the_language_of_a_message_is_its_receiver_s(site: Site) -> None:
    with site.acting() as system:
        user = site.world.manifest.entities["base.user"]
        system.writer.change(user, site.users["clerk"], {"language": "en"})
    filed(site, leader=site.users["clerk"])
    assert told(site) == [("clerk", "Order A1 of 张三: 急")]


def test_an_address_alone_gets_the_short_words(site: Site) -> None:
    filed(site)
    assert [(r["channel"], r["address"], r["text"], r["status"]) for r in rows(site, "base.delivery")] == [
        ("sms", "13000000009", "订单A1已提交", "queued")
    ]


def test_one_key_tells_once(site: Site) -> None:
    order = filed(site, key="today", leader=site.users["clerk"])
    with site.acting() as system:
        again = notify(system.writer, site.entity("order"), order, "filed", (), {"why": "急"}, "today")
        anew = notify(system.writer, site.entity("order"), order, "filed", (), {"why": "急"}, "tomorrow")
    assert (again, anew, len(told(site))) == (0, 2, 2)


def test_what_is_rolled_back_is_told_to_nobody(site: Site) -> None:
    with pytest.raises(ZeroDivisionError), site.acting() as system:  # noqa: PT012 - all of it is taken back
        order = system.writer.create(site.entity("order"), {"no": "A1", "leader": site.users["clerk"]})
        notify(system.writer, site.entity("order"), order, "filed")
        raise ZeroDivisionError
    assert (told(site), rows(site, "base.delivery")) == ([], [])
