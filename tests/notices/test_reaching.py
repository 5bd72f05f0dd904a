"""What a move tells by e-mail and WeChat: from the event over the outbox and its job to the other side, a local one."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default as default_policy
from typing import Any

import pytest

from fab_app.channels.family import opened
from tests.notices.fakes import Gateway, Post, gateway, post
from tests.notices.test_telling import HOME, rows
from tests.projects import Builder, Site

AFAR = """
title: 商店
notices:
  filed:
    about: order
    title: "新订单{no}"
    text: "订单{no}，客户{customer.name}"
    extra: [why]
    channels: [inapp, email, wechat]
    to: [{user: leader}]
"""
FILING = """
workflows:
  filing:
    start: draft
    states: {filed: {final: true}}
    moves:
      file:
        label: 提交
        from: draft
        to: filed
        by: [clerk]
        effects: [{type: notify, notice: filed, values: {why: "'急'"}}]
"""


@pytest.fixture
def there() -> Iterator[Gateway]:
    with gateway() as told:
        yield told


@pytest.fixture
def afar(build: Builder, there: Gateway) -> Iterator[tuple[Site, Post]]:
    """Orders that are filed; their leader is reached by e-mail and WeChat."""
    order = HOME["schema/shop/order.yaml"] + FILING.lstrip("\n")
    site = build({**HOME, "schema/shop/portal.yaml": AFAR, "schema/shop/order.yaml": order})
    there.answers = [(200, {"access_token": "t", "expires_in": 7200, "errcode": 0, "msgid": 5})]
    with post() as mail:
        settings = {
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mail.port),
            "EMAIL_SECURITY": "none",
            "EMAIL_SENDER": "here@example.test",
            "WECHAT_URL": there.url,
            "WECHAT_APPID": "app",
            "WECHAT_SECRET": "secret",
            "WECHAT_TEMPLATES": '{"filed": "T1"}',
            "WECHAT_FIELDS": '{"filed": {"thing1": "text"}}',
        }
        told = opened({f"FAB_APP_{name}": value for name, value in settings.items()})
        object.__setattr__(site.world, "channels", told)
        yield site, mail


def file(site: Site, **leader: str) -> int:
    """The status of filing an order whose leader has these addresses."""
    head = site.person("head", "boss", **leader)
    with site.acting() as system:
        customer = system.writer.create(site.entity("customer"), {"name": "张三"})
        order = system.writer.create(site.entity("order"), {"no": "A1", "customer": customer, "leader": head})
    clerk = site.as_("clerk")
    headers = {"X-CSRFToken": clerk.get("/login/").token}
    return clerk.client.post(f"/api/v1/shop/order/{order}/do/file", json={}, headers=headers).status_code


def outbox(site: Site) -> dict[str, tuple[Any, ...]]:
    """Address, state and receipt of what leaves the house, by channel."""
    return {
        str(row["channel"]): (row["address"], row["status"], row["receipt"])
        for row in rows(site, "base.delivery")
        if row["channel"] != "inapp"
    }


def test_a_move_reaches_its_person_by_mail_and_wechat_after_the_commit(
    afar: tuple[Site, Post], there: Gateway
) -> None:
    site, mail = afar
    assert file(site, email="head@example.test", openid="o-1") == 200
    assert (mail.letters, there.asked) == ([], [])
    assert {name: found[:2] for name, found in outbox(site).items()} == {
        "email": ("head@example.test", "queued"),
        "wechat": ("o-1", "queued"),
    }
    site.here.jobs.drain()
    (letter,), asked = mail.letters, there.asked[-1]
    read = message_from_bytes(letter.encode(), policy=default_policy)
    assert (read["To"], read["Subject"]) == ("head@example.test", "新订单A1")
    assert "订单A1，客户张三" in read.get_content()
    assert (asked.json["touser"], asked.json["template_id"]) == ("o-1", "T1")
    assert asked.json["data"] == {"thing1": {"value": "订单A1，客户张三"}}
    assert {name: found[1] for name, found in outbox(site).items()} == {"email": "sent", "wechat": "sent"}
    assert outbox(site)["wechat"][2] == "5"


def test_who_has_no_address_is_told_in_the_application_alone(afar: tuple[Site, Post], there: Gateway) -> None:
    site, mail = afar
    assert file(site) == 200
    site.here.jobs.drain()
    assert (outbox(site), mail.letters, there.asked) == ({}, [], [])
    assert len(rows(site, "base.message")) == 1


def test_a_refused_letter_hinders_no_other(afar: tuple[Site, Post], there: Gateway) -> None:
    site, mail = afar
    mail.refuses = "550 no such person"
    assert file(site, email="gone@example.test", openid="o-1") == 200
    site.here.jobs.drain()
    assert {name: found[1] for name, found in outbox(site).items()} == {"email": "failed", "wechat": "sent"}
