"""People without an account are told over the channel of their seat, once; who has left it is passed over."""

from __future__ import annotations

from typing import Any

import pytest

from fab_app.runtime.moves import fire
from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": """
title: 举报
seats:
  citizen: {label: 微信用户, entity: person, key: openid, open: not blocked, told: follows}
mobile: {pages: {mine: {entity: report}}}
notices:
  taken:
    about: report
    title: 开始处理
    text: "{name}已开始处理。"
    also: [{when: amount > 0, text: "奖励{amount}元。"}]
    to: [{seats: id == outer.reporter or helps == outer}]
""",
    "schema/shop/person.yaml": """
label: 微信用户
title: "{name}"
soft_delete: true
fields:
  name: {type: text, label: 昵称}
  openid: {type: text, label: OpenID, unique: true}
  blocked: {type: bool, label: 拉黑, default: false}
  follows: {type: bool, label: 关注, default: true}
  helps: {type: ref, to: report, label: 协助}
""",
    "schema/shop/report.yaml": """
label: 举报
title: "{name}"
fields:
  name: {type: text, label: 标题}
  amount: {type: int, label: 金额}
  reporter: {type: ref, to: person, label: 举报人}
workflows:
  life:
    start: open
    moves:
      take: {label: 处理, from: open, to: taken, effects: [{type: notify, notice: taken}]}
""",
    "permissions/shop/clerk.yaml": """
label: 职员
rows: {person: all, report: all}
may: {person: [read, add], report: [read, add, move: [take]]}
""",
    "permissions/shop/citizen.yaml": """
label: 公众
seats: [citizen]
rows: {report: reporter == user.citizen}
may: {report: [read]}
""",
}


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return build(FILES, database)


def told(site: Site, amount: int = 0, **person: Any) -> list[dict[str, Any]]:
    """What is written when the report of such a person is taken."""
    key = f"o-{len(site.rows('person'))}"
    reporter = site.make("person", **{"name": "张", "openid": key, **person})
    report = site.make("report", name=key, reporter=reporter, amount=amount)
    with site.acting("clerk") as clerk:
        fire(clerk.writer, site.entity("report"), report, "take", {})
    delivery = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        rows = connection.execute(delivery.select().where(delivery.c.about_id == report)).mappings()
        return [dict(row) for row in rows]


def test_the_delivery_goes_to_the_key_of_the_seat(site: Site) -> None:
    key = f"o-{len(site.rows('person'))}"
    (row,) = told(site)
    found = {name: row[name] for name in ("channel", "address", "reader", "receiver", "status", "about")}
    assert found == {
        "channel": "wechat",
        "address": key,
        "reader": "张",
        "receiver": None,
        "status": "queued",
        "about": "shop.report",
    }


def test_who_has_left_the_channel_is_passed_over(site: Site) -> None:
    (row,) = told(site, follows=False)
    site.here.jobs.drain()
    assert (row["status"], row["payload"]) == ("skipped", None)


@pytest.mark.parametrize("person", [{"blocked": True}, {"openid": None}])
def test_who_may_not_act_or_has_no_key_is_not_told(site: Site, person: dict[str, Any]) -> None:
    assert told(site, **person) == []


def test_sentences_follow_where_they_hold(site: Site) -> None:
    bare, with_reward = told(site)[0]["text"], told(site, amount=30)[0]["text"]
    assert (bare.partition("已")[2], with_reward.partition("已")[2]) == ("开始处理。", "开始处理。奖励30元。")
