"""What happens by the clock happens to the records that are due, to each once, whoever dies or races meanwhile."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from fab_app.jobs.run import Run
from fab_app.jobs.runner import Runner
from tests.moves.clocks import at, later
from tests.projects import Builder, Site

FILES = {
    "schema/shop/task.yaml": """
label: 任务
soft_delete: true
fields:
  name: {type: text, label: 名称}
  due: {type: date, label: 期限}
  told: {type: int, label: 次数, default: 0}
  weeks: {type: int, label: 周数, default: 0}
  days: {type: int, label: 天数, default: 0}
  amount: {type: int, label: 数量, max: 10}
workflows:
  work:
    start: open
    states: {open: {label: 进行中}, late: {label: 超期}, done: {label: 完成, final: true}}
    moves:
      finish: {label: 完成, from: [open, late], to: done, by: [clerk]}
      lapse:
        label: 超期
        from: open
        to: late
        by: system
        when: amount is none or amount < 5
        refusal: 不能超期
    timers:
      lapse:
        at: "07:30"
        when: state == 'open' and due < today()
        effects: [{type: move, move: lapse}]
      due_soon:
        at: "07:30"
        when: state == 'open' and due >= today() and due <= today() + days(3)
        once: due
        effects: [{type: set, fields: {told: told + 1}}]
      weekly:
        at: "08:00"
        when: state == 'late'
        once: round((days_between(due, today()) - 4) / 7)
        effects: [{type: set, fields: {weeks: weeks + 1}}]
timers:
  daily:
    every: day
    when: state == 'late'
    effects: [{type: set, fields: {days: days + 1}}]
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {task: 'true'}
may: {task: [read, add, edit, delete]}
""",
}


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture
def shop(site: Site) -> Site:
    """In the morning of another day, without tasks."""
    site.here.jobs.drain()
    at(site, f"{day(site) + timedelta(days=1)} 06:00")
    for row in site.rows("task"):
        site.set("task", row["id"], alive=row["id"])
    site.here.jobs.drain()
    return site


def day(site: Site) -> date:
    return site.world.clock.today("Asia/Shanghai")


def task(site: Site, due: int, **values: Any) -> int:
    """A task that is due so many days from now."""
    return site.make("task", name="任务", due=day(site) + timedelta(days=due), **values)


def test_record_moves_by_itself_when_its_time_has_come(shop: Site) -> None:
    late, today = task(shop, -1), task(shop, 0)
    later(shop, hours=1)
    before = [shop.row("task", id_)["state"] for id_ in (late, today)]
    later(shop, hours=1)
    after = [shop.row("task", id_)["state"] for id_ in (late, today)]
    course = [
        (row["move"], row["to_state"], row["account"])
        for row in shop.platform("base_move")
        if row["record_id"] == late
    ]
    assert (before, after) == (["open", "open"], ["late", "open"])
    assert course == [("lapse", "late", "timers.fire")]


def test_once_is_once_for_each_value(shop: Site) -> None:
    id_, due = task(shop, 3), day(shop) + timedelta(days=4)
    later(shop, days=1)
    later(shop, days=1)
    once = shop.row("task", id_)["told"]
    with shop.acting("clerk") as clerk:
        clerk.writer.change(shop.entity("task"), id_, {"due": due})
    later(shop, days=1)
    assert (once, shop.row("task", id_)["told"]) == (1, 2)


def test_on_the_first_day_and_then_each_week(shop: Site) -> None:
    id_, seen = task(shop, 0), []
    for _ in range(16):
        later(shop, days=1)
        seen.append(shop.row("task", id_)["weeks"])
    assert seen == [1] * 7 + [2] * 7 + [3] * 2


def test_without_once_it_happens_every_time(shop: Site) -> None:
    id_ = task(shop, -1)
    for _ in range(3):
        later(shop, days=1)
    assert shop.row("task", id_)["days"] == 3


def test_days_without_any_process_are_caught_up_with_once(shop: Site) -> None:
    id_ = task(shop, -1)
    later(shop, days=1)
    later(shop, days=30)
    row = shop.row("task", id_)
    assert (row["days"], row["weeks"]) == (2, 2)


def test_deleted_and_moved_records_are_left_alone(shop: Site) -> None:
    gone, done = task(shop, -1), task(shop, -1)
    with shop.acting("clerk") as clerk:
        clerk.writer.delete(shop.entity("task"), gone)
    shop.set("task", done, state="done")
    later(shop, days=1)
    assert [shop.row("task", id_)["state"] for id_ in (gone, done)] == ["open", "done"]


def test_what_a_record_refuses_is_told_and_holds_up_no_other(shop: Site) -> None:
    stuck, other = task(shop, -1, amount=7), task(shop, -1)
    later(shop, days=1)
    states = [shop.row("task", id_)["state"] for id_ in (stuck, other)]
    runs = [run for run in shop.platform("base_job_run") if f"shop.task {stuck}" in run["log"]]
    shop.set("task", stuck, amount=1)
    later(shop, days=1)
    assert (states, [run["state"] for run in runs]) == (["open", "late"], ["done"])
    assert shop.row("task", stuck)["state"] == "late"


def test_many_records_cost_one_look_and_no_record_that_is_not_due_is_read(shop: Site) -> None:
    shop.fill("task", [{"name": "x", "due": day(shop), "state": "done", "told": 0} for _ in range(500)])
    with shop.statements() as found:
        later(shop, days=1)
    assert len([text for text in found if "shop_task" in text]) <= 4


def test_run_that_died_halfway_is_begun_anew_and_does_nothing_twice(
    shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [task(shop, 3) for _ in range(25)]
    shop.here.jobs.drain()
    commit, commits = Run.commit, []

    def dying(run: Run) -> None:
        commit(run)
        commits.append(1)
        if run.arguments.get("timer") == "due_soon" and len(commits) == 2:
            raise ConnectionError("the process is gone")

    monkeypatch.setattr(Run, "commit", dying)
    monkeypatch.setattr(Runner, "_failed", lambda runner, run, error: runner._end(run, state="waiting"))
    later(shop, days=1)
    assert len(commits) == 3 and [shop.row("task", id_)["told"] for id_ in ids] == [1] * 25


def test_two_that_run_it_at_once_do_it_once(shop: Site) -> None:
    ids = [task(shop, 3) for _ in range(12)]
    shop.here.jobs.drain()
    later_by = timedelta(hours=2)
    object.__setattr__(shop.world.clock, "ahead", shop.world.clock.ahead + later_by)  # type: ignore[attr-defined]
    shop.here.jobs.schedules.tick()
    with shop.engine.begin() as connection:  # the same run once more, as of a worker that was thought dead
        run = shop.world.tables.platform("base_job_run")
        rows = [dict(row) for row in connection.execute(run.select()).mappings()]
        for row in rows:
            if row["state"] == "waiting":
                again = {**row, "id": None, "uuid": f"{row['uuid'][:35]}x", "key": None}
                connection.execute(run.insert().values({k: v for k, v in again.items() if k != "id"}))
    start = Barrier(2)

    def work() -> None:
        start.wait()
        while shop.here.jobs.runner.one():
            pass

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shop.here.jobs.drain()
    assert [shop.row("task", id_)["told"] for id_ in ids] == [1] * 12
