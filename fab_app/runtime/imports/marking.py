"""The same workbook back: wrong cells coloured with the reason in a comment, and all reasons in a column of their own.

What was imported already is taken out, so that what is left can be mended and sent again.
"""

from __future__ import annotations

from copy import copy
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.runtime.imports import package
from fab_app.runtime.imports.batch import Batch, Batches, Problem
from fab_app.runtime.imports.columns import Plan
from fab_app.runtime.imports.heading import mapped, reason_label, row_label
from fab_app.runtime.imports.sheet import rows
from fab_app.runtime.writing import Writer

_WRONG = PatternFill("solid", fgColor="FBD5D5")
_RED = Font(color="B42318")
_BROKEN = (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError)


def marked(writer: Writer, plan: Plan, batch: Batch, batches: Batches) -> bytes:
    content, problems = batches.content(batch), batches.problems(batch)
    opened = package.opened(content)
    name, part = next(iter(opened.sheets.items()))
    first = next(rows(opened, part))
    heads = {column.path: at + 1 for at, column in mapped(plan, first.cells).items()}
    try:
        book = openpyxl.load_workbook(BytesIO(content), keep_links=False)
    except _BROKEN as error:
        raise Refused(say("This workbook is damaged and cannot be read")) from error
    sheet: Any = book[name]
    last = _last_column(sheet, first.number, plan)
    _heading(sheet, first.number, last, plan)
    for problem in problems:
        _mark(sheet, problem, heads, last)
    if batch.state == "written":
        _keep(sheet, first.number, [problem.row for problem in problems], last + 1)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _last_column(sheet: Any, heading: int, plan: Plan) -> int:
    """Where the reasons begin: behind the last column, or where those of an earlier file stand."""
    ours = (reason_label(plan), row_label())
    used = [cell for cell in sheet[heading] if cell.value is not None]
    before = [cell.column for cell in used if str(cell.value).strip() in ours]
    return int(min(before)) if before else max((int(cell.column) for cell in used), default=0) + 1


def _heading(sheet: Any, heading: int, last: int, plan: Plan) -> None:
    for at, label in ((last, row_label()), (last + 1, reason_label(plan))):
        cell = sheet.cell(heading, at, label)
        cell.font, cell.fill = Font(bold=True, color="B42318"), _WRONG
    sheet.column_dimensions[sheet.cell(heading, last + 1).column_letter].width = 60


def _mark(sheet: Any, problem: Problem, heads: dict[str, int], last: int) -> None:
    told: list[str] = []
    for path, sentences in problem.errors.items():
        told += sentences
        if path in heads:
            cell = sheet.cell(problem.row, heads[path])
            cell.fill = _WRONG
            cell.comment = Comment("\n".join(sentences), "")
    sheet.cell(problem.row, last, problem.row)
    reason = sheet.cell(problem.row, last + 1, "; ".join(told))
    reason.data_type = "s"  # never a formula, whatever was typed
    reason.font, reason.alignment = _RED, Alignment(wrap_text=True, vertical="top")


def _keep(sheet: Any, heading: int, numbers: list[int], width: int) -> None:
    """Only these rows stay, moved up below the heading."""
    for place, number in enumerate(sorted(numbers), heading + 1):
        if place == number:
            continue
        for at in range(1, width + 1):
            source, cell = sheet.cell(number, at), sheet.cell(place, at)
            cell.value, cell._style = source.value, copy(source._style)
            cell.comment = copy(source.comment) if source.comment else None
            if source.data_type == "s":
                cell.data_type = "s"
    sheet.delete_rows(heading + 1 + len(numbers), sheet.max_row)
