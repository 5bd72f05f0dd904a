"""A timer that no clock tells: what waits is looked at again when a move says so, after its commit."""

from __future__ import annotations

from typing import Any

import pytest

from fab_app.runtime.moves import fire
from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/team.yaml": """
label: 队
fields: {city: {type: text, label: 城市}}
workflows:
  opening:
    start: shut
    moves:
      open: {label: 开启, from: shut, to: ready, effects: [{type: wake, timer: case.again}]}
      shut: {label: 关闭, from: ready, to: shut}
""",
    "schema/shop/case.yaml": """
label: 案件
fields:
  city: {type: text, label: 城市}
  team: {type: ref, to: team, label: 队}
workflows:
  handing:
    start: waiting
    moves:
      match:
        label: 匹配
        by: system
        from: waiting
        effects:
          - {type: pick, each: team, where: city == outer.city and state == 'ready', fields: {team: each}}
          - {type: move, move: give, when: team is not none}
      give: {label: 分配, by: system, from: waiting, to: given}
timers:
  again: {woken: true, when: state == 'waiting', effects: [{type: move, move: match}]}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {team: all, case: all}
may: {team: [read, add, move: [open, shut]], case: [read, add]}
""",
}


@pytest.fixture
def site(build: Builder, database: str) -> Site:
    return build(FILES, database)


def opened(site: Site, team: int, code: str = "open") -> None:
    with site.acting("clerk") as clerk:
        fire(clerk.writer, site.entity("team"), team, code, {})


def cases(site: Site) -> list[tuple[Any, str]]:
    return [(row["team"], row["state"]) for row in site.rows("case")]


def test_what_waits_is_looked_at_again_after_the_move(site: Site) -> None:
    team = site.make("team", city="甲")
    site.make("case", city="甲")
    site.make("case", city="乙")
    opened(site, team)
    assert cases(site) == [(None, "waiting")] * 2
    site.here.jobs.drain()
    assert cases(site) == [(team, "given"), (None, "waiting")]


def test_each_call_looks_anew_at_what_still_waits(site: Site) -> None:
    first = site.make("team", city="甲")
    site.make("case", city="乙")
    opened(site, first)
    site.here.jobs.drain()
    second = site.make("team", city="乙")
    opened(site, second)
    site.here.jobs.drain()
    assert cases(site) == [(second, "given")]


def test_no_clock_tells_it(site: Site) -> None:
    assert not [name for name in site.here.jobs.schedules.known if name.startswith("timer:shop.case")]
