"""Names in expressions to columns: the SQL face of an entity's row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.access.covering import begin, links
from fab_app.access.joins import Joins
from fab_app.access.principal import Principal
from fab_app.expr import ANY, FieldType, Kind, sql
from fab_app.fields.computed import ComputedField
from fab_app.fields.rollup import RollupField
from fab_app.spec.manifest import Entity
from fab_app.spec.typing import ManifestTypes
from fab_app.store.tables import Tables


class Clock(Protocol):
    """The application's time: ``now`` is naive UTC, ``today`` the date in a portal's zone."""

    def now(self) -> datetime: ...

    def exact(self) -> datetime: ...

    def today(self, zone: str = ...) -> date: ...

    def offset(self, zone: str) -> int:
        """Minutes that the zone lies east of UTC now."""
        ...


@dataclass(frozen=True)
class RowResolver:
    """``expr.Resolver`` for one row source: the entity's table or an alias of it.

    With ``joins`` the rows that are referred to are joined to the statement; without, each is a subquery.
    """

    tables: Tables
    key: str
    row: sa.FromClause
    principal: Principal
    clock: Clock
    joins: Joins | None = None

    @property
    def entity(self) -> Entity:
        return self.tables.of(self.key).entity

    def type(self, path: Sequence[str]) -> FieldType:
        key = self.key
        if not path:
            return FieldType(Kind.ref, target=key)
        types = ManifestTypes(self.tables.manifest)
        for step in tuple(path)[:-1]:
            key = (types.field(key, step) or FieldType(Kind.text)).target
        return types.field(key, path[-1]) or FieldType(Kind.text)

    def column(self, path: Sequence[str]) -> ColumnElement[Any]:
        """A stored column, a computed one, or what references lead to."""
        path = tuple(path)
        if not path:
            return self.row.c.id
        kept = self._kept(path)
        if kept is not None:
            return kept
        if len(path) == 1:
            return self.field(path[0])
        target = self.tables.manifest.target(self.entity, path[0])
        if target is None:
            raise LookupError(f"{self.key}: {'.'.join(path)}")
        table, held = self.tables.of(target.key).table, self.field(path[0])
        if self.joins is not None:
            return replace(self, key=target.key, row=self.joins.parent(held, table)).column(path[1:])
        row = table.alias()
        value = replace(self, key=target.key, row=row).column(path[1:])
        return sa.select(value).where(row.c.id == held).correlate(self.row).scalar_subquery()

    def field(self, name: str) -> ColumnElement[Any]:
        entity = self.entity
        spec = entity.fields.get(name)
        if spec is None:
            return self.row.c[name]
        if isinstance(spec, ComputedField) and spec.storage == "none":
            type_ = spec.field_type()
            return sql(spec.value, self, type_.scale if type_.kind is Kind.decimal else None)
        if isinstance(spec, RollupField):
            return self._rollup(spec)
        return self.row.c[entity.columns[name]]

    def user(self, path: Sequence[str]) -> Any:
        return self.principal.value(tuple(path))

    def root(self, name: str) -> Any:
        """``setting.…`` of the person's portal, else of the entity's."""
        portal = self.principal.portal or self.entity.portal
        return self.tables.settings.of(portal) if name == "setting" else {}

    def today(self) -> date:
        return self.clock.today(self.zone)

    def now(self) -> datetime:
        return self.clock.now()

    def offset(self) -> int:
        return self.clock.offset(self.zone)

    @property
    def zone(self) -> str:
        return self.tables.manifest.portals[self.entity.portal].spec.zone

    def member(self, path: Sequence[str], value: Any) -> ColumnElement[bool]:
        """Whether a many-valued field of this row (or of a row it refers to) holds the value, or one of them."""
        path = tuple(path)
        owner_id: Any = self.row.c.id if len(path) == 1 else self.column(path[:-1])
        found = self.tables.manifest.walk(self.entity, path)
        assert found is not None
        if found[1].storage == "file":
            return self._attached(found[0], path[-1], owner_id)
        side = self.tables.of(found[0].key).side[path[-1]].alias()
        holds = (
            []
            if value is ANY
            else [side.c.value.in_(value) if isinstance(value, tuple) else side.c.value == value]
        )
        return sa.exists().where(side.c.owner_id == owner_id, *holds)

    def _attached(self, entity: Entity, name: str, owner_id: Any) -> ColumnElement[bool]:
        """Whether the record holds a file in this field."""
        files = self.tables.platform("base_file").alias()
        here = (files.c.portal == entity.portal, files.c.entity == entity.name, files.c.field == name)
        return sa.exists().where(files.c.record_id == owner_id, *here)

    def children(self, name: str) -> tuple[sa.FromClause, ColumnElement[bool], RowResolver]:
        child_key, by = self.child(name)
        row = self.tables.of(child_key).table.alias()
        inner = RowResolver(self.tables, child_key, row, self.principal, self.clock)
        on = [inner.row.c[inner.entity.columns[by]] == self.row.c.id]
        if self.tables.of(child_key).soft:
            on.append(row.c.alive == 0)
        return row, sa.and_(*on), inner

    def child(self, name: str) -> tuple[str, str]:
        """The child entity and its reference to this one that ``name`` means: a table field or an entity."""
        spec = self.entity.fields.get(name)
        wanted, by = (
            (getattr(spec, "of", name), getattr(spec, "by", None)) if spec is not None else (name, None)
        )
        child = self.tables.manifest.entity(self.entity.portal, wanted)
        assert child is not None
        return child.key, by or reference(self.tables, child, self.entity)

    def below(self, path: Sequence[str], ancestor: Any) -> ColumnElement[bool]:
        found = self.tables.manifest.walk(self.entity, tuple(path))
        target = self.tables.manifest.target(*_last(found, path)) if found else None
        closure = self.tables.of(target.key).closure if target else None
        if closure is None:
            raise LookupError(f"{self.key}: {'.'.join(path)} is no tree")
        above = (
            closure.c.ancestor.in_(ancestor)
            if isinstance(ancestor, tuple)
            else closure.c.ancestor == ancestor
        )
        return self.column(path).in_(sa.select(closure.c.descendant).where(above))

    def links(self, root: str, path: Sequence[str], members: tuple[int, ...] | None) -> sa.Select[Any]:
        path = tuple(path)
        if members is not None:
            portal = self.principal.portal or self.entity.portal
            entity = begin(self.tables.manifest, self.entity, root, self.root(root), portal)
            return links(self.tables, entity, path, members)
        owner_id = self.row.c.id if len(path) == 1 else self.column(path[:-1])
        return links(self.tables, self.entity, path, owner_id)

    def _kept(self, path: tuple[str, ...]) -> ColumnElement[Any] | None:
        """The kept column of ``belongs`` where its path is the one asked for."""
        if len(path) < 2:
            return None
        dotted = ".".join(path)
        for axis, written in self.entity.spec.belongs.items():
            if written == dotted:
                return self.row.c[f"b_{axis}"]
        return None

    def _rollup(self, spec: RollupField) -> ColumnElement[Any]:
        child = self.tables.manifest.entity(self.entity.portal, spec.of)
        assert child is not None
        row = self.tables.of(child.key).table.alias()
        inner = RowResolver(self.tables, child.key, row, self.principal, self.clock)
        by = spec.by or reference(self.tables, child, self.entity)
        conditions = [self._refers(child, by, row)]
        if self.tables.of(child.key).soft:
            conditions.append(row.c.alive == 0)
        if spec.where is not None:
            conditions.append(sql(spec.where, inner))
        measure: ColumnElement[Any] = sa.func.count()
        if spec.measure != "count" and spec.field is not None:
            measure = getattr(sa.func, spec.measure)(inner.column((spec.field,)))
        return sa.select(measure).select_from(row).where(*conditions).correlate(self.row).scalar_subquery()

    def _refers(self, child: Entity, by: str, row: sa.FromClause) -> ColumnElement[bool]:
        """Whether the child refers to this row, by one reference or by one of several."""
        side = self.tables.of(child.key).side.get(by)
        if side is None:
            refers: ColumnElement[bool] = row.c[child.columns[by]] == self.row.c.id
            return refers
        one = side.alias()
        owners = sa.select(one.c.owner_id).where(one.c.value == self.row.c.id)
        return row.c.id.in_(owners.correlate(self.row))


def _last(found: tuple[Entity, Any], path: Sequence[str]) -> tuple[Entity, str]:
    return found[0], path[-1]


def reference(tables: Tables, child: Entity, parent: Entity) -> str:
    """The first field of ``child`` that refers to ``parent``."""
    return next(name for entity, name in tables.manifest.referring(parent) if entity.key == child.key)
