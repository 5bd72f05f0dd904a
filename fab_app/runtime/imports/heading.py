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
from fab_app.spec.manifest import Manifest

_MARKS = re.compile(r"[*＊\s　]+|[(（](必填|required)[)）]", re.I)

_MISSING = "This is not the template, these columns are missing: {columns}. Download the newest template"
_UNKNOWN = "This is not the template, it has no such columns: {columns}. Download the newest template"
_MISSING_OLDER = "This is an older template, these columns are new: {columns}. Download the newest template"
_UNKNOWN_OLDER = "This is an older template, these columns are gone: {columns}. Download the newest template"


def reason_label(plan: Plan) -> str:
    """The head of the column in which a marked workbook says what is wrong."""
    words = plan.spec.words.reason
    return words.of(locale.get()) if words else say("What is wrong")


def row_label() -> str:
    return say("Row of the file")


def outdated(manifest: Manifest, plan: Plan, mark: str) -> bool:
    """Whether the workbook began as a template of this import as it is no longer, or as others have it.

    Raises Refused for the template of another: its columns may have the same names.
    """
    if not mark or mark == plan.fingerprint:
        return False
    key = mark.partition(":")[0]
    if key == plan.entity.key:
        return True
    theirs = manifest.entities.get(key)
    label = theirs.spec.label.of(locale.get()) if theirs is not None else key[:60]
    default = "This is the template of {label}. Download that of {ours}"
    raise Refused(say(default, label=label, ours=plan.label))


def remark(plan: Plan, heads: Mapping[int, Column]) -> str:
    """What who used an older template should know though it is taken."""
    lacking = [column.label for column in plan.columns if column not in heads.values()]
    if not lacking:
        return say("This template is not the newest. Its columns still fit")
    told = listed(lacking[:8])
    return say(
        "This template is not the newest: these columns are missing and stay empty: {columns}", columns=told
    )


def mapped(plan: Plan, cells: Mapping[int, Any], older: bool = False) -> dict[int, Column]:
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
    _judge(plan, [c.label for c in plan.columns if c.required and c not in found.values()], unknown, older)
    return found


def fits(plan: Plan, cells: Mapping[int, Any]) -> bool:
    """Whether it is the heading of this import."""
    try:
        return bool(mapped(plan, cells))
    except Refused:
        return False


def _judge(plan: Plan, missing: list[str], unknown: list[str], older: bool) -> None:
    words = plan.spec.words
    if missing:
        raise _refused(words.missing, _MISSING_OLDER if older else _MISSING, missing)
    if unknown:
        raise _refused(words.unknown, _UNKNOWN_OLDER if older else _UNKNOWN, unknown)


def _refused(written: Text | None, default: str, columns: list[str]) -> Refused:
    told = listed(columns[:8])
    return Refused(
        written.of(locale.get()).replace("{columns}", told) if written else say(default, columns=told)
    )


def _plain(name: str) -> str:
    return _MARKS.sub("", name).casefold()
