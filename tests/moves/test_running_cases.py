"""A running case keeps the definition it began with: targets, effects, timers; what begins afterwards has the new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.moves.clocks import at
from tests.moves.reopened import Shop
from tests.moves.test_firing import do
from tests.projects import Builder, Site

OLD = """
label: 订单
fields:
  name: {type: text, label: 名称}
  due: {type: date, label: 期限}
  note: {type: text, label: 说明}
  told: {type: int, label: 次数, default: 0}
workflows:
  sale:
    start: open
    states:
      open: {label: 待付款}
      late: {label: 超期, final: true}
      void: {label: 作废, final: true}
      paid: {label: 已付款, final: true}
    moves:
      pay:
        label: 付款
        from: open
        to: paid
        by: [clerk]
        effects:
          - {type: set, fields: {note: "'旧'"}}
          - {type: create, entity: payment, fields: {order: this, text: "'旧账'"}}
      lapse: {label: 超期, from: open, to: late, by: system}
      drop: {label: 作废, from: open, to: void, by: system}
    timers:
      same:
        at: "07:00"
        when: due < today()
        once: "true"
        effects: [{type: set, fields: {told: told + 1}}]
      limit:
        at: "07:30"
        when: state == 'open' and due < today()
        once: "true"
        effects: [{type: move, move: lapse}]
"""
NEW = (
    OLD.replace("to: paid\n", "to: void\n")
    .replace("'旧'", "'新'")
    .replace("'旧账'", "'新账'")
    .replace("'open' and due < today()", "'open' and due < today() - days(2)")
    .replace('"07:30"', '"09:00"')
    .replace("{type: move, move: lapse}", "{type: set, fields: {note: \"'催'\"}}")
)
WITHOUT = OLD[: OLD.index("      limit:")]
FILES = {
    "schema/shop/order.yaml": OLD,
    "schema/shop/payment.yaml": """
label: 账目
fields:
  order: {type: ref, to: order, label: 订单}
  text: {type: text, label: 摘要}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: all, payment: all}
