"""The first row: which column of the sheet is which. All that is needed must be there and nothing unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fab_app.core.problems import Refused
from fab_app.core.text import Text
from fab_app.core.words import listed, locale, say
from fab_app.runtime.imports.columns import Column, Plan
from fab_app.runtime.imports.sheet import shown

_MARKS = re.compile(r"[*＊\s　]+|[(（](必填|required)[)）]", re.I)


def reason_label(plan: Plan) -> str:
    """The head of the column in which a marked workbook says what is wrong."""
    words = plan.spec.words.reason
    return words.of(locale.get()) if words else say("What is wrong")


def row_label() -> str:
    return say("Row of the file")


def mapped(plan: Plan, cells: Mapping[int, Any]) -> dict[int, Column]:
    """Column of the sheet -> column of the import. Raises Refused where the heading is not that of the template."""
    known = {_plain(name): column for column in plan.columns for name in column.names}
    ours = {_plain(reason_label(plan)), _plain(row_label())}
    found: dict[int, Column] = {}
    unknown = []
    for at, cell in sorted(cells.items()):
        name = _plain(shown(cell))
        column = known.get(name)
        if column is not None and column not in found.values():
            found[at] = column
        elif name and name not in ours:
            unknown.append(shown(cell)[:40])
    _judge(plan, [c.label for c in plan.columns if c.required and c not in found.values()], unknown)
    return found


def _judge(plan: Plan, missing: list[str], unknown: list[str]) -> None:
    words = plan.spec.words
    if missing:
        default = (
            "This is not the template, these columns are missing: {columns}. Download the newest template"
        )
        raise _refused(words.missing, default, missing)
    if unknown:
        default = "This is not the template, it has no such columns: {columns}. Download the newest template"
        raise _refused(words.unknown, default, unknown)


def _refused(written: Text | None, default: str, columns: list[str]) -> Refused:
    told = listed(columns[:8])
    return Refused(
        written.of(locale.get()).replace("{columns}", told) if written else say(default, columns=told)
    )


def _plain(name: str) -> str:
    return _MARKS.sub("", name).casefold()
