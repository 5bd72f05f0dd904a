"""The commands of upkeep: the chain of the audit log, the tables behind trees."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from fab_app.cli import FINE, PROBLEMS, main
from fab_app.store.engine import make_engine
from tests.projects import write_home

FILES = {
    "schema/shop/place.yaml": "label: 地点\ntree: above\n"
    "fields: {name: {type: text, label: 名称}, above: {type: ref, to: place, label: 上级}}\n",
    "seeds/shop/01.yaml": "place:\n  - {_key: a, name: 甲}\n  - {_key: b, name: 乙, above: '@a'}\n"
    "  - {name: 丙, above: '@b'}\n",
}


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    home = write_home(tmp_path / "home", FILES)
    for name in [name for name in os.environ if name.startswith("FAB_APP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FAB_APP_HOME", str(home))
    assert main(["seed"]) == FINE
    made = make_engine(f"sqlite:///{home / 'instance' / 'fab_app.sqlite'}")
    yield made
    made.dispose()


def pairs(engine: sa.Engine) -> set[tuple[int, int, int]]:
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT ancestor, descendant, depth FROM shop_place__tree")
        return {tuple(row) for row in found}  # type: ignore[misc]


def do(engine: sa.Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_trees_are_made_to_say_what_the_records_say(
    engine: sa.Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    right = pairs(engine)
    do(engine, "DELETE FROM shop_place__tree WHERE depth > 0")
    do(engine, "INSERT INTO shop_place__tree VALUES (3, 1, 2)")
    assert main(["repair-trees"]) == FINE
    assert pairs(engine) == right and len(right) == 6
    assert "shop.place: 4 pairs set right" in capsys.readouterr().out
    assert main(["repair-trees"]) == FINE
    assert "shop.place: 0 pairs set right" in capsys.readouterr().out


def test_circle_is_told_and_left(engine: sa.Engine, capsys: pytest.CaptureFixture[str]) -> None:
    before = pairs(engine)
    do(engine, "UPDATE shop_place SET above = 3 WHERE id = 1")
    assert main(["repair-trees"]) == PROBLEMS
    assert pairs(engine) == before and "shop.place: " in capsys.readouterr().out


def test_audit_log_is_verified(engine: sa.Engine, capsys: pytest.CaptureFixture[str]) -> None:
    from fab_app.config import Settings
    from fab_app.database import world_and_session
    from fab_app.runtime.sealing import seal

    do(
        engine,
        "INSERT INTO base_audit (uuid, created_at, updated_at, at, version, account, action, entity) "
        "VALUES ('u', '2026-01-01', '2026-01-01', '2026-01-01', 1, 'x', 'add', 'shop.place')",
    )
    with world_and_session(Settings.from_environment()) as (world, session):
        assert seal(world, session) >= 1
        session.commit()
    assert main(["verify-audit"]) == FINE
    assert "1 seals over" in capsys.readouterr().out
    do(engine, "UPDATE base_audit SET account = 'somebody'")
    assert main(["verify-audit"]) == PROBLEMS
    assert "an entry was changed" in capsys.readouterr().out
    assert main(["verify-audit", "--noted", "0" * 64]) == PROBLEMS
