"""Demo rows through the one door: references by handle, dates relative to today, files from a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fab_app.access.principal import Principal, system
from fab_app.config import Settings
from fab_app.core.problems import BrokenDefinitions, Problem, Refused
from fab_app.core.source import Document
from fab_app.expr import parse
from fab_app.fields.password import hashed_once
from fab_app.fields.table import TableField
from fab_app.runtime.copies import copied, copy
from fab_app.runtime.env import MoveEnv, RecordEnv, from_row
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.selection import acting
from fab_app.runtime.timers import stand
from fab_app.runtime.uploads import take_upload
from fab_app.runtime.world import World
from fab_app.runtime.writing import Writer
from fab_app.spec import seeding
from fab_app.spec.manifest import BASE, Entity
from fab_app.store.engine import WRITING
from fab_app.store.files import File, Slot

_LOADED = "seeds_loaded"
ADMIN = "admin"
ADMIN_PASSWORD = "Demo@2024x"  # noqa: S105 - the contract's demo password; production refuses demo accounts


def load_demo(world: World, session: AnySession, settings: Settings) -> None:
    """The platform's administrator and the seeds of every portal, once per database and portal."""
    session.rollback()
    session.connection(execution_options=WRITING)
    table = world.tables.platform("base_setting")
    kept = session.execute(sa.select(table.c.value).where(table.c.name == _LOADED)).scalar() or ""
    loaded = set(filter(None, kept.split(",")))
    wanted = {portal for portal in world.manifest.portals if portal not in loaded}
    if not wanted:
        session.rollback()
        return
    if BASE in wanted and not _has_admin(world, session):
        create_admin(world, session, ADMIN_PASSWORD, must_change=False)
    for portal in sorted(wanted):
        Loader(world, session, settings.home, portal).load()
    session.execute(sa.delete(table).where(table.c.name == _LOADED))
    session.execute(sa.insert(table).values(name=_LOADED, value=",".join(sorted(loaded | wanted))))
    session.commit()


def _has_admin(world: World, session: AnySession) -> bool:
    """``run.py create-admin`` may have come before the first start."""
    user = world.tables.of(f"{BASE}.user").table
    found = sa.select(user.c.id).where(user.c.account == ADMIN)
    return session.execute(found, execution_options=acting(system("setup"))).first() is not None


def create_admin(world: World, session: AnySession, password: str, must_change: bool) -> int:
    """The account ``admin`` that belongs to all portals. Raises Refused where it exists."""
    writer = Writer(world, session, system("setup"), trusted=True)
    user = world.manifest.entities[f"{BASE}.user"]
    values = {
        "account": ADMIN,
        "name": "平台管理员",
        "kind": "platform",
        "password": password,
        "must_change": must_change,
    }
    return writer.create(user, values)


_parsed = lru_cache(maxsize=4096)(parse)
"""The rows that `_times` makes of one are written in the same few expressions."""


