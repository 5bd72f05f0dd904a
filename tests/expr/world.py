"""A small world for expressions: one table with everything, its children, a tree; in Python and in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from fab_app.expr import ANY, FieldType, Kind

TODAY, NOW, OFFSET = date(2024, 3, 1), datetime(2024, 2, 29, 16, 30, 5, 250000), 480
USER = {
    (): 2,
    ("org",): 1,
    ("org", "state"): "approved",
    ("regions",): [2, 4],
    ("kept",): [1, 2],
    ("place",): 3,
    ("boss",): None,
    ("none",): [],
}
DIALOG = {"note": "b", "agency": 1, "regions": [4], "kept": [1, 3]}
PARENTS = {1: None, 2: 1, 3: 2, 4: 1, 5: 4}
LEVELS = frozenset({"general", "major"})

FIELDS: dict[str, dict[str, FieldType]] = {
    "task": {
        "title": FieldType(Kind.text),
        "note": FieldType(Kind.text),
        "level": FieldType(Kind.text, codes=LEVELS),
        "qty": FieldType(Kind.int),
        "amount": FieldType(Kind.decimal, scale=2),
        "rate": FieldType(Kind.decimal, scale=4),
        "done": FieldType(Kind.bool),
        "due": FieldType(Kind.date),
        "made": FieldType(Kind.datetime),
        "agency": FieldType(Kind.ref, "agency"),
        "region": FieldType(Kind.ref, "region"),
        "kinds": FieldType(Kind.many, codes=frozenset({"a", "b"})),
        "members": FieldType(Kind.many, "user"),
        "regions": FieldType(Kind.many, "region", cover="below"),
        "kept": FieldType(Kind.many, "region", cover="children"),
        "lines": FieldType(Kind.children, "line"),
    },
    "agency": {"name": FieldType(Kind.text), "rank": FieldType(Kind.int)},
    "region": {"name": FieldType(Kind.text)},
    "line": {
        "name": FieldType(Kind.text),
        "qty": FieldType(Kind.int),
        "price": FieldType(Kind.decimal, scale=2),
        "day": FieldType(Kind.date),
    },
    "org": {"state": FieldType(Kind.text)},
    "dialog": {
        "note": FieldType(Kind.text),
        "agency": FieldType(Kind.ref, "agency"),
        "regions": FieldType(Kind.many, "region", cover="below"),
        "kept": FieldType(Kind.many, "region", cover="children"),
    },
}


class World:
    """The `Types` of the world."""

    def field(self, entity: str, name: str) -> FieldType | None:
        return FIELDS.get(entity, {}).get(name)

    def names(self, entity: str) -> Iterable[str]:
        return FIELDS.get(entity, {})

    def same(self, one: str, other: str) -> bool:
        return not (one and other) or one == other

    def user(self, name: str) -> FieldType | None:
        regions, kept = (FieldType(Kind.many, "region", cover=way) for way in ("below", "children"))
        known = {"org": FieldType(Kind.ref, "org"), "regions": regions, "kept": kept}
        known |= {
            "boss": FieldType(Kind.ref, "user"),
            "none": regions,
            "place": FieldType(Kind.ref, "region"),
        }
        return known.get(name)


# Tables, as the store makes them: decimals are whole numbers, many values a side table, the tree a closure

meta = sa.MetaData()
moment = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
agencies = sa.Table("agency", meta, sa.Column("id", sa.Integer, primary_key=True))
agencies.append_column(sa.Column("name", sa.String(50)))
agencies.append_column(sa.Column("rank", sa.Integer))
tasks = sa.Table(
    "task",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.String(50)),
    sa.Column("note", sa.String(50)),
    sa.Column("level", sa.String(20)),
    sa.Column("qty", sa.Integer),
    sa.Column("amount", sa.BigInteger),
    sa.Column("rate", sa.BigInteger),
    sa.Column("done", sa.Boolean),
    sa.Column("due", sa.Date),
    sa.Column("made", moment),
    sa.Column("agency", sa.Integer),
    sa.Column("region", sa.Integer),
)
kinds = sa.Table("task_kinds", meta, sa.Column("task", sa.Integer), sa.Column("value", sa.String(20)))
members = sa.Table("task_members", meta, sa.Column("task", sa.Integer), sa.Column("value", sa.Integer))
lines = sa.Table(
    "line",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("task", sa.Integer),
    sa.Column("name", sa.String(50)),
    sa.Column("qty", sa.Integer),
    sa.Column("price", sa.BigInteger),
    sa.Column("day", sa.Date),
)
regions = sa.Table("task_regions", meta, sa.Column("task", sa.Integer), sa.Column("value", sa.Integer))
kept = sa.Table("task_kept", meta, sa.Column("task", sa.Integer), sa.Column("value", sa.Integer))
tree = sa.Table(
    "region_tree",
    meta,
    sa.Column("ancestor", sa.Integer),
    sa.Column("descendant", sa.Integer),
    sa.Column("depth", sa.Integer),
)


class RowResolver:
    def __init__(self, entity: str, table: sa.FromClause) -> None:
        self.entity, self.table = entity, table

    def column(self, path: tuple[str, ...]) -> sa.ColumnElement[Any]:
        if not path:
            return self.table.c.id
        if len(path) == 1:
            return self.table.c[path[0]]
        other = agencies.alias()
        found = sa.select(other.c[path[1]]).where(other.c.id == self.table.c[path[0]])
        return found.correlate(self.table).scalar_subquery()

    def type(self, path: tuple[str, ...]) -> FieldType:
        entity, found = self.entity, FieldType(Kind.ref)
        for name in path:
            found = FIELDS[entity][name]
            entity = found.target
        return found

    def user(self, path: tuple[str, ...]) -> Any:
        return USER[path]

    def today(self) -> date:
        return TODAY

    def now(self) -> datetime:
        return NOW

    def offset(self) -> int:
        return OFFSET

    def root(self, name: str) -> Any:
        return DIALOG

    def member(self, path: tuple[str, ...], value: Any) -> sa.ColumnElement[bool]:
        side = {"kinds": kinds, "members": members}[path[0]].alias()
        found = sa.select(1).where(side.c.task == self.table.c.id)
        if isinstance(value, (list, tuple)):
            found = found.where(side.c.value.in_(value))
        elif value is not ANY:
            found = found.where(side.c.value == value)
        return found.correlate_except(side).exists()

    def children(self, name: str) -> tuple[sa.FromClause, sa.ColumnElement[bool], RowResolver]:
        rows = lines.alias()
        return rows, rows.c.task == self.table.c.id, RowResolver("line", rows)

    def below(self, path: tuple[str, ...], ancestor: Any) -> sa.ColumnElement[bool]:
        above = list(ancestor) if isinstance(ancestor, (list, tuple)) else [ancestor]
        links = tree.alias()
        found = sa.select(links.c.descendant).where(links.c.ancestor.in_(above)).correlate_except(links)
        return self.column(path).in_(found)

    def links(self, root: str, path: tuple[str, ...], members: tuple[int, ...] | None) -> sa.Select[Any]:
        side = {"regions": regions, "kept": kept, "none": regions}[path[0]]
        up, down, one, other = tree.alias(), tree.alias(), side.alias(), side.alias()
        found = sa.select(up.c.descendant, up.c.depth).where(_ticked(self, one, up.c.ancestor, members))
        narrower = sa.select(down.c.depth).where(
            _ticked(self, other, down.c.descendant, members),
            down.c.ancestor == up.c.ancestor,
            down.c.depth > 0,
        )
        if path[0] == "kept":
            found = found.where(~narrower.correlate_except(down, other).exists())
        return found.correlate_except(up, one)


def _ticked(row: RowResolver, side: sa.FromClause, node: Any, members: tuple[int, ...] | None) -> Any:
    if members is not None:
        return node.in_(members)
    return sa.and_(side.c.task == row.table.c.id, side.c.value == node)


class RowEnv:
    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row

    def value(self, path: tuple[str, ...]) -> Any:
        if not path:
            return self.row["id"]
        value = self.row[path[0]]
        if len(path) == 1:
            return value
        return None if value is None else next(a[path[1]] for a in AGENCIES if a["id"] == value)

    def user(self, path: tuple[str, ...]) -> Any:
        return USER[path]

    def today(self) -> date:
        return TODAY

    def now(self) -> datetime:
        return NOW

    def offset(self) -> int:
        return OFFSET

    def root(self, name: str) -> Any:
        return DIALOG

    def children(self, name: str) -> Iterator[RowEnv]:
        return (RowEnv(row) for row in self.row[name])

    def steps(self, root: str, path: tuple[str, ...], members: Any, node: int) -> int | None:
        ticks = set(members)
        if path[-1] == "kept":
            ticks -= {above for one in ticks for above in list(up(one))[1:]}
        return next((at for at, above in enumerate(up(node)) if above in ticks), None)


def up(node: int | None) -> Iterator[int]:
    while node is not None:
        yield node
        node = PARENTS.get(node)


AGENCIES = [
    {"id": 1, "name": "ab", "rank": 3},
    {"id": 2, "name": None, "rank": 7},
    {"id": 3, "name": "B", "rank": None},
]
