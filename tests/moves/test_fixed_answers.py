"""What other answers of a dialog fix is what it begins with then, whatever was typed; what is used up is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portals.asking import headers
from tests.projects import Builder, Site

FILES = {
    "schema/shop/case.yaml": """
label: 案件
fields:
  finding: {type: choice, label: 结论, options: {yes_: 属实, no_: 不属实}}
  reward:
    type: money
    label: 奖励
    min: 0
    say: {number: 请输入正确的金额, digits: "最多{scale}位小数", least: "不能小于{min}"}
workflows:
  life:
    start: open
    moves:
      judge:
        label: 核实
        from: open
        dialog:
          finding: {required: true}
          reward: {required: true, readonly: finding == 'no_', default: "iif(finding == 'no_', 0, none)"}
        conditions:
          - {when: dialog.reward < 1000, message: "今天已用完", status: 429}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {case: all}
may: {case: [read, add, move: [judge]]}
""",
}


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return build(FILES, database)


def judged(site: Site, **said: Any) -> tuple[int, Any, Any]:
    case, who = site.make("case"), site.as_("clerk")
    answer = who.client.post(f"/api/v1/shop/case/{case}/do/judge", json=said, headers=headers(who))
    return answer.status_code, answer.get_json().get("message"), site.row("case", case)["reward"]


@pytest.mark.parametrize("typed", [{"reward": "100"}, {"reward": "abc"}, {}])
def test_a_fixed_answer_is_its_default(site: Site, typed: dict[str, str]) -> None:
    assert judged(site, finding="no_", **typed)[::2] == (200, 0)


def test_while_nothing_fixes_it_what_was_typed_counts(site: Site) -> None:
    assert judged(site, finding="yes_", reward="12.5")[::2] == (200, 12.5)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("abc", "请输入正确的金额"), ("1.234", "最多2位小数"), ("-1", "不能小于0")],
)
def test_a_number_is_refused_in_the_authors_words(site: Site, typed: str, sentence: str) -> None:
    assert judged(site, finding="yes_", reward=typed) == (422, sentence, None)


def test_what_is_used_up_is_answered_with_429(site: Site) -> None:
    assert judged(site, finding="yes_", reward="1000") == (429, "今天已用完", None)
