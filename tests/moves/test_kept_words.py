"""What moves keep and tell in words: a record as it read, what somebody changed of it, and misses that are counted."""

from __future__ import annotations

import pytest

from tests.portals.asking import headers
from tests.projects import Browser, Builder, Site

HOME = {
    "schema/bureau/portal.yaml": """
title: 平台
kinds: {clerk: {label: 职员}}
notices:
  corrected: {about: agency, title: 已修改, text: "{fields}已修改", extra: [fields], to: [{phone: phone}]}
""",
    "schema/bureau/agency.yaml": """
label: 机构
title: "{name}"
fields:
  name: {type: text, label: 名称, required: true}
  phone: {type: phone, label: 电话, required: true}
  kinds: {type: choices, label: 类型, options: {a: 甲类, b: 乙类}}
  letter: {type: file, label: 授权书, kinds: [pdf]}
  was: {type: text, label: 原名, readonly: true}
workflows:
  life:
    field: state
    start: open
    states: {open: {label: 待审}, passed: {label: 通过}}
    moves:
      pass:
        label: 通过
        from: open
        to: passed
        effects:
          - {type: create, entity: review, fields: {agency: this}, shown: {snapshot: [name, kinds, phone]}}
      correct:
        label: 修改
        on: edit
        effects:
          - {type: set, fields: {was: before.name}}
          - {type: notify, notice: corrected, changes: fields}
""",
    "schema/bureau/review.yaml": """
label: 审核
append_only: true
fields:
  agency: {type: ref, to: agency, label: 机构}
  snapshot: {type: json, label: 快照}
""",
    "schema/bureau/binding.yaml": """
label: 绑定
fields:
  name: {type: text, label: 姓名, required: true}
  phone: {type: phone, label: 电话, required: true}
  agency: {type: ref, to: agency, label: 机构, readonly: true}
workflows:
  life:
    field: state
    start: bound
    states: {bound: {label: 已绑定}}
    moves:
      bind:
        label: 绑定
        on: add
        effects:
          - type: pick
            each: agency
            where: name == outer.name and phone == outer.phone
            fields: {agency: each}
            refusal: 姓名或手机号不一致
            tries: {most: 3, minutes: 60, message: 尝试次数过多}
""",
    "permissions/bureau/clerk.yaml": """
label: 职员
kinds: [clerk]
rows: {agency: all, binding: all, review: all}
may: {agency: [read, edit, {move: [pass, correct]}], binding: [read, add, {move: [bind]}], review: [read]}
""",
}


@pytest.fixture
def site(build: Builder, database: str) -> Site:
    site = build(HOME, database)
    site.make("agency", name="甲", phone="13000000001", kinds=["a", "b"])
    site.person("other", "clerk", kind="clerk")
    return site


def asks(who: Browser, method: str, path: str, **said: object) -> tuple[int, str]:
    answer = who.client.open(f"/api/v1/bureau/{path}", method=method, json=said, headers=headers(who))
    return answer.status_code, str((answer.get_json() or {}).get("message", ""))


def told(site: Site) -> list[str]:
    delivery = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        return [row.text for row in connection.execute(delivery.select().order_by(delivery.c.id))]


def test_record_is_kept_as_it_read(site: Site) -> None:
    assert asks(site.as_("clerk"), "POST", "agency/1/do/pass")[0] == 200
    assert site.rows("review")[0]["snapshot"] == {"名称": "甲", "类型": "甲类、乙类", "电话": "13000000001"}


def test_what_was_changed_is_named_in_the_words_of_the_definition(site: Site) -> None:
    asks(site.as_("clerk"), "PUT", "agency/1", phone="13000000002", kinds=["a"], name="甲")
    assert told(site) == ["电话、类型已修改"]


def test_nobody_is_told_where_nothing_was_changed(site: Site) -> None:
    asks(site.as_("clerk"), "PUT", "agency/1", name="甲")
    assert told(site) == []


def test_move_that_saving_makes_knows_the_record_before(site: Site) -> None:
    asks(site.as_("clerk"), "PUT", "agency/1", name="乙")
    assert site.row("agency", 1)["was"] == "甲"


def binds(who: Browser, phone: str = "13000000009") -> tuple[int, str]:
    return asks(who, "POST", "binding/", name="甲", phone=phone)


def test_miss_refuses_all(site: Site) -> None:
    assert binds(site.as_("clerk")) == (422, "姓名或手机号不一致")
    assert site.rows("binding") == []


def test_who_has_missed_too_often_is_not_looked_at(site: Site) -> None:
    who = site.as_("clerk")
    answers = [binds(who)[0] for _ in range(3)]
    assert answers == [422, 422, 422]
    assert binds(who, "13000000001") == (429, "尝试次数过多")
    assert site.rows("binding") == []


def test_misses_of_the_form_count_as_those_of_the_api(site: Site) -> None:
    who = site.as_("clerk")
    for _ in range(3):
        assert who.submit("/bureau/binding/add", name="甲", phone="13000000009").status == 422
    assert who.submit("/bureau/binding/add", name="甲", phone="13000000001").status == 429


def test_misses_of_one_are_not_those_of_another(site: Site) -> None:
    for _ in range(3):
        binds(site.as_("clerk"))
    assert binds(site.as_("other"), "13000000001")[0] == 201
