"""A record as expressions in Python see it: its values, and what its references lead to, read when asked for.

Rules see all rows (a limit or an overlap counts what its author cannot read); what they answer names none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from fab_app.access.covering import begin, links
from fab_app.access.principal import Principal
from fab_app.access.resolver import RowResolver, reference
from fab_app.expr import Env, Expr, closure
from fab_app.expr.nodes import OUTER
from fab_app.fields.computed import ComputedField
from fab_app.fields.ref import Ref, key_of
from fab_app.fields.rollup import RollupField
from fab_app.fields.table import TableField
from fab_app.fields.typed import rounded
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity

Fetch = Callable[..., Any]
"""Runs a statement as somebody, with its parameters where it has any."""


@lru_cache(maxsize=4096)
def compiled(expr: Expr) -> Callable[[Env], Any]:
    return closure(expr)


class RecordEnv:
    """``expr.Env`` of one record; ``values`` by field code, ``id`` None for one that is not stored yet."""

    def __init__(
        self,
        world: World,
        entity: Entity,
        values: Mapping[str, Any],
        principal: Principal,
        fetch: Fetch,
        id_: int | None = None,
    ) -> None:
        self.world = world
        self.entity = entity
        self.values = values
        self.principal = principal
        self.fetch = fetch
        self.id = id_
        self.outer: RecordEnv | None = None
        self._followed: dict[str, RecordEnv | None] = {}

    def run(self, expr: Expr) -> Any:
        return compiled(expr)(self)

    def holds(self, expr: Expr | None, otherwise: bool) -> bool:
        """Whether the expression is true; unknown is not true."""
        return otherwise if expr is None else self.run(expr) is True

    def value(self, path: tuple[str, ...]) -> Any:
        if not path:
            return self.id
        if len(path) == 1:
            return self._own(path[0])
        following = self._follow(path[0])
        return None if following is None else following.value(path[1:])

    def user(self, path: tuple[str, ...]) -> Any:
        return self.principal.value(tuple(path))

    def root(self, name: str) -> Any:
        portal = self.principal.portal or self.entity.portal
        return self.world.tables.settings.of(portal) if name == "setting" else {}

    def today(self) -> date:
        return self.world.clock.today(self.world.manifest.portals[self.entity.portal].spec.zone)

    def now(self) -> datetime:
        return self.world.clock.now()

    def offset(self) -> int:
        return self.world.clock.offset(self.world.manifest.portals[self.entity.portal].spec.zone)

    def steps(self, root: str, path: tuple[str, ...], members: Iterable[int], node: int) -> int | None:
        ticks, portal = tuple(members), self.principal.portal or self.entity.portal
        if not ticks:
            return None
        found = self.outer if root == OUTER and self.outer is not None else self.root(root)
        entity = begin(self.world.manifest, self.entity, root, found, portal)
        pairs = links(self.world.tables, entity, path, ticks)
        descendant, depth = pairs.selected_columns
        nearest = pairs.with_only_columns(sa.func.min(depth)).where(descendant == node)
        return None if (steps := self.fetch(nearest).scalar()) is None else int(steps)

    def children(self, name: str) -> Iterable[RecordEnv]:
        """The living child records; where rows were typed with this record, those, over what stands of them."""
        child, by = self._child(name)
        typed = self._typed(child, by)
        if typed is None:
            return self._standing(name)
        standing = {row.id: row.values for row in self._standing(name)}
        return [
            self._inner(child, {**standing.get(key_of(row.get("id")), {}), **_judged(child, row)}, None)
            for row in typed
            if isinstance(row, Mapping)
        ]

    def _typed(self, child: Entity, by: str) -> Iterable[Any] | None:
        """What was typed into the table of these rows, whatever they are called; None where nothing was."""
        manifest, portal = self.world.manifest, self.entity.portal
        tables = ((name, f) for name, f in self.entity.fields.items() if isinstance(f, TableField))
        same = (name for name, f in tables if f.by == by and manifest.entity(portal, f.of) is child)
        return next((self.values[name] or () for name in same if name in self.values), None)

    def _standing(self, name: str) -> list[RecordEnv]:
        if self.id is None:
            return []
        child, by = self._child(name)
        stored = self.world.stored(child)
        where = [stored.column(by) == self.id, *([stored.table.c.alive == 0] if stored.soft else [])]
        rows = self.fetch(sa.select(stored.table).where(*where)).mappings().all()
        return [self._inner(child, from_row(child, row), row["id"]) for row in rows]

    def _inner(self, child: Entity, values: Mapping[str, Any], id_: int | None) -> RecordEnv:
        inner = RecordEnv(self.world, child, values, self.principal, self.fetch, id_)
        inner.outer = self
        return inner

    def _child(self, name: str) -> tuple[Entity, str]:
        spec = self.entity.fields.get(name)
        child = self.world.manifest.entity(self.entity.portal, str(getattr(spec, "of", name)))
        assert child is not None
        return child, getattr(spec, "by", None) or reference(self.world.tables, child, self.entity)

    def _own(self, name: str) -> Any:
        if name in self.entity.in_row:
            value = self.values.get(name)
            return value.id if value.__class__ is Ref else value
        field = self.entity.fields.get(name)
        if isinstance(field, ComputedField) and field.storage == "none":
            value = self.run(field.value)
            return rounded(value, field.field_type().scale) if isinstance(value, Decimal) else value
        if isinstance(field, RollupField):
            return self._rolled_up(name)
        if name not in self.values and field is not None and field.storage == "side" and self.id is not None:
            side = self.world.stored(self.entity).side[name]
            return tuple(self.fetch(sa.select(side.c.value).where(side.c.owner_id == self.id)).scalars())
        if name not in self.values and field is not None and field.storage == "file" and self.id is not None:
            return self._file_ids(name)
        value = self.values.get(name)
        return value.id if isinstance(value, Ref) else value

    def _file_ids(self, name: str) -> tuple[int, ...]:
        files = self.world.tables.platform("base_file")
        here = (
            files.c.portal == self.entity.portal,
            files.c.entity == self.entity.name,
            files.c.field == name,
        )
        return tuple(self.fetch(sa.select(files.c.id).where(*here, files.c.record_id == self.id)).scalars())

    def _rolled_up(self, name: str) -> Any:
        if self.id is None:
            return None
        row = self.world.stored(self.entity).table.alias()
        resolver = RowResolver(self.world.tables, self.entity.key, row, self.principal, self.world.clock)
        return self.fetch(sa.select(resolver.field(name)).where(row.c.id == self.id)).scalar()

    def _follow(self, name: str) -> RecordEnv | None:
        if name not in self._followed:
            key, target = self.value((name,)), self.world.manifest.target(self.entity, name)
            self._followed[name] = None if key is None or target is None else self.load(target, key)
        return self._followed[name]

    def hang(self, name: str, on: RecordEnv) -> None:
        """The reference leads to a record that is not stored yet: the form in which this one is a row."""
        self._followed[name] = on

    def load(self, target: Entity, key: int) -> RecordEnv | None:
        table = self.world.stored(target).table
        row = self.fetch(sa.select(table).where(table.c.id == key)).mappings().first()
        if row is None:
            return None
        return RecordEnv(self.world, target, from_row(target, row), self.principal, self.fetch, key)


class MoveEnv(RecordEnv):
    """A record that is moved: ``dialog.…`` are the answers, ``before.…`` what it was, ``each.…`` another record."""

    dialog: Mapping[str, Any] = MappingProxyType({})
    each: RecordEnv | None = None
    before: RecordEnv | None = None

    def root(self, name: str) -> Any:
        if name == "setting":
            return super().root(name)
        if name == "dialog":
            return RecordEnv(self.world, self.entity, self.dialog, self.principal, self.fetch)
        found = self.each if name == "each" else self.before
        return found if found is not None else {}


def _judged(entity: Entity, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a typed row; one that cannot be read is empty here, and told by its own judge."""
    values: dict[str, Any] = {}
    for name, item in raw.items():
        if name in entity.fields and name != "id":
            try:
                values[name] = entity.fields[name].parse(item)
            except ValueError:
                values[name] = None
    return values


def from_row(entity: Entity, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Values by field code from a row of the entity's table."""
    values = {name: row[entity.columns[name]] for name in entity.stored if entity.columns[name] in row}
    return {**values, "id": row["id"]}
