"""Jobs of a portal and its own code: by the clock, once, whoever dies meanwhile; a call is part of its move."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fab_app.jobs.run import Run
from fab_app.jobs.runner import Runner
from tests.moves.clocks import at, later
from tests.moves.test_firing import do
from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": """
title: 商店
jobs:
  duties:
    label: 每日任务
    at: "00:05"
    missed: each
    do:
      type: generate
      entity: duty
      each: order
      where: state == 'open'
      fields: {order: each, day: today(), name: each.name}
      key: [order, day]
  notes: {cron: "0 6 * * *", do: {type: create, entity: note, fields: {text: "'早安'"}}}
  count: {at: "12:00", run: count_orders}
  price: {every: week, do: {type: call, function: reprice, values: {factor: 2}}}
""",
    "schema/shop/extensions.py": """
from fab_app.core.extension import effect, job
from fab_app.core.problems import Refused

@effect
def reprice(doing, factor, limit=100):
    entity = doing.writer.world.manifest.entities["shop.order"]
    if doing.id:
        amount = doing.env.value(("amount",))
        if amount * factor > limit:
            raise Refused("太贵")
        doing.writer.change(entity, doing.id, {"amount": amount * factor})
    else:
        doing.writer.create(doing.writer.world.manifest.entities["shop.note"], {"text": f"x{factor}"})

@job
def count_orders(work):
    note = work.world.manifest.entities["shop.note"]
    work.writer().create(note, {"text": f"{work.run.portal} {work.principal.account}"})

def helper():
    return 1
""",
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  amount: {type: int, label: 数量}
workflows:
  sale:
    start: open
    states: {open: {label: 进行中}, done: {label: 完成, final: true}}
    moves:
      finish:
        label: 完成
        from: open
        to: done
        by: [clerk]
        effects: [{type: call, function: reprice, values: {factor: 3}}]
""",
    "schema/shop/duty.yaml": """
label: 任务
fields:
  order: {type: ref, to: order, label: 订单}
  day: {type: date, label: 日期}
  name: {type: text, label: 名称}
unique: [[order, day]]
""",
    "schema/shop/note.yaml": "label: 记事\nfields: {text: {type: text, label: 内容}}\n",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: 'true', duty: 'true', note: 'true'}
may: {order: [read, add], duty: [read], note: [read]}
""",
}


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture
def shop(site: Site) -> Site:
    """In the morning of another day, without orders."""
    site.here.jobs.drain()
    at(site, f"{day(site) + timedelta(days=1)} 06:30")
    for row in site.rows("order"):
        site.set("order", row["id"], state="done")
    site.here.jobs.drain()
    return site


def day(site: Site) -> date:
    return site.world.clock.today("Asia/Shanghai")


def duties(site: Site, order: int) -> list[date]:
    return sorted(row["day"] for row in site.rows("duty") if row["order"] == order)


def test_records_are_generated_each_day_also_for_days_without_a_process(shop: Site) -> None:
    order, today = shop.make("order", name="苹果", amount=1), day(shop)
    later(shop, days=1)
    later(shop, days=3)
    assert duties(shop, order) == [today + timedelta(days=n) for n in range(1, 5)]


def test_other_jobs_catch_up_once(shop: Site) -> None:
    before = len([row for row in shop.rows("note") if row["text"] == "早安"])
    later(shop, days=4)
    assert len([row for row in shop.rows("note") if row["text"] == "早安"]) == before + 1


def test_job_of_the_portal_s_own_code_runs_as_the_system(shop: Site) -> None:
    before = len(shop.rows("note"))
    later(shop, hours=6)
    assert [row["text"] for row in shop.rows("note")[before:]] == ["shop jobs.run"]


def test_call_without_a_record(shop: Site) -> None:
    later(shop, days=7)
    assert "x2" in [row["text"] for row in shop.rows("note")]


def test_call_is_part_of_its_move(shop: Site) -> None:
    cheap, dear = (shop.make("order", name="苹果", amount=amount) for amount in (5, 50))
    answers = [do(shop.as_("clerk"), "finish", id_)[0] for id_ in (cheap, dear)]
    found = [(shop.row("order", id_)["state"], shop.row("order", id_)["amount"]) for id_ in (cheap, dear)]
    assert (answers, found) == ([200, 422], [("done", 15), ("open", 50)])


def test_generating_that_died_halfway_goes_on_and_makes_nothing_twice(
    shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [shop.make("order", name=f"苹果{n}", amount=1) for n in range(45)]
    shop.here.jobs.drain()
    commit, commits = Run.commit, []

    def dying(run: Run) -> None:
        commit(run)
        commits.append(run.arguments.get("job"))
        if commits.count("duties") == 2:
            raise ConnectionError("the process is gone")

    monkeypatch.setattr(Run, "commit", dying)
    monkeypatch.setattr(Runner, "_failed", lambda runner, run, error: runner._end(run, state="waiting"))
    later(shop, days=1)
    assert commits.count("duties") == 4
    assert [len(duties(shop, order)) for order in orders] == [1] * 45