class Loader:
    """Loads the seed documents of one portal in the order of their file names."""

    def __init__(self, world: World, session: AnySession, home: Path, portal: str) -> None:
        self.world = world
        self.session = session
        self.portal = portal
        self.files = home / "seeds" / portal / "files"
        self.handles: dict[str, int] = {}
        self.principals: dict[str, Principal] = {}
        self.uploads: dict[str, File] = {}
        self.each: RecordEnv | None = None

    def load(self) -> None:
        self._roles()
        with hashed_once():
            self._documents()
        stand(Writer(self.world, self.session, system("seeds"), trusted=True), self.portal)

    def _documents(self) -> None:
        for document in self.world.manifest.seeds:
            if document.path.split("/")[-2] == self.portal:
                self._document(document)

    def _roles(self) -> None:
        table = self.world.tables.of(f"{BASE}.role").table
        statement = sa.select(table.c.code, table.c.id).where(table.c.portal == self.portal, table.c.builtin)
        rows = self.session.execute(statement, execution_options=acting(system("seeds")))
        self.handles |= {f"role.{code}": key for code, key in rows}

    def _document(self, document: Document) -> None:
        for name, rows in (document.data or {}).items():
            entity = self.world.manifest.entity(self.portal, name)
            if entity is None:
                raise BrokenDefinitions(
                    [Problem("seed.E001", f"there is no entity '{name}'", document.at(name))]
                )
            for index, written in enumerate(rows):
                for row in seeding.rows(written):
                    for one in self._standing_for(row):
                        self.each = one
                        self._row(document, entity, name, index, row)

    def _standing_for(self, row: Mapping[str, Any]) -> Iterator[RecordEnv | None]:
        """The records, as they stand before the first of its rows, that the row is written for each of."""
        if seeding.EACH not in row:
            yield None
            return
        source = self.world.manifest.entity(self.portal, str(row[seeding.EACH]))
        assert source is not None
        table = self.world.stored(source).table
        found = self._fetch(sa.select(table).order_by(table.c.id)).mappings().all()
        holds = _parsed(str(row[seeding.WHERE])) if seeding.WHERE in row else None
        for one in found:
            values = from_row(source, one)
            env = RecordEnv(self.world, source, values, system("seeds"), self._fetch, one["id"])
            if holds is None or env.holds(holds, False):
                yield env

    def _row(self, document: Document, entity: Entity, name: str, index: int, row: Mapping[str, Any]) -> None:
        try:
            who = self.principals[str(row["_by"]).lstrip("@")] if "_by" in row else system("seeds")
            values = {
                key: self._value(entity, key, raw, who) for key, raw in row.items() if not key.startswith("_")
            }
            more: dict[str, Any] = {}
            if entity.portal == BASE and self.portal != BASE:
                more["portal"] = self.portal  # a portal's seeds make no account of the platform's own
            if "_at" in row:
                moment = self._value(entity, "", row["_at"], who)
                more |= {"created_at": moment, "updated_at": moment}
            writer = Writer(self.world, self.session, who, trusted=True)
            if self.each is not None:
                values = copied(writer, entity, values)
            id_ = self._written(writer, entity, row, values, more)
        except (Refused, LookupError, ValueError) as error:
            told = error.errors if isinstance(error, Refused) else error
            problem = Problem("seed.E002", f"row {index + 1} of {name}: {told}", document.at(name, index))
            raise BrokenDefinitions([problem]) from error
        if "_key" in row:
            self.handles[str(row["_key"])] = id_
            self._remember(entity, str(row["_key"]), id_)
        self._remember_children(entity, row, id_)

    def _written(
        self,
        writer: Writer,
        entity: Entity,
        row: Mapping[str, Any],
        values: dict[str, Any],
        more: dict[str, Any],
    ) -> int:
        """The key of the row, which is a new one or one above that is changed."""
        if seeding.OF not in row:
            return writer.create(entity, values, more)
        id_ = self.handles[str(row[seeding.OF]).lstrip("@")]
        writer.change(entity, id_, values)
        return id_

    def _remember_children(self, entity: Entity, row: Mapping[str, Any], id_: int) -> None:
        """The handles of the rows of its tables, which were made in their order."""
        for name, rows in row.items():
            field = entity.fields.get(name)
            keys = [child.get("_key") for child in rows] if isinstance(field, TableField) else []
            child = self.world.manifest.entity(entity.portal, field.of) if any(keys) else None  # type: ignore[union-attr]
            if child is not None and isinstance(field, TableField):
                table = self.world.stored(child).table
                of_row = table.c[child.columns[field.by]] == id_
                ids = self._fetch(sa.select(table.c.id).where(of_row).order_by(table.c.id)).scalars()
                self.handles |= {str(key): made for key, made in zip(keys, ids, strict=True) if key}

    def _remember(self, entity: Entity, handle: str, id_: int) -> None:
        """An account may be named as the one who made later rows."""
        if entity.owner == f"{BASE}.user":
            self.principals[handle] = Principal(subject=id_, account=handle, channel="job", everything=True)

    def _value(self, entity: Entity, name: str, raw: Any, who: Principal) -> Any:
        if isinstance(raw, list):
            return [self._value(entity, name, item, who) for item in raw]
        if isinstance(raw, dict) and set(raw) == {"file"}:
            return self._file(entity, name, str(raw["file"]), who)
        if seeding.sampled(raw):
            return seeding.sample(entity.fields[name], raw)
        if isinstance(raw, dict):
            inner = self._inner(entity, name)
            made = {"created_at": self._value(inner, "", raw["_at"], who)} if "_at" in raw else {}
            named = {key: item for key, item in raw.items() if not key.startswith("_")}
            return {**made, **{key: self._value(inner, key, item, who) for key, item in named.items()}}
        if isinstance(raw, str) and raw.startswith("@"):
            return self.handles[raw[1:]]
        if isinstance(raw, str) and raw.startswith("= "):
            env = MoveEnv(self.world, entity, {}, who, self._fetch)
            env.each = self.each
            value = env.run(_parsed(raw[2:]))
            return list(value) if isinstance(value, tuple) else value
        return raw

    def _inner(self, entity: Entity, name: str) -> Entity:
        """Of a table field the entity of its rows, whose own files they have."""
        field = entity.fields.get(name)
        found = self.world.manifest.entity(entity.portal, field.of) if isinstance(field, TableField) else None
        return found or entity

    def _file(self, entity: Entity, field: str, name: str, who: Principal) -> int:
        path = (self.files / name).resolve()
        if not path.is_relative_to(self.files.resolve()):
            raise LookupError(f"{name} is outside the portal's files")
        content = path.read_bytes()
        if name not in self.uploads:
            made = take_upload(self.world, self.session, who, entity, field, path.name, content)
            self.uploads[name] = made
            return made.id
        entity.fields[field].accept(path.name, content)  # type: ignore[attr-defined]
        writer = Writer(self.world, self.session, who, trusted=True)
        return copy(writer, Slot(entity.portal, entity.name, field), self.uploads[name]).id

    def _fetch(self, statement: Any) -> Any:
        return self.session.execute(statement, execution_options=acting(system("seeds")))
