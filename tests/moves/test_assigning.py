"""A move gives a record to a person, or to an organisation, that its dialog names: from then on it is his."""

from __future__ import annotations

from typing import Any

import pytest

from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/portal.yaml": """
title: 店
notices: {given: {about: task, title: 交办, text: "{name}", to: [{user: handler}]}}
""",
    "schema/shop/task.yaml": """
label: 任务
fields:
  name: {type: text, label: 名称}
  handler: {type: user, label: 承办人, readonly: true, where: "status == 'enabled' and org == outer.org"}
  org: {type: org, label: 承办单位, readonly: true}
workflows:
  task:
    start: open
    states: {open: {label: 待交办}, given: {label: 办理中}, done: {label: 办结, final: true}}
    moves:
      place: {label: 交单位, from: [open, given], to: open, by: [boss], dialog: {org: {required: true}}}
      give:
        label: 交办
        again: {when: handler is not none, label: 改派}
        from: [open, given]
        to: given
        by: [boss]
        dialog: {handler: {required: true}, note: {type: text, label: 要求}}
        conditions: [{when: before.handler is none or handler != before.handler, message: 已由此人承办, at: handler}]
        effects: [{type: notify, notice: given}]
      finish: {label: 办结, from: given, to: done, by: [clerk], when: handler == user}
listing:
  columns: [name, handler, state]
  tabs: {all: {label: 全部}, mine: {label: 我的, where: "handler == user and state == 'given'"}}
""",
    "permissions/shop/boss.yaml": """
label: 经理
rows: {task: all, base.user: all, base.org: all}
may: {task: [read], base.user: [pick], base.org: [pick]}
""",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {task: handler == user}\nmay: {task: [read]}\n",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    """Two places with a clerk each."""
    site = build(FILES)
    for name in ("甲", "乙"):
        with site.acting() as system:
            org = site.world.manifest.entities["base.org"]
            key = system.writer.create(org, {"kind": "shop", "name": name}, {"portal": "shop"})
        site.person(f"clerk_{name}", "clerk", org=key)
        site.users[f"org_{name}"] = key
    return site


@pytest.fixture
def task(shop: Site) -> int:
    return shop.make("task", name="查验", org=shop.users["org_甲"])


def do(who: Browser, code: str, id_: int, **said: Any) -> tuple[int, Any]:
    who.token = who.token or who.get("/login/").token
    headers = {"X-CSRFToken": who.token, "Accept-Language": "zh"}
    answer = who.client.post(f"/api/v1/shop/task/{id_}/do/{code}", json=said, headers=headers)
    return answer.status_code, answer.get_json()


def sees(shop: Site, who: str, task: int) -> bool:
    return task in shop.as_(who).get("/shop/task/list/?tab=mine").ids


def test_who_is_given_the_record_has_it_is_told_and_finishes_it(shop: Site, task: int) -> None:
    before = sees(shop, "clerk_甲", task)
    assert do(shop.as_("boss"), "give", task, handler=shop.users["clerk_甲"], note="尽快")[0] == 200
    table = shop.world.tables.of("base.message").table
    with shop.engine.connect() as connection:
        told = list(connection.scalars(table.select().with_only_columns(table.c.receiver)))
    assert (before, sees(shop, "clerk_甲", task), sees(shop, "clerk_乙", task)) == (False, True, False)
    assert told[-1] == shop.users["clerk_甲"]
    assert do(shop.as_("clerk_甲"), "finish", task)[0] == 200


def test_dialog_offers_those_of_the_place_that_the_record_stands_with(shop: Site, task: int) -> None:
    path = f"/shop/task/options/handler?for=form&move=give&id={task}"
    offered = {int(one["value"]) for one in shop.as_("boss").json(path)["result"]}
    other = do(shop.as_("boss"), "give", task, handler=shop.users["clerk_乙"])
    assert offered == {shop.users["clerk_甲"]}
    assert other[0] == 422 and shop.row("task", task)["handler"] is None


def test_record_is_given_to_another_place_and_then_to_its_people(shop: Site, task: int) -> None:
    boss = shop.as_("boss")
    do(boss, "give", task, handler=shop.users["clerk_甲"])
    assert do(boss, "place", task, org=shop.users["org_乙"])[0] == 200
    assert do(boss, "give", task, handler=shop.users["clerk_乙"])[0] == 200
    assert (sees(shop, "clerk_甲", task), sees(shop, "clerk_乙", task)) == (False, True)
    course = [row["move"] for row in shop.platform("base_move") if row["record_id"] == task]
    assert course == ["give", "place", "give"]


def test_giving_it_to_who_has_it_is_refused(shop: Site, task: int) -> None:
    boss, handler = shop.as_("boss"), shop.users["clerk_甲"]
    do(boss, "give", task, handler=handler)
    status, body = do(boss, "give", task, handler=handler)
    assert (status, body["errors"]) == (422, {"handler": ["已由此人承办"]})
