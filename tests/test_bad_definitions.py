"""Every wrong definition is refused with place, sentence and hint: one small wrong home a problem."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fab_app.checks import checked
from fab_app.checks.names import LONGEST, PLATFORM

ROOT = Path(__file__).parents[1]
HOMES = sorted(path.parent for path in (Path(__file__).parent / "bad").glob("*/expected.txt"))
ID = re.compile(r'"([a-z]+\.[EW]\d{3})"')


@pytest.mark.parametrize("home", HOMES, ids=lambda home: home.name)
def test_a_wrong_definition_is_refused(home: Path) -> None:
    printed = "".join(f"{problem}\n" for problem in checked(home)[1])
    assert printed == (home / "expected.txt").read_text(encoding="utf-8")


def test_every_problem_says_what_to_write_next() -> None:
    for home in HOMES:
        lines = (home / "expected.txt").read_text(encoding="utf-8").splitlines()
        assert [line.startswith("    hint: ") for line in lines] == [False, True] * (len(lines) // 2), (
            home.name
        )


def test_there_are_many_of_them() -> None:
    assert len(HOMES) > 100


def test_every_problem_has_its_example() -> None:
    files = [
        path for layer in ("core", "spec", "checks") for path in (ROOT / "fab_app" / layer).rglob("*.py")
    ]
    known = {id_ for path in files for id_ in ID.findall(path.read_text(encoding="utf-8"))}
    shown = {
        id_
        for home in HOMES
        for id_ in re.findall(r" ([a-z]+\.[EW]\d{3}) ", (home / "expected.txt").read_text())
    }
    assert sorted(known - shown) == []


def test_the_ten_line_home_is_fine(tmp_path: Path) -> None:
    document = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    text = document.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "schema" / "shop").mkdir(parents=True)
    (tmp_path / "schema" / "shop" / "order.yaml").write_text(text, encoding="utf-8")
    assert checked(tmp_path)[1] == []


def test_an_empty_home_is_fine(tmp_path: Path) -> None:
    assert checked(tmp_path)[1] == []


def test_the_definitions_of_this_project_are_fine() -> None:
    assert [str(problem) for problem in checked(ROOT)[1] if problem.stops] == []


def test_the_names_of_the_framework_s_tables_are_all_known() -> None:
    from fab_app.store import tables

    manifest, _ = checked(ROOT / "tests" / "bad" / "dictionary.W001-unused")
    built = tables.build_tables(manifest)
    owned = {stored.table.name for stored in built.entities.values()}
    platform = {
        name for name in built.metadata.tables if name.startswith("base_") and "__" not in name
    } - owned
    assert platform == PLATFORM
    assert tables.LONGEST_NAME == LONGEST
