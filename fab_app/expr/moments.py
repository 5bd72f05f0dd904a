"""Dates and times in SQL. A datetime is naive UTC; a date is a day of the portal's zone.

SQLite keeps both as ISO text; its date functions round to milliseconds and let 31 January plus a month
overflow into March, so the fraction of a second is carried by hand and months are cut to their last day.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement

from fab_app.expr.constructs import _args, _Construct, _Number


class Shifted(_Construct):
    """A date or datetime moved by a whole number of units."""

    inherit_cache = True
    unit = ""


class Days(Shifted):
    inherit_cache = True
    unit = "day"


class Hours(Shifted):
    inherit_cache = True
    unit = "hour"


class Months(Shifted):
    """Cut to the last day of the month: 31 January plus one is 28 or 29 February."""

    inherit_cache = True
    unit = "month"


class LocalDay(_Construct):
    """The day of a datetime, `offset` minutes east of UTC."""

    inherit_cache = True

    def typed(self, args: tuple[ColumnElement[Any], ...]) -> Any:
        return sa.Date()


class DaysApart(_Number):
    """Days from the second date to the first."""

    inherit_cache = True


class SecondsApart(_Number):
    """Seconds from the second datetime to the first, each cut to its second."""

    inherit_cache = True


SHIFTS: dict[str, type[Shifted]] = {"days": Days, "hours": Hours, "months": Months}


def _is_day(element: Shifted) -> bool:
    return isinstance(element.type, sa.Date)


@compiles(Shifted)
def _shifted(element: Shifted, compiler: SQLCompiler, **kw: Any) -> str:
    value, count = _args(element, compiler, kw)
    move = f"({count} || ' {element.unit}s')"
    if _is_day(element):
        return f"date({value}, {move})"
    return f"(strftime('%Y-%m-%d %H:%M:%S', substr({value}, 1, 19), {move}) || substr({value}, 20))"


@compiles(Months)
def _months(element: Months, compiler: SQLCompiler, **kw: Any) -> str:
    value, count = _args(element, compiler, kw)
    day = f"substr({value}, 1, 10)"
    last = f"date({day}, 'start of month', (({count} + 1) || ' months'), '-1 day')"
    first = f"date({day}, 'start of month', ({count} || ' months'))"
    moved = f"min(date({first}, ((substr({day}, 9, 2) - 1) || ' days')), {last})"
    return moved if _is_day(element) else f"({moved} || substr({value}, 11))"


@compiles(Shifted, "postgresql")
@compiles(Months, "postgresql")
def _shifted_postgresql(element: Shifted, compiler: SQLCompiler, **kw: Any) -> str:
    value, count = _args(element, compiler, kw)
    moved = f"({value} + make_interval({element.unit}s => CAST({count} AS INTEGER)))"
    return f"CAST({moved} AS DATE)" if _is_day(element) else moved


@compiles(Shifted, "mysql", "mariadb")
@compiles(Months, "mysql", "mariadb")
def _shifted_mysql(element: Shifted, compiler: SQLCompiler, **kw: Any) -> str:
    value, count = _args(element, compiler, kw)
    return f"date_add({value}, INTERVAL {count} {element.unit.upper()})"


@compiles(LocalDay)
def _local_day(element: LocalDay, compiler: SQLCompiler, **kw: Any) -> str:
    value, offset = _args(element, compiler, kw)
    return f"date(substr({value}, 1, 19), ({offset} || ' minutes'))"


@compiles(LocalDay, "postgresql")
def _local_day_postgresql(element: LocalDay, compiler: SQLCompiler, **kw: Any) -> str:
    value, offset = _args(element, compiler, kw)
    return f"CAST({value} + make_interval(mins => CAST({offset} AS INTEGER)) AS DATE)"


@compiles(LocalDay, "mysql", "mariadb")
def _local_day_mysql(element: LocalDay, compiler: SQLCompiler, **kw: Any) -> str:
    value, offset = _args(element, compiler, kw)
    return f"date(date_add({value}, INTERVAL {offset} MINUTE))"


@compiles(DaysApart)
def _days_apart(element: DaysApart, compiler: SQLCompiler, **kw: Any) -> str:
    left, right = _args(element, compiler, kw)
    return f"CAST(julianday({left}) - julianday({right}) AS INTEGER)"


@compiles(DaysApart, "postgresql")
def _days_apart_postgresql(element: DaysApart, compiler: SQLCompiler, **kw: Any) -> str:
    left, right = _args(element, compiler, kw)
    return f"({left} - {right})"


@compiles(DaysApart, "mysql", "mariadb")
def _days_apart_mysql(element: DaysApart, compiler: SQLCompiler, **kw: Any) -> str:
    left, right = _args(element, compiler, kw)
    return f"datediff({left}, {right})"


def _difference(element: SecondsApart, compiler: SQLCompiler, kw: Any, seconds: str) -> str:
    left, right = (seconds.format(arg) for arg in _args(element, compiler, kw))
    return f"({left} - {right})"


@compiles(SecondsApart)
def _seconds_apart(element: SecondsApart, compiler: SQLCompiler, **kw: Any) -> str:
    return _difference(element, compiler, kw, "CAST(strftime('%s', substr({0}, 1, 19)) AS INTEGER)")


@compiles(SecondsApart, "postgresql")
def _seconds_apart_postgresql(element: SecondsApart, compiler: SQLCompiler, **kw: Any) -> str:
    return _difference(element, compiler, kw, "floor(extract(epoch FROM {0}))")


@compiles(SecondsApart, "mysql", "mariadb")
def _seconds_apart_mysql(element: SecondsApart, compiler: SQLCompiler, **kw: Any) -> str:
    return _difference(element, compiler, kw, "to_seconds({0})")
