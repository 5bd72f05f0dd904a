"""All persons as a workbook, ours beside a hand-written export: ``python -m bench.sheets [rows] [rounds]``.

Each run is a process of its own over the same SQLite file: CPU seconds, and the peak of memory above what the process
had before. Ours is the whole request of somebody who may export. By hand is what one writes without us: a join, a
workbook of openpyxl that writes as it goes; no rights, no masks, no log.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl

from bench.clients import PASSWORD
from bench.data import prepare
from bench.exports import COLUMNS
from bench.homes import environment
from bench.places import OURS

ROWS = """
SELECT g.name, g.id_no, g.phone, g.gender, g.status, g.hired_on, g.certified, g.score, c.name, o.name
FROM bench_guard AS g JOIN bench_company AS c ON c.id = g.company JOIN bench_org AS o ON o.id = c.org ORDER BY g.id
"""
Work = Callable[[Path], None]


def ours(path: Path) -> Work:
    from fab_app import create_app
    from fab_app.config import Settings

    client = create_app(Settings.from_environment(environment(path, 4))).test_client()
    given = {"username": "staff", "password": PASSWORD, "provider": "db"}
    token = client.post("/api/v1/security/login", json=given).get_json()["access_token"]

    def work(target: Path) -> None:
        url = f"/api/v1/bench/guard/export.xlsx?q=(columns:!({COLUMNS}))"
        answer = client.get(url, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.status_code
        with target.open("wb") as out:
            out.writelines(answer.iter_encoded())

    return work


def by_hand(path: Path) -> Work:
    def work(target: Path) -> None:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(COLUMNS.split(","))
        with sqlite3.connect(path) as connection:
            for row in connection.execute(ROWS):
                day, score = date.fromisoformat(row[5]), row[7] / 100
                sheet.append((*row[:5], day, bool(row[6]), score, *row[8:]))
        book.save(target)

    return work


WAYS: dict[str, Callable[[Path], Work]] = {"ours": ours, "by hand": by_hand}


def one(way: str, path: Path) -> None:
    work = WAYS[way](path)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "out.xlsx")
        before = _memory("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak counts from here
        start = time.process_time()
        work(target)
        taken, grown = time.process_time() - start, _memory("VmHWM") - before
        print(json.dumps({"seconds": taken, "grown": grown, "rows": _rows(target)}))


def _memory(name: str) -> float:
    """Of this process, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def _rows(path: Path) -> int:
    """Rows of the sheet, counted in its text."""
    with zipfile.ZipFile(path) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        return sheet.read().count(b"<row")


def measured(rows: int, rounds: int = 2) -> dict[str, dict[str, float]]:
    """``seconds``, ``grown`` (MB) and ``rows`` of the quickest run of each way."""
    path, found = prepare(OURS, rows), dict[str, dict[str, float]]()
    for _ in range(rounds):
        for way in WAYS:
            command = [sys.executable, "-W", "ignore", "-m", "bench.sheets", "--one", way, str(path)]
            run = json.loads(
                subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
            )
            assert run["rows"] >= rows, f"{way} writes {run['rows']} rows"
            if way not in found or run["seconds"] < found[way]["seconds"]:
                found[way] = run
    return found


def main() -> None:
    if "--one" in sys.argv:
        one(sys.argv[-2], Path(sys.argv[-1]))
        return
    given = [int(text) for text in sys.argv[1:]] or [100_000]
    for way, run in measured(given[0], given[1] if len(given) > 1 else 2).items():
        print(f"{way:8} {run['seconds']:6.2f} s CPU, +{run['grown']:.0f} MB, {run['rows']:,} rows")


if __name__ == "__main__":
    main()
