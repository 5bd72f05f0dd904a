"""A portal whose processes are going to be killed: people who move and import, and workers, forked when it is warm."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from fab_app.jobs.runner import Pace
from tests.imports.books import book, send
from tests.projects import Browser, Site

PACE = Pace(look=0.02, beat=0.1, stale=0.6, lives=10_000, attempts=10_000, wait=0.0)
ORDERS, FEW, LONG = 4000, 3, 301

FILES = {
    "schema/shop/portal.yaml": """
title: 商店
imports: {stock: {columns: [code, batch]}}
notices:
  paid:
    about: order
    title: 已付款
    text: "订单{name}"
    sms_text: "订单{name}"
    channels: [inapp]
    to: [{user: owner}, {phone: phone}]
""",
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
fields:
  name: {type: text, label: 名称}
  phone: {type: phone, label: 电话}
  owner: {type: user, label: 负责人}
workflows:
  sale:
    start: open
    states: {open: {label: 待付款}, paid: {label: 已付款, final: true}}
    moves:
      pay:
        label: 付款
        from: open
        to: paid
        by: [clerk]
        effects:
          - {type: create, entity: payment, fields: {order: this}}
          - {type: notify, notice: paid}
""",
    "schema/shop/payment.yaml": """
label: 账目
append_only: true
fields:
  no: {type: serial, label: 编号, pattern: "F{000000}", gapless: true}
  order: {type: ref, to: order, label: 订单}
""",
    "schema/shop/stock.yaml": """
label: 库存
fields:
  code: {type: text, label: 货号, unique: true}
  batch: {type: text, label: 批次}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all, payment: all, stock: all}
may: {order: [read], payment: [read], stock: [read, add, edit, import]}
""",
}


def filled(site: Site) -> Site:
    """Orders that wait to be paid, and who is told of each."""
    same = {"state": "open", "owner": site.id_of("clerk"), "phone": "13000000009"}
    site.fill("order", [{"name": f"n{at}", **same} for at in range(ORDERS)])
    site.here.jobs.runner.pace = PACE
    site.as_("clerk").get("/shop/order/list/")
    return site


def moving(site: Site, who: Browser, told: Callable[[str], None]) -> None:
    """Pays the first order that is open: as does whoever else is here, so that they race for it."""
    table = site.table("order")
    first = sa.select(sa.func.min(table.c.id)).where(table.c.state == "open")
    with site.engine.connect() as connection:
        id_ = connection.scalar(first)
    answer = who.client.post(f"/api/v1/shop/order/{id_}/do/pay", json={}, headers={"X-CSRFToken": who.token})
    if answer.status_code == 200:
        told(f"paid {id_}")


def importing(site: Site, who: Browser, told: Callable[[str], None]) -> None:
    """A small workbook at once, now and then a long one that becomes background work."""
    batch = f"{os.getpid()}x{time.monotonic_ns()}"
    long = time.monotonic_ns() % 12 == 0
    rows = [(f"{batch}-{at}", batch) for at in range(LONG if long else FEW)]
    status, _ = send(who, "stock", book(("货号", "批次"), *rows))
    if status in (200, 202):
        told(f"{'later' if status == 202 else 'stock'} {batch}")


def working(site: Site, who: Browser, told: Callable[[str], None]) -> None:
    jobs = site.here.jobs
    jobs.runner.sweep()
    if not jobs.runner.one():
        time.sleep(0.005)


ROLES: dict[str, Callable[[Site, Browser, Callable[[str], None]], Any]] = {
    "mover": moving,
    "rival": moving,
    "importer": importing,
    "worker": working,
    "second": working,
}


def forked(site: Site, role: str, browser: Browser, out: int) -> int:
    """A process that does the work of this role until it is killed; what it was acknowledged it writes into ``out``."""
    number = os.fork()
    if number:
        return number
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        site.engine.dispose(close=False)
        site.here.jobs.runner.worker = f"here:{os.getpid()}"
        while True:
            # A connection that was cut is an error of this request; the next has another.
            with suppress(Exception):
                ROLES[role](site, browser, lambda text: _told(out, text))
    finally:
        os._exit(0)


def _told(out: int, text: str) -> None:
    os.write(out, f"{text}\n".encode())
