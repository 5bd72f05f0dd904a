"""Every row, read whole, and what the expression language finds in one of them: no predicate, no kept column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from fab_app.expr import closure
from fab_app.fields.computed import ComputedField
from fab_app.fields.covered import CoveredField
from fab_app.fields.rollup import RollupField
from fab_app.spec.manifest import Entity, Manifest
from tests.projects import Site


@dataclass(frozen=True)
class Person:
    """Who acts, from the rows of his account alone."""

    id: int
    account: str
    portal: str
    roles: tuple[str, ...]
    values: Mapping[str, Any]


@dataclass
class Rows:
    """Every row of every table, by the table's owner and the row's id."""

    site: Site
    tables: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    sides: dict[tuple[str, str], dict[int, tuple[Any, ...]]] = field(default_factory=dict)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    imports: list[dict[str, Any]] = field(default_factory=list)

    @property
    def manifest(self) -> Manifest:
        return self.site.world.manifest

    def read(self) -> Rows:
        with self.site.engine.connect() as connection:
            for key, entity in self.manifest.entities.items():
                stored = self.site.world.tables.of(key)
                found = connection.execute(sa.select(stored.table)).mappings()
                self.tables[entity.owner] = {row["id"]: dict(row) for row in found}
                for name, side in stored.side.items():
                    members: dict[int, tuple[Any, ...]] = defaultdict(tuple)
                    for row in connection.execute(sa.select(side).order_by(side.c.position)).mappings():
                        members[row["owner_id"]] += (row["value"],)
                    self.sides[key, name] = members
        self.tasks = self.site.platform("base_task")
        self.runs, self.imports = (self.site.platform(name) for name in ("base_job_run", "base_import"))
        return self

    def of(self, entity: Entity) -> dict[int, dict[str, Any]]:
        """The rows that are the entity's at all: living, of its portal, of its kind."""
        return {id_: row for id_, row in self.tables[entity.owner].items() if self._stands(entity, row)}

    def _stands(self, entity: Entity, row: Mapping[str, Any]) -> bool:
        soft = self.manifest.entities[entity.owner].spec.soft_delete
        fixed = all(row[entity.columns[name]] == value for name, value in entity.spec.fixed.items())
        return (
            (not soft or row["alive"] == 0)
            and (not entity.shared or row["portal"] == entity.portal)
            and fixed
        )

    def person(self, account: str) -> Person:
        user = next(row for row in self.tables["base.user"].values() if row["account"] == account)
        org = self.tables["base.org"].get(user["org"], {})
        held = self.sides["base.user", "roles"][user["id"]]
        roles = [self.tables["base.role"][role] for role in held]
        own = {name: user[name] for name in ("account", "name", "phone", "kind", "org", "region")}
        of_org = {f"org.{name}": org.get(name) for name in ("name", "status", "kind", "region")}
        keys = tuple(f"{role['portal']}.{role['code']}" for role in roles)
        return Person(user["id"], account, user["portal"] or "", keys, {**own, **of_org})


@dataclass(frozen=True)
class Row:
    """``expr.Env`` of one row, following references through the rows read."""

    rows: Rows
    entity: Entity
    id: int
    who: Person
    outer: Any = None

    @cached_property
    def columns(self) -> dict[str, Any]:
        return self.rows.tables[self.entity.owner].get(self.id, {})

    def value(self, path: tuple[str, ...]) -> Any:
        if not path:
            return self.id
        if len(path) == 1:
            return self._own(path[0])
        target, key = self.rows.manifest.target(self.entity, path[0]), self._own(path[0])
        if target is None or key is None:
            return None
        return Row(self.rows, target, key, self.who).value(path[1:])

    def _own(self, name: str) -> Any:
        spec = self.entity.fields.get(name)
        if isinstance(spec, ComputedField) and spec.storage == "none":
            return closure(spec.value)(self)
        if isinstance(spec, RollupField):
            return self._folded(spec)
        if isinstance(spec, CoveredField):
            return self._covered(spec)
        if spec is not None and spec.storage == "side":
            return self.rows.sides[self.entity.key, name][self.id]
        return self.columns.get(self.entity.columns.get(name, name))

    def _covered(self, spec: CoveredField) -> tuple[int, ...]:
        tree = self.rows.manifest.entity(self.entity.portal, spec.to)
        assert tree is not None
        nodes, ticks = self.rows.tables[tree.owner], self.value((spec.of,)) or ()
        inner = {high for node in nodes for high in list(above(self.rows, tree.owner, node))[1:]}
        ends = (node for node in nodes if node not in inner)
        return tuple(node for node in ends if self.steps("this", (spec.of,), ticks, node) is not None)

    def _folded(self, spec: RollupField) -> Any:
        found = [
            row
            for row in self.children(spec.of, spec.by or "")
            if spec.where is None or closure(spec.where)(row)
        ]
        if spec.measure == "count":
            return len(found)
        values = [
            value
            for row in found
            if (value := row.value((spec.field,) if spec.field != "id" else ())) is not None
        ]
        return {"sum": sum, "min": min, "max": max}[spec.measure](values) if values else None

    def user(self, path: tuple[str, ...]) -> Any:
        if not path or ".".join(path) in self.who.values:
            return self.who.values[".".join(path)] if path else self.who.id
        org = path[0] == "org" and len(path) > 1
        owner, id_ = ("base.org", self.who.values["org"]) if org else ("base.user", self.who.id)
        rest = path[1:] if org else path
        for view in self.rows.manifest.of_portal(self.who.portal):
            if view.owner == owner and rest[0] in view.fields and id_ in self.rows.of(view):
                return Row(self.rows, view, id_, self.who).value(rest)
        return None

    def children(self, name: str, by: str = "") -> Iterator[Row]:
        child = self.rows.manifest.entity(self.entity.portal, name)
        assert child is not None
        by = by or next(f for e, f in self.rows.manifest.referring(self.entity) if e is child)
        for id_, row in self.rows.of(child).items():
            if row[child.columns[by]] == self.id:
                yield Row(self.rows, child, id_, self.who, self)

    def steps(self, root: str, path: tuple[str, ...], members: Any, node: int) -> int | None:
        """Ticks in a tree by walking up its rows."""
        found = self.entity if root == "this" else self.rows.manifest.known(f"@{self.who.portal}.user")
        assert found is not None
        for step in path[:-1]:
            found = self.rows.manifest.target(found, step) or found
            if root == "user" and found.owner == "base.org":
                found = self.rows.manifest.known(f"@{self.who.portal}.org") or found
        tree, ticks = self.rows.manifest.target(found, path[-1]), set(members)
        assert tree is not None
        if found.fields[path[-1]].field_type().cover == "children":
            ticks -= {high for one in ticks for high in list(above(self.rows, tree.owner, one))[1:]}
        return next((at for at, one in enumerate(above(self.rows, tree.owner, node)) if one in ticks), None)

    def today(self) -> date:
        return self.rows.site.world.clock.today("Asia/Shanghai")

    def now(self) -> datetime:
        return self.rows.site.world.clock.now()

    def offset(self) -> int:
        return self.rows.site.world.clock.offset("Asia/Shanghai")

    def root(self, name: str) -> Any:
        return {}


def above(rows: Rows, tree: str, node: int | None) -> Iterator[int]:
    owner = rows.manifest.entities[tree]
    parent = owner.columns[str(owner.spec.tree)]
    while node is not None:
        yield node
        node = rows.tables[tree].get(node, {}).get(parent)
