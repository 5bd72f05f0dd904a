"""A second opinion on who may touch which rows: the roles' YAML run as closures over all rows, read whole.

Nothing of the enforcement is used: no predicate, no compiled grants, no kept column, no reader. Only the
expression language is shared, whose SQL and Python faces are held together by tests of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from fab_app.expr import Expr, closure
from fab_app.fields.computed import ComputedField
from fab_app.fields.rollup import RollupField
from fab_app.spec.manifest import Entity, Manifest, Role
from fab_app.spec.portal import RowsByAction, Through
from tests.leaks.awaited import Awaiting
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
        if spec is not None and spec.storage == "side":
            return self.rows.sides[self.entity.key, name][self.id]
        return self.columns.get(self.entity.columns.get(name, name))

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

    def below(self, node: int | None, ancestor: Any) -> bool | None:
        if node is None or ancestor is None:
            return None
        return ancestor in list(_above(self.rows, "base.region", node))

    def today(self) -> date:
        return self.rows.site.world.clock.today("Asia/Shanghai")

    def now(self) -> datetime:
        return self.rows.site.world.clock.now()

    def offset(self) -> int:
        return self.rows.site.world.clock.offset("Asia/Shanghai")

    def root(self, name: str) -> Any:
        return {}


def _above(rows: Rows, tree: str, node: int | None) -> Iterator[int]:
    while node is not None:
        yield node
        node = rows.tables[tree].get(node, {}).get("parent")


@dataclass
class Opinion:
    """What one person may do, by the YAML of his roles."""

    rows: Rows
    who: Person
    _known: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)

    def may(self, entity: Entity, action: str) -> bool:
        given = any(self._gives(role, entity, action) for role in self._roles())
        return given or self._common(entity, action) or self.awaiting.may(entity, action)

    def visible(self, entity: Entity, action: str = "read") -> frozenset[int]:
        """The ids of the rows; an action reaches no further than reading."""
        place = (entity.key, action)
        if place not in self._known:
            found = [
                self._of(role, entity, action) for role in self._roles() if self._gives(role, entity, action)
            ]
            everyone = [self._everyone(entity)] if self._common(entity, action) else []
            asked = [self.awaiting.ids(entity, action)] if self.awaiting.may(entity, action) else []
            self._known[place] = frozenset(id_ for ids in (*found, *everyone, *asked) for id_ in ids)
        return self._known[place]

    def choosable(self, entity: Entity) -> frozenset[int]:
        return self.visible(entity) | self.visible(entity, "pick")

    def hidden(self, entity: Entity) -> frozenset[str]:
        """The fields that every role hides which lets him read the entity."""
        if self._common(entity, "read"):
            return frozenset()
        given = [role for role in self._roles() if self._gives(role, entity, "read")]
        fields = [self._fields(role, entity) for role in given]
        return frozenset.intersection(*fields) if fields else frozenset()

    @property
    def awaiting(self) -> Awaiting:
        return Awaiting(self.rows, self.who)

    def _common(self, entity: Entity, action: str) -> bool:
        """Whether every account may do this with some rows, whatever his roles."""
        owner = self.rows.manifest.entities[entity.owner]
        here = entity.portal in (self.who.portal, "base") and not self._shut(entity, action)
        return here and owner.spec.everyone is not None and action in owner.spec.everyone.may

    def _shut(self, entity: Entity, action: str) -> bool:
        portal = self.rows.manifest.portals.get(self.who.portal)
        word, nobody = action.removeprefix("move:"), Row(self.rows, entity, 0, self.who)
        return any(
            (word in closes or ("read" in closes and action != "pick"))
            and closure(guard.needs)(nobody) is not True
            for guard in (portal.spec.guards.values() if portal is not None else ())
            for closes in (guard.closes.get(entity.name, ()),)
        )

    def _everyone(self, entity: Entity) -> Iterator[int]:
        owner = self.rows.manifest.entities[entity.owner]
        assert owner.spec.everyone is not None
        holds = closure(owner.spec.everyone.rows)
        for id_, row in self.rows.of(entity).items():
            here = row["portal"] == self.who.portal
            if here and holds(Row(self.rows, owner, id_, self.who)) is True:
                yield id_

    def _fields(self, role: Role, entity: Entity) -> frozenset[str]:
        rights = role.spec.fields.get(self._name(role, entity))
        return frozenset(rights.hidden) if rights is not None else frozenset()

    def _roles(self) -> list[Role]:
        return [role for role in self.rows.manifest.roles.values() if role.key in self.who.roles]

    def _name(self, role: Role, entity: Entity) -> str:
        names = (*role.spec.may, *role.spec.rows)
        return next((n for n in names if self.rows.manifest.entity(role.portal, n) is entity), "")

    def _gives(self, role: Role, entity: Entity, action: str) -> bool:
        name = self._name(role, entity)
        return (
            entity.portal in (self.who.portal, "base")
            and not self._shut(entity, action)
            and (action in role.spec.actions(name) or self._named(role, entity, action))
            and name in role.spec.rows
        )

    def _named(self, role: Role, entity: Entity, action: str) -> bool:
        """Whether a workflow itself names the role as one that makes the move."""
        kind, _, code = action.partition(":")
        moves = [flow.moves[code] for flow in entity.spec.workflows.values() if code in flow.moves]
        return kind == "move" and any(move.offered and role.name in move.by for move in moves)

    def _of(self, role: Role, entity: Entity, action: str) -> Iterator[int]:
        written = role.spec.rows[self._name(role, entity)]
        rules = [written]
        if isinstance(written, RowsByAction):
            kind, _, code = action.partition(":")
            own = written.move.get(code) if kind == "move" else getattr(written, action)
            own = own if action != "read" else None
            rules = [written.read, *([own] if own is not None else [])]
        for id_, row in self.rows.of(entity).items():
            here = entity.portal != "base" or row["portal"] == self.who.portal
            if here and all(self._holds(rule, entity, id_) for rule in rules):
                yield id_

    def _holds(self, rule: Expr | Through, entity: Entity, id_: int) -> bool:
        row = Row(self.rows, entity, id_, self.who)
        if isinstance(rule, Through):
            target = self.rows.manifest.target(entity, rule.through)
            assert target is not None
            return row.value((rule.through,)) in self.visible(target)
        if rule.text in ("all", "own", "org", "org_tree", "region_tree"):
            return self._scope(rule.text, entity, row)
        return closure(rule)(row) is True

    def _scope(self, scope: str, entity: Entity, row: Row) -> bool:
        if scope == "all":
            return True
        axis = {"own": "owner", "org": "org", "org_tree": "org", "region_tree": "region"}[scope]
        mine = self.who.id if scope == "own" else self.who.values.get(axis)
        path = entity.spec.belongs.get(axis, "created_by" if scope == "own" else "")
        theirs = row.value(tuple(path.split("."))) if path else None
        if mine is None or theirs is None:
            return False
        return (
            mine in list(_above(self.rows, f"base.{axis}", theirs))
            if scope.endswith("_tree")
            else theirs == mine
        )
