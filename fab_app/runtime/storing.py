"""What every write stands on: columns of a row, serial numbers, what the database refused and why."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import scoped_session

from fab_app.access.principal import Principal
from fab_app.access.rows import RowAccess
from fab_app.core.words import about, locale, say
from fab_app.fields.base import EMPTY
from fab_app.fields.computed import ComputedField
from fab_app.runtime import belongs, people
from fab_app.runtime.env import RecordEnv
from fab_app.runtime.judging import Conflict, Duplicate, Errors
from fab_app.runtime.plans import Watched, scope_of
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.selection import acting
from fab_app.runtime.views import own_name
from fab_app.runtime.world import World
from fab_app.spec.login import SetBy
from fab_app.spec.manifest import SYSTEM, Entity, Manifest
from fab_app.store.numbers import next_number
from fab_app.store.tables import Stored

T = TypeVar("T", bound=sa.Executable)


@dataclass(frozen=True)
class Storer:
    """``trusted``: seeds and the system may also set what people may not.

    ``within``: of child rows their reference to the parent, by whose right they are written.
    ``act``: what a password that is set now was set by.
    ``lacking``: required fields that new records may lack.
    ``unsigned``: whoever changes a record now is not told in it.
    ``lone``: an organisation is made without its first account, which its maker makes.
    """

    world: World
    session: AnySession
    principal: Principal
    trusted: bool = False
    within: str = ""
    act: SetBy = "edit"
    lacking: frozenset[str] = frozenset()
    lone: bool = False
    unsigned: bool = False

    @property
    def access(self) -> RowAccess:
        return self.world.access(self.principal)

    def _columns(self, entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            entity.columns[name]: entity.fields[name].keep(value)
            for name, value in values.items()
            if entity.fields[name].storage == "column" and (name not in SYSTEM or self.trusted)
        }

    def new_row(
        self, entity: Entity, values: dict[str, Any], env: RecordEnv, system: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The columns of a record that is to be inserted."""
        now = self.world.clock.now()
        values |= self._derived(entity, env, None)
        row = self._columns(entity, values)
        maker = system.get("created_by", self.principal.subject or None)
        made = self.env(entity, {**env.values, "created_by": maker}, None)
        row |= {
            "uuid": str(uuid4()),
            "created_at": values.get("created_at", now),
            "created_by": self.principal.subject or None,
            "updated_at": values.get("created_at", now),
            "updated_by": self.principal.subject or None,
            **system,
            **belongs.values_of(entity, made),
        }
        row.update(people.columns(self, entity, values, None))
        if entity.shared:
            row["portal"] = entity.portal
        return row

    def _derived(self, entity: Entity, env: RecordEnv, id_: int | None) -> dict[str, Any]:
        """What follows from the rest of the record: stored computed fields, the roles of an account."""
        found = {
            name: None if (value := env.run(field.value)) is None else field.parse(value)
            for name, field in entity.fields.items()
            if isinstance(field, ComputedField) and field.stored
        }
        return found | people.derived(self, entity, env, id_)

    def _numbers(self, entity: Entity, values: dict[str, Any], made: datetime | None = None) -> None:
        """The next number of each series; of a row that was ``made`` then, of that day's."""
        for name, field in entity.fields.items():
            if field.type == "serial" and values.get(name) in EMPTY:
                zone = self.world.manifest.portals[entity.portal].spec.zone
                minutes = timedelta(minutes=self.world.clock.offset(zone))
                today = self.world.clock.today(zone) if made is None else (made + minutes).date()
                scope = f"{entity.table}.{entity.columns[name]}:{field.period(today)}"  # type: ignore[attr-defined]
                number = self._number(scope, gapless=field.gapless)  # type: ignore[attr-defined]
                values[name] = field.render(today, number)  # type: ignore[attr-defined]

    def _number(self, scope: str, gapless: bool) -> int:
        """Within this transaction where none may be missing; else in one of its own, so that nobody waits for this one.

        SQLite has one writer at a time and takes the number here in any case.
        """
        connection = self.session.connection()
        if gapless or connection.dialect.name == "sqlite":
            return next_number(connection, scope)
        with connection.engine.begin() as apart:
            return next_number(apart, scope)

    def _guarded(
        self,
        entity: Entity,
        statement: sa.Executable,
        row: Mapping[str, Any],
        values: Mapping[str, Any],
        id_: int | None,
    ) -> Any:
        try:
            return self.fetch(statement, row)
        except IntegrityError as error:
            undo(self.session)
            errors = self._duplicates(entity, values, id_)
            if not errors:
                raise Conflict(say("Someone just changed what this record refers to")) from error
            raise Duplicate(next(iter(errors.values()))[0], errors) from error

    def _duplicates(self, entity: Entity, values: Mapping[str, Any], id_: int | None) -> Errors:
        """Which unique field stands already; looked up only after the database refused."""
        errors: Errors = {}
        stored = self.world.stored(entity)
        table = stored.table
        for names in unique_sets(entity, self.world.manifest):
            columns = [(entity.columns[name], values.get(name)) for name in names if name in entity.columns]
            if any(value is None for _, value in columns):
                continue
            where = [table.c[column] == value for column, value in columns]
            where += [table.c.id != id_] if id_ is not None else []
            where += [table.c.alive == 0] if stored.soft else []
            where += [table.c.portal == entity.portal] if entity.shared else []
            where += of_kind(stored, names)
            if self.fetch(sa.select(table.c.id).where(*where)).first() is not None:
                at = next((name for name in names if name not in entity.spec.fixed), names[0])
                errors[at] = [taken(entity, at)]
        errors |= people.duplicates(self.world, self.fetch, entity, values, id_)
        return errors

    def _kept(self, entity: Entity, question: Hashable, build: Callable[[Storer], T]) -> T:
        """A statement of this principal on the entity, built once for all who have the same rows this day."""
        world, zone = self.world, self.world.manifest.portals[entity.portal].spec.zone
        day = (world.clock.today(zone), world.clock.offset(zone))
        key = ("write", entity.key, question, scope_of(self.principal), day)

        def built() -> tuple[T, bool]:
            clock = Watched(world.clock)
            statement = build(replace(self, world=replace(world, clock=clock)))
            return statement, not clock.asked

        return world.plans.get(key, built)

    def _looking(self, entity: Entity, action: str) -> sa.Select[Any]:
        stored = self.world.stored(entity)
        table = stored.table
        rows = sa.and_(sa.true(), *self.access.standing(stored, table))
        predicate = rows if self.within else self.access.predicate(entity.key, action, table)
        return sa.select(table).where(table.c.id == sa.bindparam("row_id"), predicate)

    def _granted(self, entity: Entity, action: str) -> sa.Select[Any]:
        table = self.world.stored(entity).table
        predicate = self.access.granted(entity.key, action, table)
        return sa.select(table.c.id).where(table.c.id == sa.bindparam("row_id"), predicate)

    def _updating(self, entity: Entity) -> sa.Update:
        """Of the row as it was seen; its columns come with the values."""
        table = self.world.stored(entity).table
        as_seen = table.c[entity.version] == sa.bindparam("row_version")
        return sa.update(table).where(table.c.id == sa.bindparam("row_id"), as_seen)

    def env(self, entity: Entity, values: Mapping[str, Any], id_: int | None) -> RecordEnv:
        return RecordEnv(self.world, entity, values, self.principal, self.fetch, id_)

    def fetch(
        self,
        statement: sa.Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> Any:
        return self.session.execute(statement, parameters, execution_options=acting(self.principal))


def undo(session: AnySession) -> None:
    """Takes back what the database refused: the savepoint that one stands in, else the transaction."""
    own = session() if isinstance(session, scoped_session) else session
    (own.get_nested_transaction() or own).rollback()


def taken(entity: Entity, name: str) -> str:
    """What is said of a value that must stand once and stands already."""
    field = entity.fields[name]
    if field.taken is not None:
        return field.taken.of(locale.get())
    return about(field.label.of(locale.get()), say("already exists"))


def of_kind(stored: Stored, names: tuple[str, ...]) -> list[sa.ColumnElement[bool]]:
    """What a unique set that a view says itself is limited to: the rows of its kind."""
    spec, columns = stored.entity.spec, stored.entity.columns
    own = names in spec.unique or (names[0] in spec.fields and bool(spec.fields[names[0]].unique))
    return [stored.table.c[columns[name]] == value for name, value in spec.fixed.items()] if own else []


def unique_sets(entity: Entity, manifest: Manifest) -> list[tuple[str, ...]]:
    """The fields that no two living records have alike, together; of a view those of the shared entity too."""
    sets = [tuple(names) for names in entity.spec.unique]
    if entity.shared:
        owner = manifest.entities[entity.owner]
        sets += [tuple(own_name(entity, name) for name in names) for names in owner.spec.unique]
    for name, field in entity.fields.items():
        if field.storage == "column" and field.unique:
            sets.append((name, *(field.unique if isinstance(field.unique, tuple) else ())))
    return sets
