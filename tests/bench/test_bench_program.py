"""The benchmark's parts fit together; nothing is timed here."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import exports, install, load, measure, program, servers, starts, writes
from bench.homes import written
from bench.items import LOADS, READS, Item
from bench.judging import at_most, judged
from bench.people import COLUMNS, tables
from bench.places import OURS, PORTS, SERVERS, TARGETS
from bench.table import missed, table

PARTS = (exports, install, load, measure, program, servers, starts, writes)


def test_every_item_is_asked_of_us_and_of_a_peer() -> None:
    for item in (*READS, *LOADS):
        asked = {variant.partition(":")[0] for variant in item.paths}
        assert OURS in asked and asked - {OURS} and asked <= set(SERVERS), item.name


def test_every_server_has_a_port_of_its_own_and_a_program() -> None:
    assert len(set(PORTS.values())) == len(SERVERS) and set(TARGETS) == set(SERVERS)


def test_a_step_of_the_program_for_each_name() -> None:
    assert set(program.WORK) == set(program.STEPS)


def test_data_are_the_same_each_time() -> None:
    one, other = dict(tables(50)), dict(tables(50))
    assert one == other and len(one["guard"]) == 50
    assert all(len(rows[0]) == len(COLUMNS[name]) for name, rows in one.items())


def test_table_tells_what_is_missed() -> None:
    item = Item("list", 0.45, 1.8, 5, {})
    good = judged(item, {"ours": 8.0, "fab": 22.7, "django": 18.7, "floor": 4.5}, statements=3)
    slow = judged(item, {"ours": 9.0, "django": 18.7}, statements=3)
    talkative = judged(item, {"ours": 8.0, "django": 18.7}, statements=6)
    assert (good.met, slow.met, talkative.met) == (True, False, False)
    text = table([good, slow, at_most("memory", 140.0, 170.0, "MB")])
    assert text.splitlines()[2].startswith("| list   | 8.00 ms  | 18.7 django | 0.43  | ≤ 0.45 | yes |")
    assert missed([good, slow]) == ["list"]


def test_more_is_better_where_requests_are_counted() -> None:
    found = judged(LOADS[0], {"ours": 250.0, "django": 104.0, "fab": 94.0, "floor": 554.0}, "/s", higher=True)
    assert found.met and found.best_peer == "django"


def test_the_homes_are_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fab_app.application import manifest_of
    from fab_app.config import Settings

    monkeypatch.setattr("bench.homes.home", lambda entities: tmp_path / str(entities))
    for entities in (4, 6):
        manifest, problems = manifest_of(Settings(home=written(entities)))
        ours = [key for key in manifest.entities if key.startswith("bench.")]
        assert problems == [] and len(ours) == entities + 1  # and the accounts
