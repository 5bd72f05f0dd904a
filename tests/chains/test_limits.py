"""Time limits in working days: told in the to-do list, reminded of once, or decided by the system in one's stead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from chinese_calendar import is_workday

from tests.chains.test_together import chain
from tests.chains.town import PORTAL, apply, firm, tasks, town
from tests.moves.clocks import later
from tests.projects import Builder, Site

NOTICES = """
notices:
  awaited: {about: permit, title: "待办:{name}", text: "{name} 等待您审批"}
  overdue: {about: permit, title: "催办:{name}", text: "{name} 已超期"}
"""
LEVEL = "{step: handler, label: 市经办人, by: {post: handler, level: city}}"
TELLS = "      tells: {waiting: awaited, overdue: overdue}\n      time_limit: {working_days: 5}\n"
LIMIT = "      time_limit: {{working_days: 2, then: {0}}}\n"
FILES = {
    "schema/shop/portal.yaml": PORTAL + NOTICES,
    "schema/shop/permit.yaml": chain(LEVEL, also=TELLS),
    "schema/shop/silent.yaml": chain(LEVEL, also=LIMIT.format("agree")),
    "schema/shop/strict.yaml": chain(LEVEL, also=LIMIT.format("return")),
    "permissions/shop/firm.yaml": firm("permit", "silent", "strict"),
}


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return town(build, database, FILES)


def pass_by(site: Site, id_: int, entity: str = "permit", days: int = 1) -> None:
    """The record's open task was due that many days ago; then the morning comes."""
    task, today = site.world.tables.platform("base_task"), site.world.clock.today("Asia/Shanghai")
    here = (task.c.entity == f"shop.{entity}", task.c.record_id == id_, task.c.state == "waiting")
    with site.engine.begin() as connection:
        connection.execute(sa.update(task).where(*here).values(due_on=today - timedelta(days=days)))
    morning(site)


def morning(site: Site) -> None:
    from fab_app.jobs.outbox import enqueue

    with site.engine.begin() as connection:
        enqueue(connection.execute, "chains.due", {}, portal="shop")
    site.here.jobs.drain()


def told(site: Site, account: str, event: str) -> int:
    rows = site.world.tables.of("base.message").table
    with site.engine.connect() as connection:
        here = (rows.c.receiver == site.id_of(account), rows.c.event == event)
        return int(connection.scalar(sa.select(sa.func.count()).select_from(rows).where(*here)) or 0)


def test_task_is_due_after_working_days_of_the_calendar(site: Site) -> None:
    id_ = apply(site)
    day, left = site.world.clock.today("Asia/Shanghai"), 5
    while left:
        day += timedelta(days=1)
        left -= is_workday(day)
    due = next(row["due_on"] for row in site.platform("base_task") if row["record_id"] == id_)
    item = site.as_("jia_handler").json("/api/v1/shop/todo/")["result"][-1]
    assert due == day and date.fromisoformat(item["due_on"]) == day


def test_who_is_awaited_is_told_at_once(site: Site) -> None:
    before = told(site, "jia_handler", "awaited"), told(site, "yi_handler", "awaited")
    apply(site)
    after = told(site, "jia_handler", "awaited"), told(site, "yi_handler", "awaited")
    assert (after[0] - before[0], after[1] - before[1]) == (1, 0)


def test_who_lets_the_time_pass_is_reminded_once(site: Site) -> None:
    id_ = apply(site)
    before = told(site, "jia_handler", "overdue")
    pass_by(site, id_)
    morning(site)
    assert told(site, "jia_handler", "overdue") - before == 1
    assert tasks(site, id_) == [("handler", "waiting")]


def test_overdue_stands_first_in_the_list(site: Site) -> None:
    id_ = apply(site, "超期甲")
    pass_by(site, id_, days=30)
    body = site.as_("jia_handler").json("/api/v1/shop/todo/", query_string={"due": "overdue"})
    page = site.as_("jia_handler").get("/shop/todo/").response.get_data(as_text=True)
    assert body["result"][0]["title"] == "XK1 超期甲" and body["counts"]["overdue"] == body["count"]
    assert "逾期 30 天" in page


def test_system_agrees_in_somebodys_stead(site: Site) -> None:
    id_ = apply(site, entity="silent")
    pass_by(site, id_, "silent")
    assert site.row("silent", id_)["state"] == "approved"
    found = next(row for row in site.platform("base_task") if row["entity"] == "shop.silent")
    assert (found["state"], found["decided_by"], found["opinion"]) == (
        "agreed",
        None,
        "超过审批时限，系统自动处理",
    )


def test_system_returns_in_somebodys_stead(site: Site) -> None:
    id_ = apply(site, entity="strict")
    pass_by(site, id_, "strict")
    row = site.row("strict", id_)
    assert (row["state"], row["applicant_note"]) == ("returned", "超过审批时限，系统自动处理")


def test_schedule_stands_for_portals_with_limits_alone(site: Site) -> None:
    assert "chains.due.shop" in site.here.jobs.schedules.known


def test_the_morning_comes_by_the_clock_alone(project: Builder) -> None:
    """Nobody enqueues anything: the schedule finds its time on a clock that was set forward."""
    site = town(project, "sqlite", FILES)
    id_ = apply(site, entity="silent")
    later(site, hours=1)
    before = site.row("silent", id_)["state"]
    later(site, days=20)
    assert (before, site.row("silent", id_)["state"]) == ("in_review", "approved")
