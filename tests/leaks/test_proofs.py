"""Each proof says at the end of the run how much it checked, in whatever process it ran."""

from __future__ import annotations

import pytest

from fab_app.config import ROOT

pytest_plugins = ("pytester",)
PROOFS = """
from tests.leaks.generator import told
from tests.leaks.walk import Report

def test_whole(record_property):
    report = Report()
    report.expect(True, "nothing")
    assert told(report, record_property, "one") == []

def test_broken(record_property):
    report = Report()
    report.expect(False, "somebody GET / tells a row")
    assert told(report, record_property, "two") == []
"""


@pytest.mark.parametrize("processes", ["0", "2"])
def test_proofs_stand_at_the_end_of_the_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, processes: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest("from tests.conftest import pytest_terminal_summary\n")
    pytester.makepyfile(PROOFS)
    said = pytester.runpytest_subprocess("-q", "-n", processes).stdout.str()
    lines = [line for line in said.splitlines() if line.startswith("leak proof")]
    assert lines == ["leak proof, one: 1 checks, 0 leaks", "leak proof, two: 1 checks, 1 leaks"]
