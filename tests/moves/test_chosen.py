"""Several workflows of one entity: a field chooses which counts, for people, buttons and the clock."""

from __future__ import annotations

from typing import Any

import pytest

from tests.moves.clocks import later
from tests.projects import Browser, Builder, Site

FILES = {
    "schema/shop/request.yaml": """
label: 申请
fields:
  name: {type: text, label: 名称}
  kind: {type: choice, label: 类型, options: {simple: 简易, full: 一般}, required: true}
workflows:
  simple:
    when: kind == 'simple'
    start: open
    states: {open: {label: 待办}, done: {label: 办结, final: true}}
    moves: {finish: {label: 办结, from: open, to: done, by: [clerk]}}
  full:
    when: kind == 'full'
    start: filed
    states:
      filed: {label: 已报}
      checked: {label: 已审}
      done: {label: 办结, final: true}
      late: {label: 超期, final: true}
    moves:
      check: {label: 审核, from: filed, to: checked, by: [boss]}
      finish: {label: 办结, from: checked, to: done, by: [clerk]}
      lapse: {label: 超期, from: filed, to: late, by: system}
    timers:
      lapse: {at: "01:00", when: state == 'filed', effects: [{type: move, move: lapse}]}
listing: {columns: [name, kind, state], row: [check, finish, show]}
""",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {request: all}\nmay: {request: [read, add]}\n",
    "permissions/shop/boss.yaml": "label: 经理\nrows: {request: all}\nmay: {request: [read]}\n",
}


@pytest.fixture
def shop(build: Builder) -> Site:
    return build(FILES)


def do(who: Browser, code: str, id_: int) -> int:
    who.token = who.token or who.get("/login/").token
    path = f"/api/v1/shop/request/{id_}/do/{code}"
    return who.client.post(path, json={}, headers={"X-CSRFToken": who.token}).status_code


def states(shop: Site, *ids: int) -> list[Any]:
    return [shop.row("request", id_)["state"] for id_ in ids]


def test_the_record_itself_says_which_workflow_counts(shop: Site) -> None:
    simple, full = (shop.make("request", name=kind, kind=kind) for kind in ("simple", "full"))
    clerk, boss = shop.as_("clerk"), shop.as_("boss")
    assert states(shop, simple, full) == ["open", "filed"]
    buttons = {id_: clerk.get("/shop/request/list/").row(id_).text for id_ in (simple, full)}
    assert ("办结" in buttons[simple], "办结" in buttons[full]) == (True, False)
    assert [do(boss, "check", simple), do(clerk, "finish", full)] == [409, 409]
    assert [do(clerk, "finish", simple), do(boss, "check", full), do(clerk, "finish", full)] == [200] * 3
    assert states(shop, simple, full) == ["done", "done"]


def test_timers_of_a_workflow_leave_the_records_of_another_alone(shop: Site) -> None:
    simple, full = (shop.make("request", name=kind, kind=kind) for kind in ("simple", "full"))
    later(shop, hours=25)
    assert states(shop, simple, full) == ["open", "late"]
