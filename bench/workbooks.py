"""The writers of workbooks by themselves, in the same process: ``python -m bench.workbooks [rows]``.

CPU time, rounds in turn, the best of each; the rows are those that an export has: ten columns of texts, codes, days,
numbers.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from fab_app.runtime.exports import workbook

Row = tuple[Any, ...]


def rows(count: int) -> list[Row]:
    day = date(2026, 1, 1)
    return [
        (
            *(f"姓名{at}", f"11010119900101{at:06d}", f"139{at:08d}", "男", "在岗"),
            *(day + timedelta(at % 900), at % 2, Decimal(at % 1000) / 100),
            *(f"公司{at % 977}", f"机构{at % 97}"),
        )
        for at in range(count)
    ]


def by_hand(given: list[Row], path: Path) -> None:
    def pieces() -> Any:
        for at in range(0, len(given), 1000):
            yield [list(map(workbook.cell, column)) for column in zip(*given[at : at + 1000], strict=True)]

    with path.open("wb") as out:
        out.writelines(workbook.book("表", [str(at) for at in range(10)], pieces()))


def by_xlsxwriter(given: list[Row], path: Path) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(given, 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(at, column, value)
            elif isinstance(value, date):
                sheet.write_datetime(at, column, value, day)
            else:
                sheet.write_number(at, column, value)
    book.close()


def by_openpyxl(given: list[Row], path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in given:
        sheet.append(row)
    book.save(path)


WRITERS: dict[str, Callable[[list[Row], Path], None]] = {
    "by hand": by_hand,
    "XlsxWriter": by_xlsxwriter,
    "openpyxl": by_openpyxl,
}


def measured(count: int, rounds: int = 3) -> dict[str, float]:
    given, best = rows(count), dict.fromkeys(WRITERS, float("inf"))
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for name, write in WRITERS.items():
                before = time.process_time()
                write(given, Path(folder, "a.xlsx"))
                best[name] = min(best[name], time.process_time() - before)
    return best


if __name__ == "__main__":
    for name, seconds in measured(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000).items():
        print(f"{name:12} {seconds:6.2f} s")
