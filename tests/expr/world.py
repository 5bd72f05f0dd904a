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
    ("boss",): None,
    ("none",): [],
}
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
    "dialog": {"note": FieldType(Kind.text), "agency": FieldType(Kind.ref, "agency")},
}


class World:
    """The `Types` of the world."""

    def field(self, entity: str, name: str) -> FieldType | None:
        return FIELDS.get(entity, {}).get(name)

    def names(self, entity: str) -> Iterable[str]:
        return FIELDS.get(entity, {})

    def user(self, name: str) -> FieldType | None:
        known = {"org": FieldType(Kind.ref, "org"), "regions": FieldType(Kind.many, "region")}
        return {**known, "boss": FieldType(Kind.ref, "user"), "none": FieldType(Kind.many, "region")}.get(
            name
        )


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
tree = sa.Table("region_tree", meta, sa.Column("ancestor", sa.Integer), sa.Column("descendant", sa.Integer))


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
        return {"note": "b", "agency": 1}

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
        return {"note": "b", "agency": 1}

    def children(self, name: str) -> Iterator[RowEnv]:
        return (RowEnv(row) for row in self.row[name])

    def below(self, node: int | None, ancestor: Any) -> bool | None:
        if node is None:
            return None
        above = ancestor if isinstance(ancestor, list) else [ancestor]
        return bool({*up(node)} & {*above})


def up(node: int | None) -> Iterator[int]:
    while node is not None:
        yield node
        node = PARENTS[node]


AGENCIES = [
    {"id": 1, "name": "ab", "rank": 3},
    {"id": 2, "name": None, "rank": 7},
    {"id": 3, "name": "B", "rank": None},
]
