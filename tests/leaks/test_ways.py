"""The table of the ways in (docs/access.md) names a counterpart for each of them, and each counterpart is there."""

from __future__ import annotations

import re

from fab_app.config import ROOT

TESTS = ROOT / "tests"
WAYS = 35
_LINE = re.compile(r"^\| ([0-9][0-9, –]*) \|.*\| ([^|]+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`([^`]+)`")


def lines() -> list[tuple[str, str]]:
    """The numbers and the counterpart of each line."""
    document = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    return _LINE.findall(document.partition("## The ways in")[2])


def numbered(text: str) -> set[int]:
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("–")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def test_every_way_in_has_its_line() -> None:
    assert set().union(*(numbered(numbers) for numbers, _ in lines())) == set(range(1, WAYS + 1))


def test_every_counterpart_is_there() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    files = {path.name for path in TESTS.rglob("test_*.py")}
    lacking = []
    for numbers, told in lines():
        named = [part for whole in _NAMED.findall(told) for part in whole.split("::")]
        assert named or "walk" in told, numbers
        for name in named:
            there = (
                name.rpartition("/")[2] in files
                if name.endswith(".py")
                else f"def {name.rstrip('…')}" in code
            )
            lacking += [] if there else [name]
    assert lacking == []
