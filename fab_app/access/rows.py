"""The row predicate: one condition per entity and action, over Core tables, for every statement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.access.awaited import Posts
from fab_app.access.grants import ASKED, WAITING, Grant, Grants, Rows
from fab_app.access.guards import AGGREGATE
from fab_app.access.joins import Joins
from fab_app.access.principal import Principal
from fab_app.access.resolver import Clock, RowResolver
from fab_app.expr import sql
from fab_app.spec.manifest import BASE
from fab_app.spec.seat import carried
from fab_app.store.tables import Stored, Tables

NONE: ColumnElement[bool] = sa.false()
EVERY: ColumnElement[bool] = sa.true()


@dataclass(frozen=True, slots=True)
class RowAccess:
    """The predicates of one principal.

    A principal of whom nothing is known, or whose organisation is asked for and missing, gets ``false()``:
    rows are never shown because something could not be computed. With ``joins`` the predicate may need the rows
    that they collect: only the statement over their ``source`` may use it.
    """

    tables: Tables
    grants: Grants
    principal: Principal
    clock: Clock
    joins: Joins | None = None

    def predicate(self, key: str, action: str, row: sa.FromClause) -> ColumnElement[bool]:
        """Which rows of ``row`` (the entity's table or an alias of it) the principal may ``action``."""
        stored = self.tables.of(key)
        return sa.and_(*self.standing(stored, row), self.granted(key, action, row))

    def standing(self, stored: Stored, row: sa.FromClause) -> list[ColumnElement[bool]]:
        """What holds of every row of the entity for anybody: not deleted, of this portal, of its kind."""
        conditions: list[ColumnElement[bool]] = []
        if stored.soft:
            conditions.append(row.c.alive == 0)
        entity = stored.entity
        if entity.shared:
            conditions.append(row.c.portal == entity.portal)
            conditions += [row.c[entity.columns[name]] == value for name, value in entity.spec.fixed.items()]
        return conditions

    def granted(self, key: str, action: str, row: sa.FromClause) -> ColumnElement[bool]:
        """The rows of the person's grants; of figures also those that only figures may be taken over."""
        if self.principal.everything:
            return EVERY
        if action != AGGREGATE:
            return self._granted(key, action, row)
        readable = self.granted(key, "read", row)
        # What is false beside a rule keeps SQLite from the rule's indexes.
        wider = self.grants.of(self.principal, key, action)
        return sa.or_(readable, self._granted(key, action, row)) if wider else readable

    def _granted(self, key: str, action: str, row: sa.FromClause) -> ColumnElement[bool]:
        entity = self.tables.of(key).entity
        if not (self.principal.known or self.principal.visitor):
            return NONE
        if entity.portal not in (self.principal.portal, BASE):
            return NONE
        grants = self.grants.of(self.principal, key, action)
        allowed = sa.or_(NONE, *(self._rows(key, action, grant.rows, row) for grant in grants))
        return sa.and_(row.c.portal == self.principal.portal, allowed) if entity.portal == BASE else allowed

    def unbounded(self, key: str, action: str) -> bool:
        """Whether no row of the entity, whatever stands in it, lies outside what ``granted`` gives."""
        if self.principal.everything:
            return True
        portal = self.tables.of(key).entity.portal
        if not self.principal.known or portal != self.principal.portal or portal == BASE:
            return False
        return any(_every(grant.rows) for grant in self.grants.of(self.principal, key, action))

    def linked(self, key: str, row: sa.FromClause) -> ColumnElement[bool]:
        """The rows that a reference leads to: those that the person may open."""
        if self.principal.everything:
            return EVERY
        entity = self.tables.of(key).entity
        if entity.portal == BASE or not self.grants.may(self.principal, key, "read"):
            return NONE
        if self.principal.seat and not carried(self.tables.manifest, entity):
            return NONE
        return self.predicate(key, "read", row)

    def granted_by(self, key: str, grant: Grant, action: str, row: sa.FromClause) -> ColumnElement[bool]:
        """The rows that one grant gives alone."""
        return self._rows(key, action, grant.rows, row)

    def choosable(self, key: str, row: sa.FromClause) -> ColumnElement[bool]:
        """Which rows may be referred to: those that may be read, and those that may only be picked."""
        stored = self.tables.of(key)
        return sa.and_(
            *self.standing(stored, row),
            sa.or_(self.granted(key, "read", row), self.granted(key, "pick", row)),
        )

    def _rows(self, key: str, action: str, rows: Rows, row: sa.FromClause) -> ColumnElement[bool]:
        if rows.within is not None:
            own = replace(rows, within=None)
            return sa.and_(self._rows(key, "read", rows.within, row), self._rows(key, action, own, row))
        if rows.began:
            return self.began(key, rows.began, row)
        if rows.scope:
            return self._scope(key, rows.scope, row, rows.of)
        if rows.through:
            return self._through(key, rows.through, row)
        assert rows.rule is not None
        resolver = RowResolver(self.tables, rows.names or key, row, self.principal, self.clock, self.joins)
        return sql(rows.rule, resolver)

    def _scope(
        self, key: str, scope: str, row: sa.FromClause, of: tuple[int, ...] | None = None
    ) -> ColumnElement[bool]:
        if scope == "all":
            return EVERY
        if scope == ASKED or scope.startswith(WAITING):
            return self._awaited(key, scope, row)
        axis = {"own": "owner", "org": "org", "org_tree": "org", "region_tree": "region"}[scope]
        mine = self.principal.value(() if scope == "own" else (axis,))
        places = of if of is not None else () if mine is None else (mine,)
        column = self.tables.of(key).belongs.get(axis, "created_by" if scope == "own" else "")
        if not places or not column:
            return NONE
        if scope.endswith("_tree"):
            closure = self.tables.of(f"{BASE}.{axis}").closure
            assert closure is not None
            return row.c[column].in_(
                sa.select(closure.c.descendant).where(_one_of(closure.c.ancestor, places))
            )
        return _one_of(row.c[column], places)

    def _awaited(self, key: str, scope: str, row: sa.FromClause) -> ColumnElement[bool]:
        """The records of which a chain ever asked something of the person; or whose task waits for him now."""
        posts = Posts.now(self.tables, self.tables.of(key).entity.portal, self.clock)
        task, me = self.tables.platform("base_task").alias(), self.principal.subject
        waits = sa.and_(task.c.state == "waiting", posts.awaits(task, me))
        act = scope.removeprefix(WAITING)
        holds = sa.or_(task.c.decided_by == me, waits) if scope == ASKED else waits
        here = [task.c.entity == key, holds, *([task.c.act == act] if scope != ASKED and act else [])]
        matches: ColumnElement[bool] = row.c.id.in_(sa.select(task.c.record_id).where(*here))
        return matches

    def began(self, key: str, digests: tuple[str, ...], row: sa.FromClause) -> ColumnElement[bool]:
        """The records of which a case began with one of these workflows."""
        case = self.tables.platform("base_case").alias()
        here = (case.c.entity == key, case.c.record_id == row.c.id, case.c.digest.in_(digests))
        return sa.select(sa.literal(1)).where(*here).exists()

    def _through(self, key: str, field: str, row: sa.FromClause) -> ColumnElement[bool]:
        """The rows whose ``field`` refers to a row that the principal may read."""
        entity = self.tables.of(key).entity
        target = self.tables.manifest.target(entity, field)
        assert target is not None
        table, held = self.tables.of(target.key).table, row.c[entity.columns[field]]
        if self.joins is not None:
            parent = self.joins.parent(held, table)
            return sa.and_(parent.c.id.is_not(None), self.predicate(target.key, "read", parent))
        parent = table.alias()
        visible = sa.select(sa.literal(1)).where(
            parent.c.id == held, self.predicate(target.key, "read", parent)
        )
        return visible.exists()


def _every(rows: Rows) -> bool:
    if rows.within is not None:
        return _every(rows.within) and _every(replace(rows, within=None))
    always = rows.rule is not None and rows.rule.constant and rows.rule.text.strip().lower() == "true"
    return rows.scope == "all" or always


def _one_of(column: ColumnElement[Any], places: tuple[Any, ...]) -> ColumnElement[bool]:
    return column == places[0] if len(places) == 1 else column.in_(places)