may: {order: [read], payment: [read]}
""",
}


@pytest.fixture
def shop(project: Builder) -> Iterator[Shop]:
    found = Shop(project(FILES))
    begun(found.site)
    yield found
    found.close()


def begun(site: Site) -> None:
    """Six in the morning of tomorrow, with the schedules of that day before us."""
    at(site, f"{today(site) + timedelta(days=1)} 06:00")
    site.here.jobs.drain()


def today(site: Site) -> date:
    return site.world.clock.today("Asia/Shanghai")


def order(site: Site, name: str, due: int = -1) -> int:
    return site.make("order", name=name, due=today(site) + timedelta(days=due))


def passed(site: Site, days: int = 0) -> None:
    """It is ten in the morning, so many days on."""
    at(site, f"{today(site) + timedelta(days=days)} 10:00")
    site.here.jobs.drain()


def stands(site: Site, id_: int) -> tuple[str, str | None, int]:
    row = site.row("order", id_)
    return row["state"], row["note"], row["told"]


def test_old_case_goes_where_it_went_and_does_what_it_did(project: Builder, database: str) -> None:
    shop = Shop(project(FILES, database))
    old = order(shop.site, "旧")
    site = shop.changed(NEW)
    new, clerk = order(site, "新"), site.as_("clerk")
    assert [do(clerk, "pay", id_)[0] for id_ in (old, new)] == [200, 200]
    assert [stands(site, id_)[:2] for id_ in (old, new)] == [("paid", "旧"), ("void", "新")]
    made = {row["order"]: row["text"] for row in site.rows("payment")}
    shop.close()
    assert made == {old: "旧账", new: "新账"}


def test_old_case_keeps_limit_and_effect_of_its_timer(project: Builder, database: str) -> None:
    shop = Shop(project(FILES, database))
    begun(shop.site)
    old = order(shop.site, "旧")
    site = shop.changed(NEW)
    new = order(site, "新")
    passed(site)
    first = [stands(site, id_) for id_ in (old, new)]
    passed(site, days=3)
    then = [stands(site, id_) for id_ in (old, new)]
    shop.close()
    assert first == [("late", None, 1), ("open", None, 1)]
    assert then == [("late", None, 1), ("open", "催", 1)]


def test_timer_keeps_its_time_of_day(shop: Shop) -> None:
    old = order(shop.site, "旧")
    site = shop.changed(OLD.replace("07:30", "09:00"))
    new = order(site, "新")
    seen = []
    for time in ("08:00", "09:30"):
        at(site, f"{today(site)} {time}")
        site.here.jobs.drain()
        seen.append([stands(site, id_)[0] for id_ in (old, new)])
    assert seen == [["late", "open"], ["late", "late"]]


def test_timer_that_is_gone_goes_on_for_old_cases_alone(shop: Shop) -> None:
    old = order(shop.site, "旧")
    site = shop.changed(WITHOUT)
    new = order(site, "新")
    passed(site)
    assert [stands(site, id_)[0] for id_ in (old, new)] == ["late", "open"]


def test_timer_of_an_old_case_makes_a_move_that_is_gone(shop: Shop) -> None:
    old = order(shop.site, "旧")
    site = shop.changed(WITHOUT.replace("      lapse: {label: 超期, from: open, to: late, by: system}\n", ""))
    assert "lapse" not in site.entity("order").spec.workflows["sale"].moves
    passed(site)
    assert stands(site, old)[0] == "late"


def test_timer_that_is_new_leaves_old_cases_alone(project: Builder) -> None:
    shop = Shop(project({**FILES, "schema/shop/order.yaml": WITHOUT}))
    begun(shop.site)
    old = order(shop.site, "旧")
    site = shop.changed(OLD)
    new = order(site, "新")
    passed(site)
    found = [stands(site, id_) for id_ in (old, new)]
    shop.close()
    assert found == [("open", None, 1), ("late", None, 1)]


def test_cases_of_three_definitions_have_each_their_own(shop: Shop) -> None:
    third = NEW.replace("'催'", "'三'").replace("days(2)", "days(0)")
    first = order(shop.site, "一")
    second = order(shop.changed(NEW), "二", due=-3)
    site = shop.changed(third)
    last = order(site, "三")
    passed(site)
    found = [stands(site, id_) for id_ in (first, second, last)]
    assert found == [("late", None, 1), ("open", "催", 1), ("open", "三", 1)]


def test_definition_that_comes_back_is_one_with_the_old(shop: Shop) -> None:
    old = order(shop.site, "旧")
    between = order(shop.changed(NEW), "新", due=-3)
    site = shop.changed(OLD)
    new = order(site, "旧二")
    passed(site)
    found = [stands(site, id_) for id_ in (old, between, new)]
    assert found == [("late", None, 1), ("open", "催", 1), ("late", None, 1)]


def test_what_was_done_once_is_not_done_again_by_the_new_version(shop: Shop) -> None:
    old = order(shop.site, "旧")
    passed(shop.site)
    site = shop.changed(OLD.replace("told + 1", "told + 10"))
    passed(site, days=1)
    assert stands(site, old) == ("late", None, 1)


def test_time_missed_while_nobody_ran_is_caught_up_with_by_the_old_version(shop: Shop) -> None:
    old = order(shop.site, "旧")
    at(shop.site, f"{today(shop.site)} 08:00")
    site = shop.changed(NEW)
    assert stands(site, old)[0] == "late"


def test_timer_left_as_it_was_is_one_for_all_cases(shop: Shop) -> None:
    site = shop.changed(NEW)
    names = {name.partition("@")[0] for name in site.here.jobs.schedules.known if "@" in name}
    assert names == {"timer:shop.order:sale:limit"}


def test_case_from_before_timers_were_kept_has_the_timers_of_now(shop: Shop) -> None:
    old = order(shop.site, "旧", due=-3)
    kept = shop.site.world.tables.platform("base_definition")
    with shop.site.engine.begin() as connection:
        connection.execute(sa.update(kept).values(entity=None, workflow=None))
    site = shop.changed(NEW)
    passed(site)
    assert stands(site, old) == ("open", "催", 1)
