"""A workflow is walked, or a record played through it: with a clock of its own, without a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from fab_app.cli import main
from tests.projects import write_home

FILES = {
    "schema/shop/order.yaml": """
label: Order
fields:
  name: {type: text, label: Name}
  due: {type: date, label: Due}
  paid_at: {type: datetime, label: Paid at, readonly: true}
  policy: {type: ref, to: policy, label: Policy}
workflows:
  sale:
    start: open
    states: {paid: {final: true}, void: {final: true}}
    moves:
      pay:
        label: Pay
        from: open
        to: {how: {cash: paid, never: void}}
        by: [clerk]
        dialog: {how: {type: choice, label: How, options: {cash: Cash, never: Never}, required: true}}
        effects: [{type: set, fields: {paid_at: now()}}]
      lapse: {label: Lapse, from: open, to: void, by: system}
    timers:
      remind:
        at: "07:30"
        when: state == 'open' and due <= today() + days(3)
        once: due
        effects: [{type: notify, notice: late}]
      lapse: {at: "00:10", when: state == 'open' and policy.end < today(), effects: [{type: move, move: lapse}]}
""",
    "schema/shop/policy.yaml": """
label: Policy
fields: {name: {type: text, label: Name}, end: {type: date, label: End}}
""",
    "schema/shop/portal.yaml": """
title: Shop
notices: {late: {about: order, title: Late, text: Late, to: [{user: created_by}]}}
""",
    "permissions/shop/clerk.yaml": "label: Clerk\nrows: {order: all}\nmay: {order: [read, add]}\n",
}
BEGIN = ("--from", "2026-03-02 09:00")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = write_home(tmp_path / "home", FILES)
    monkeypatch.setenv("FAB_APP_HOME", str(found))
    return found


def played(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["simulate", "shop/order", *arguments]) == 0
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_ways_are_listed_with_who_may_go_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = played(capsys)
    assert "pay -> paid|void (clerk)" in lines and "lapse -> void (system)" in lines


def test_timers_fire_on_the_virtual_clock_and_move_the_record(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--set", "due=2026-03-10", "--set", "policy.end=2026-03-12")
    lines = played(capsys, "--days", "30", *BEGIN, *given)
    assert [line for line in lines if line.startswith("2026")] == [
        "2026-03-02 09:00 begins as open",
        "2026-03-07 07:30 timer sale.remind",
        "2026-03-13 00:10 timer sale.lapse",
        "2026-04-01 09:00 ends as void",
    ]
    assert "would notify late" in lines and "state is now void" in lines


def test_moves_are_made_when_they_are_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = played(capsys, "--days", "30", *BEGIN, "--set", "due=2026-03-10", "--move", "pay@36h how=cash")
    assert lines[lines.index("2026-03-03 21:00 pay by clerk") + 1 :] == [
        "state is now paid",
        "paid_at = 2026-03-03 21:00",
        "2026-04-01 09:00 ends as paid",
        "not given, so nothing or 0: policy.end",
    ]


def test_move_that_nobody_could_make_ends_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    moves = ("--move", "pay@1 how=cash", "--move", "lapse@2")
    assert main(["simulate", "shop/order", "--days", "5", *BEGIN, *moves]) == 1
    assert "lapse cannot be made as paid at 2026-03-04 09:00" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--set", "dou=2026-03-10"), "shop.order has no field 'dou'. did you mean 'due'?"),
        (("--set", "due=tomorrow"), "due: "),
        (("--set", "due"), "'due' says no value, write it as field=value"),
        (("--move", "pay@soon"), "'pay@soon' is no move, write it as code@days"),
        (("--from", "monday"), "'monday' is no time"),
    ],
)
def test_what_cannot_be_read_is_told(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, str], sentence: str
) -> None:
    assert main(["simulate", "shop/order", "--days", "5", *arguments]) == 1
    assert sentence in capsys.readouterr().err


def test_nothing_is_written(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(home.rglob("*"))
    played(capsys, "--days", "30", *BEGIN, "--move", "pay how=cash")
    assert sorted(home.rglob("*")) == before and list(home.parent.iterdir()) == [home]
