"""One of many by a rule: the first in the author's order of those for whom it holds; and where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from fab_app.runtime.moves import fire
from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 商店\n",
    "schema/shop/team.yaml": """
label: 队
title: "{name}"
fields:
  name: {type: text, label: 名称}
  city: {type: text, label: 城市}
  level: {type: int, label: 级别}
  closed: {type: bool, label: 停用}
  since: {type: date, label: 始于}
""",
    "schema/shop/case.yaml": """
label: 案件
fields:
  city: {type: text, label: 城市}
  team: {type: ref, to: team, label: 队}
  reason: {type: text, label: 说明}
workflows:
  handing:
    start: open
    states: {open: {label: 待分配}, given: {label: 处理中}}
    moves:
      give:
        label: 分配
        from: open
        to: given
        by: [clerk]
        effects:
          - type: pick
            each: team
            where: city == outer.city and not closed
            order: [level, {by: "count(case where team == outer.id and state == 'given')"}, {by: since, falling: true}]
            fields: {team: each, reason: each.name}
            otherwise: {reason: "'没有可分配的队'"}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {team: 'true', case: 'true'}
may: {team: [read], case: [read, add, move: [give]]}
""",
}


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return build(FILES, database)


def team(site: Site, city: str, **values: Any) -> int:
    return site.make("team", city=city, **{"name": "队", "level": 1, "closed": False, **values})


def given(site: Site, city: str) -> dict[str, Any]:
    case = site.make("case", city=city)
    with site.acting("clerk") as clerk:
        fire(clerk.writer, site.entity("case"), case, "give", {})
    return site.row("case", case)


def test_the_first_of_those_for_whom_the_rule_holds(site: Site) -> None:
    team(site, "丙", level=1)
    team(site, "甲", level=0, closed=True)
    team(site, "甲", level=2)
    first = team(site, "甲", name="甲一")
    found = given(site, "甲")
    assert (found["team"], found["reason"]) == (first, "甲一")


def test_a_later_rank_decides_between_equals_and_then_the_oldest_record(site: Site) -> None:
    one, two = team(site, "乙", since="2020-01-01"), team(site, "乙", since="2020-01-01")
    assert [given(site, "乙")["team"] for _ in range(4)] == [one, two, one, two]


def test_the_greatest_comes_first_where_it_falls_and_none_last(site: Site) -> None:
    team(site, "丁", level=None, since="2024-01-01")
    nothing = team(site, "丁", since=None)
    old, new = team(site, "丁", since="2020-01-01"), team(site, "丁", since="2021-01-01")
    assert [given(site, "丁")["team"] for _ in range(3)] == [new, old, nothing]


def test_where_there_is_none_the_record_is_told_so_and_the_move_is_made(site: Site) -> None:
    found = given(site, "无人城")
    assert (found["team"], found["reason"], found["state"]) == (None, "没有可分配的队", "given")
