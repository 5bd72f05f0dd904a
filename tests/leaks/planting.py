"""Rows worth hiding: copies that hang elsewhere, and in every cell of text a mark that names the cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from fab_app.access.principal import system
from fab_app.runtime import belongs, searching
from fab_app.runtime.selection import acting
from fab_app.spec.manifest import Entity
from tests.leaks import numbers
from tests.projects import Site

MARKED = ("text", "longtext", "richtext", "serial")
PLAIN = ("kind", "code", "scope", "account", "login", "status", "tags")
MOST = 5
RUN, IMPORT = "base_job_run", "base_import"
"""Tables of the framework that hold marks too (``work.py``)."""
_MARK = re.compile(r"zq(\d+)x(\d+)x(\d+)z")


@dataclass(frozen=True, order=True)
class Cell:
    """A cell of a table, by the numbers in its mark."""

    table: int
    column: int
    id: int

    def __str__(self) -> str:
        return f"zq{self.table}x{self.column}x{self.id}z"


def marks(text: str) -> set[Cell]:
    """Every cell whose mark stands in an answer."""
    return {Cell(*map(int, found)) for found in _MARK.findall(text)}


def log_of(owner: str) -> str:
    """In whose name the changes of a table are marked that the log tells; the id is that of the entry."""
    return f"log of {owner}"


class Marks:
    """Which number means which table and column."""

    def __init__(self, site: Site) -> None:
        self.manifest, self.engine = site.world.manifest, site.engine
        self.owners = sorted({entity.owner for entity in self.manifest.entities.values()})
        self.tables = {owner: site.world.tables.of(owner).table for owner in self.owners}
        self.tables |= {name: site.world.tables.platform(name) for name in (RUN, IMPORT)}
        self.owners += [RUN, IMPORT]
        self.columns = {owner: [column.name for column in table.c] for owner, table in self.tables.items()}
        self.columns |= {log_of(owner): names for owner, names in self.columns.items()}
        self.owners += [log_of(owner) for owner in self.owners]

    @cached_property
    def numbers(self) -> dict[str, Cell]:
        """The cells of planted numbers; to be asked for after they were planted."""
        with self.engine.connect() as connection:
            found = numbers.planted(connection, self.manifest, self.tables)
            return {number: self.cell(*place) for number, place in found}

    def found(self, text: str) -> set[Cell]:
        """Every cell whose mark or number stands in an answer."""
        told = numbers.FOUND.findall(text)
        return marks(text) | {self.numbers[number] for number in told if number in self.numbers}

    def cell(self, owner: str, column: str, id_: int) -> Cell:
        return Cell(self.owners.index(owner), self.columns[owner].index(column), id_)

    def told(self, cell: Cell) -> str:
        owner = self.owners[cell.table]
        return f"{owner} {cell.id}.{self.columns[owner][cell.column]}"

    def marked(self, owner: str) -> list[str]:
        """The columns of a table that hold marks."""
        found: dict[str, None] = {}
        for entity in self.manifest.entities.values():
            if entity.owner == owner:
                for name in entity.stored:
                    if entity.fields[name].type in MARKED and entity.columns[name] not in PLAIN:
                        found[entity.columns[name]] = None
        return [name for name in found if _fits(self.tables[owner].c[name].type)]


def _fits(type_: Any) -> bool:
    return isinstance(type_, sa.String) and (type_.length is None or type_.length >= 15)


def plant(site: Site) -> None:
    """Copies of rows that hang on every other parent, owner and place; marks in all of them; files in their fields."""
    known = Marks(site)
    with site.engine.begin() as connection:
        for entity in sorted(site.world.manifest.entities.values(), key=lambda e: _depth(site, e, ())):
            if entity.portal != "base" and entity.owner not in ("base.user", "base.region"):
                _copies(site, connection, entity)
        _messages(site, connection)
        for owner in known.tables:
            _mark(connection, known, owner)
        numbers.plant_numbers(connection, known.manifest, known.tables)
        for entity in site.world.manifest.entities.values():
            _files(site, connection, entity)
    searching.refill(site.world, site.engine)
    session = site.here.session
    belongs.repair(
        site.world, lambda statement: session.execute(statement, execution_options=acting(system("test")))
    )
    session.commit()
    session.remove()


def _messages(site: Site, connection: sa.Connection) -> None:
    """One for each account, read already: the walk opens them."""
    user, message = (site.world.tables.of(f"base.{name}").table for name in ("user", "message"))
    now = site.world.clock.now()
    connection.execute(sa.update(message).values(read_at=now))
    for id_, portal in connection.execute(sa.select(user.c.id, user.c.portal)).all():
        row = {"uuid": str(uuid4()), "portal": portal, "receiver": id_, "read_at": now}
        connection.execute(sa.insert(message).values({**row, "created_at": now, "updated_at": now}))


def _depth(site: Site, entity: Entity, below: tuple[str, ...]) -> int:
    """How many references stand one above the other: what is referred to is copied first."""
    targets = [site.world.manifest.target(entity, name) for name in entity.stored]
    above = [
        target for target in targets if target is not None and target.owner not in (*below, entity.owner)
    ]
    return 1 + max((_depth(site, target, (*below, entity.owner)) for target in above), default=0)


def _copies(site: Site, connection: sa.Connection, entity: Entity) -> None:
    stored = site.world.tables.of(entity.key)
    table = stored.table
    here = [table.c.portal == entity.portal] if entity.shared else []
    here += [table.c[entity.columns[name]] == value for name, value in entity.spec.fixed.items()]
    if entity.owner == "base.role":
        here.append(table.c.builtin.is_not(True))
    row = connection.execute(sa.select(table).where(*here).order_by(table.c.id)).mappings().first()
    first = dict(row) if row is not None else _empty(site, entity)
    once = _once(site, entity)
    for column, key in _elsewhere(site, connection, entity, first):
        fixed = {name for name in once - {column} if not table.c[name].nullable}
        if fixed or (column in once and _stands(connection, table.c[column], key)):
            continue  # each of these is referred to by one row alone
        copy = {name: value for name, value in first.items() if name != "id"}
        copy |= {"uuid": str(uuid4()), **_unlike(site, entity, copy), column: key}
        given = {name: value for name, value in copy.items() if table.c[name].computed is None}
        made = connection.execute(sa.insert(table).values(given)).inserted_primary_key
        for side in stored.side.values():
            if made is not None and row is not None:
                _members(connection, side, int(row["id"]), int(made[0]))


def _once(site: Site, entity: Entity) -> set[str]:
    """References of which no two rows may have the same."""
    table, manifest = site.world.tables.of(entity.key).table, site.world.manifest
    refs = {entity.columns[name] for name in entity.stored if manifest.target(entity, name) is not None}
    unique = (
        {column.name for column in one.columns} - {"alive"}
        for one in (*table.constraints, *table.indexes)
        if isinstance(one, sa.UniqueConstraint) or getattr(one, "unique", False)
    )
    return refs & {name for names in unique if len(names) == 1 for name in names}


def _stands(connection: sa.Connection, column: sa.Column[Any], key: int) -> bool:
    return connection.execute(sa.select(column).where(column == key)).first() is not None


def _empty(site: Site, entity: Entity) -> dict[str, Any]:
    now = site.world.clock.now()
    row: dict[str, Any] = {"created_at": now, "updated_at": now, entity.version: 1}
    if entity.shared:
        row |= {
            "portal": entity.portal,
            **{entity.columns[name]: value for name, value in entity.spec.fixed.items()},
        }
    row |= {"name": "x", "builtin": False} if entity.owner == "base.role" else {}
    owner = site.world.manifest.entities[entity.owner]
    return {**row, **({"alive": 0} if owner.spec.soft_delete else {})}


def _unlike(site: Site, entity: Entity, row: dict[str, Any]) -> dict[str, Any]:
    """What must not stand twice is emptied; texts get their mark afterwards."""
    table, unique = site.world.tables.of(entity.key).table, set()
    for constraint in (*table.constraints, *table.indexes):
        if isinstance(constraint, sa.UniqueConstraint) or getattr(constraint, "unique", False):
            unique |= {column.name for column in constraint.columns}
    kept = {"uuid", "alive", "portal", "kind", "org"} | {c for c in row if c.endswith("_id")}
    texts = {name: f"x{uuid4().hex[:12]}" for name in unique - kept if _fits(table.c[name].type)}
    return {**{name: None for name in unique - kept if table.c[name].nullable}, **texts}


def _elsewhere(
    site: Site, connection: sa.Connection, entity: Entity, row: dict[str, Any]
) -> Iterator[tuple[str, int]]:
    """Each single reference of the row with keys that it could hold instead."""
    for name in entity.stored:
        target = site.world.manifest.target(entity, name)
        if target is None or name == "updated_by" or entity.fields[name].storage != "column":
            continue
        column, there = entity.columns[name], site.world.tables.of(target.key).table
        where = [there.c[target.columns[n]] == value for n, value in target.spec.fixed.items()]
        where += [there.c.portal == target.portal] if target.shared else []
        keys = connection.scalars(sa.select(there.c.id).where(*where).order_by(there.c.id).limit(20))
        for key in [key for key in keys if key != row.get(column)][:MOST]:
            yield column, key


def _members(connection: sa.Connection, side: sa.Table, old: int, new: int) -> None:
    rows = connection.execute(sa.select(side).where(side.c.owner_id == old)).mappings().all()
    if rows:
        connection.execute(sa.insert(side), [{**row, "owner_id": new} for row in rows])


def _mark(connection: sa.Connection, known: Marks, owner: str) -> None:
    table, names = known.tables[owner], known.marked(owner)
    if names:
        for id_ in list(connection.scalars(sa.select(table.c.id))):
            values = {name: str(known.cell(owner, name, id_)) for name in names}
            connection.execute(sa.update(table).where(table.c.id == id_).values(values))


def _files(site: Site, connection: sa.Connection, entity: Entity) -> None:
    """A file in each field that holds some, for every row; its name is a mark as well. Texts name their pictures."""
    known, files = Marks(site), site.world.tables.platform("base_file")
    sample = connection.execute(sa.select(files).limit(1)).mappings().first()
    names = [name for name, spec in entity.fields.items() if spec.uploads]
    if not names:
        return
    key = sample["key"] if sample is not None else site.world.blobs.put(b"%PDF-1.4\n%%EOF\n")
    connection.execute(sa.delete(files).where(files.c.portal == entity.portal, files.c.entity == entity.name))
    for id_ in list(connection.scalars(sa.select(known.tables[entity.owner].c.id))):
        for name in names:
            mark = known.cell(entity.owner, "id", id_)
            planted = _file(entity, name, id_, key, str(mark), site.world.clock.now())
            connection.execute(sa.insert(files).values(planted))
            if entity.fields[name].storage == "column":
                table, picture = known.tables[entity.owner], f'<img src="file/{planted["uuid"]}">'
                text = {entity.columns[name]: f"<p>{known.cell(entity.owner, name, id_)}</p>{picture}"}
                connection.execute(sa.update(table).where(table.c.id == id_).values(text))


def _file(entity: Entity, name: str, id_: int, key: str, mark: str, now: datetime) -> dict[str, Any]:
    where = {"portal": entity.portal, "entity": entity.name, "field": name, "record_id": id_, "position": 0}
    what = {"name": f"{mark}.pdf", "mime": "application/pdf", "size": 15, "sha256": "0" * 64, "key": key}
    return {"uuid": str(uuid4()), **where, **what, "created_at": now, "created_by": "0"}
