"""What a driver says of an error, without the values of the rows: they have no place in a log, less in a page.

``hide_parameters`` keeps SQLAlchemy from telling them; PostgreSQL and MariaDB tell some by themselves ("Key
(phone)=(…) already exists", "Duplicate entry '…'"). SQLite names only tables and columns.
"""

from __future__ import annotations

import re
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import ExceptionContext

_DATA: Final = "22"
"""PostgreSQL's class of errors whose first sentence already holds the value; others put it into the detail."""
_NAMES_ONLY: Final = frozenset(
    (1020, 1044, 1045, 1048, 1049, 1054, 1146, 1205, 1213, 1264, 1305, 1364, 1406, *range(2000, 2100))
)
"""MariaDB's errors that quote names of tables, columns and machines, never a value."""
_QUOTED: Final = re.compile(r"'.*'(?= for (?:key|column) )|'.*", re.DOTALL)
_HIDDEN: Final = "'…'"


def discreet(engine: sa.Engine) -> sa.Engine:
    """The engine, whose errors hold no value of a row from now on, nor do the driver's own below them."""
    sa.event.listen(engine, "handle_error", _hide)
    return engine


def _hide(context: ExceptionContext) -> None:
    raw: Any = context.original_exception
    told = _told(raw)
    if told is None:
        return
    before = str(raw)
    raw.args = told
    ours = context.sqlalchemy_exception
    if ours is not None and ours.args:
        ours.args = (str(ours.args[0]).replace(before, str(raw)), *ours.args[1:])


def _told(raw: Any) -> tuple[Any, ...] | None:
    """The driver's arguments without values; None where they hold none."""
    driver = type(raw).__module__.partition(".")[0]
    if driver == "psycopg" and raw.sqlstate is not None:
        return (_postgresql(raw, raw.sqlstate),)
    if driver == "pymysql" and len(raw.args) > 1 and raw.args[0] not in _NAMES_ONLY:
        return (raw.args[0], _QUOTED.sub(_HIDDEN, str(raw.args[1]), count=1), *raw.args[2:])
    return None


def _postgresql(raw: Any, state: str) -> str:
    column = f" of column {raw.diag.column_name}" if raw.diag.column_name else ""
    if state.startswith(_DATA):
        return f"{type(raw).__name__} ({state}){column}"
    return f"{raw.diag.message_primary or type(raw).__name__} ({state})"
