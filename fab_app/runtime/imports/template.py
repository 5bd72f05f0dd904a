"""The workbook that people fill in: the columns with what they may choose, comments, a mark of the definition.

XlsxWriter keeps what openpyxl would keep in memory, and writes drop-downs, comments and hidden sheets.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import sqlalchemy as sa
import xlsxwriter

from fab_app.core.words import locale, say
from fab_app.fields.number import Numeric
from fab_app.fields.show import Show
from fab_app.runtime import references
from fab_app.runtime.imports.columns import MARK, Column, Plan
from fab_app.runtime.writing import Writer

MOST_CHOICES = 1000
_OPTIONS = "options"
_DATES = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm", "time": "hh:mm", "month": "@"}
_FILLED = 5000
"""Rows that the drop-downs reach down to."""


def template(writer: Writer, plan: Plan, show: Show, context: dict[str, Any]) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_sheet_name(plan.label))
    _headings(book, sheet, plan)
    chosen = {c: choices(writer, plan, c, show, context) for c in plan.columns}
    _options(book, sheet, plan, chosen)
    book.define_name(MARK, f'="{plan.fingerprint}"')
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _headings(book: Any, sheet: Any, plan: Plan) -> None:
    needed = book.add_format({"bold": True, "bg_color": "#FDEBD0", "border": 1, "valign": "vcenter"})
    free = book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1, "valign": "vcenter"})
    sheet.set_row(0, 24)
    for at, column in enumerate(plan.columns):
        label = f"{column.label}{'*' if column.required else ''}"
        look = book.add_format({"num_format": _format(column)})
        sheet.set_column(at, at, min(max(2 * len(label) + 4, 14), 40), look)
        sheet.write_string(0, at, label, needed if column.required else free)
        sheet.write_comment(0, at, "\n".join(_comment(column)), {"x_scale": 1.6, "font_size": 9})


def _format(column: Column) -> str:
    """Numbers that are none (codes, telephones) are text from the first digit on."""
    if column.field.type in _DATES:
        return _DATES[column.field.type]
    return "General" if isinstance(column.field, Numeric) else "@"


def _comment(column: Column) -> Iterable[str]:
    field = column.field
    yield say("Required") if column.required else say("May stay empty")
    if field.help is not None:
        yield field.help.of(locale.get())
    if column.target is not None and column.by:
        names = [column.target.fields[name].label.of(locale.get()) for name in column.by]
        label = column.target.spec.label.of(locale.get())
        yield say("{label} by {names}", label=label, names=say(" or ").join(names))
    if field.many:
        yield say("Several are separated by “、”")
    if field.type == "date":
        yield say("As 2026-01-31")
    if field.type == "datetime":
        yield say("As 2026-01-31 08:30")
    longest = getattr(field, "max", None)
    if field.type == "text" and isinstance(longest, int):
        yield say("At most {most} characters", most=longest)


def choices(writer: Writer, plan: Plan, column: Column, show: Show, context: dict[str, Any]) -> list[str]:
    """What may be chosen where it is not too much for a drop-down: codes by their labels, records by their words."""
    if column.target is None:
        field = column.field
        few = field.type in ("choice", "choices", "bool")
        return [option.label for option in field.choices(show)] if few else []
    if column.reference or not column.by:
        return []
    world, row = writer.world, writer.world.stored(column.target).table.alias()
    env = writer.env(plan.entity, context, None)
    allowed = references.allowed(world, writer.access, plan.entity, column.name, column.target, row, env)
    name = row.c[column.target.columns[column.by[0]]]
    statement = sa.select(name).where(allowed, name.is_not(None)).distinct().order_by(name)
    found = [str(one) for one in writer.fetch(statement.limit(MOST_CHOICES + 1)).scalars()]
    return found if len(found) <= MOST_CHOICES else []


def _options(book: Any, sheet: Any, plan: Plan, chosen: dict[Column, list[str]]) -> None:
    hidden = book.add_worksheet(_OPTIONS)
    hidden.very_hidden()
    for at, column in enumerate(plan.columns):
        options = chosen[column]
        if not options or column.field.many:
            continue
        hidden.write_column(0, at, options)
        letter = xlsxwriter.utility.xl_col_to_name(at)
        sheet.data_validation(
            1,
            at,
            _FILLED,
            at,
            {
                "validate": "list",
                "source": f"={_OPTIONS}!${letter}$1:${letter}${len(options)}",
                "error_title": say("Not in the list"),
                "error_message": say("Choose from the list"),
            },
        )


def _sheet_name(label: str) -> str:
    kept = "".join(" " if sign in "[]:*?/\\'" else sign for sign in label).strip()
    return (kept or "Sheet1")[:31]


def plain(value: Any) -> Any:
    """A cell as it was read, fit to be written again."""
    return value if isinstance(value, int | float | bool | date | datetime | time | str) else str(value)
