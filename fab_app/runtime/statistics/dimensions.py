"""What rows are grouped by, as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.charts.base import Dimension
from fab_app.fields.base import Field
from fab_app.runtime.filters import followed
from fab_app.runtime.selection import Names, Selection, shown_field
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity

LENGTHS = {"year": 4, "quarter": 7, "month": 7, "day": 10}
_MYSQL = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}


@dataclass(frozen=True, slots=True)
class Axis:
    """A dimension over one entity: the field it groups by, what that refers to, and the nodes of a tree it stops at."""

    written: Dimension
    path: Names
    field: Field | None
    target: Entity | None
    nodes: tuple[int, ...] = ()


def axis_of(world: World, entity: Entity, written: Dimension, nodes: tuple[int, ...] = ()) -> Axis:
    if written.each is not None:
        return Axis(written, (), None, None)
    path = tuple(written.path.split("."))
    found = world.manifest.walk(entity, path)
    assert found is not None, f"{entity.key}: {written.path}"
    return Axis(written, path, shown_field(found[1]), world.manifest.target(found[0], path[-1]), nodes)


def element(selection: Selection, axis: Axis, dialect: str, minutes: int) -> ColumnElement[Any]:
    """The value that a row is grouped by; references on the way are joined."""
    column = _column(selection, axis.path)
    if axis.written.period:
        shift = minutes if axis.field is not None and axis.field.type == "datetime" else 0
        return period(column, axis.written.period, dialect, shift)
    if axis.written.tree is not None and axis.target is not None:
        return _node(selection, axis, column)
    return column


def _column(selection: Selection, path: Names) -> ColumnElement[Any]:
    """The kept column of ``belongs`` where there is one, else the field at the end of the joined path."""
    entity, row = selection.root.entity, selection.root.row
    whole = ".".join(followed(entity, path))
    for axis, written in entity.spec.belongs.items():
        if written == whole and "." in whole:
            return row.c[f"b_{axis}"]
    joined, name = selection.follow(path)
    return selection.element(joined, name)


def period(column: ColumnElement[Any], name: str, dialect: str, minutes: int) -> ColumnElement[Any]:
    """The year, quarter, month or day of a date, or of an instant as a clock ``minutes`` east of UTC shows it."""
    if dialect == "sqlite":
        moved = sa.func.datetime(column, f"{minutes:+d} minutes") if minutes else column
        if name == "quarter":
            month = sa.cast(sa.func.substr(moved, 6, 2), sa.Integer)
            number = sa.cast((month + 2) // 3, sa.String)
            return sa.func.substr(moved, 1, 4, type_=sa.String()).concat("-Q").concat(number)
        return sa.func.substr(moved, 1, LENGTHS[name], type_=sa.String())
    if dialect == "postgresql":
        plain = sa.cast(column, sa.TIMESTAMP())
        moved = plain + sa.literal(timedelta(minutes=minutes), sa.Interval()) if minutes else plain
        if name == "quarter":
            return sa.func.to_char(moved, 'YYYY"-Q"Q', type_=sa.String())
        return sa.func.date_trunc(name, moved, type_=sa.DateTime())
    moved = sa.func.addtime(column, _clock(minutes)) if minutes else column
    if name == "quarter":
        return sa.func.concat(sa.func.year(moved), "-Q", sa.func.quarter(moved), type_=sa.String())
    return sa.func.date_format(moved, _MYSQL[name], type_=sa.String())


def _clock(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{hours:02d}:{rest:02d}:00"


def _node(selection: Selection, axis: Axis, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The node of ``axis.nodes`` under which the row hangs; its own where it hangs under none."""
    assert axis.target is not None
    closure = selection.world.stored(axis.target).closure
    assert closure is not None
    above = closure.alias()
    on = sa.and_(above.c.descendant == column, above.c.ancestor.in_(axis.nodes))
    selection.source = selection.source.outerjoin(above, on)
    return sa.func.coalesce(above.c.ancestor, column)


def key_of(value: Any, axis: Axis) -> str:
    """The value of a group as text; "" where rows have none."""
    if value is None:
        return ""
    if axis.written.period:
        return str(value)[: LENGTHS[axis.written.period]]
    if isinstance(value, bool) or (axis.field is not None and axis.field.type == "bool"):
        return "1" if value else "0"
    return str(value)
