"""Whom the task of a chain waits for, as SQL: who it names, or who holds its post at its organisation.

Computed from accounts as they stand: who leaves a post is awaited no more, who takes it is from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from fab_app.access.resolver import Clock
from fab_app.spec.chain import Approval, Levels
from fab_app.spec.kept import flows
from fab_app.spec.login import CLOSED
from fab_app.spec.manifest import BASE
from fab_app.store.tables import Tables


@dataclass(frozen=True)
class Posts:
    """The posts of one portal's chains and who holds them; with ``today`` also who stands in for whom that day."""

    tables: Tables
    portal: str
    today: date | None = None

    @classmethod
    def now(cls, tables: Tables, portal: str, clock: Clock) -> Posts:
        """As they stand today, where people of the portal may stand in for each other."""
        spec = tables.manifest.portals[portal].spec
        return cls(tables, portal, clock.today(spec.zone) if spec.stand_ins is not None else None)

    def awaits(self, task: sa.FromClause, me: int) -> ColumnElement[bool]:
        """Whether the task waits for this account, or for somebody in whose stead it acts."""
        user, absent = self._users(), self.absent(me)
        here = sa.or_(task.c.org_id.is_(None), task.c.org_id == self.station(user))
        whom = user.c.id == me if absent is None else sa.or_(user.c.id == me, user.c.id.in_(absent))
        held = [
            sa.select(sa.literal(1)).where(whom, holds, here).correlate(task).exists()
            for holds in self._holding(user, task.c.post)
        ]
        named = task.c.user_id == me
        named = named if absent is None else sa.or_(named, task.c.user_id.in_(absent))
        return sa.or_(named, sa.and_(task.c.user_id.is_(None), sa.or_(sa.false(), *held)))

    def absent(self, me: int) -> sa.Select[Any] | None:
        """The keys of those in whose stead this account acts today; None where nobody can."""
        return self._stands("person", lambda columns: columns["deputy"] == me)

    def deputies(self, people: Sequence[int]) -> sa.Select[Any] | None:
        """The keys of those who act in the stead of these today; None where nobody can."""
        return self._stands("deputy", lambda columns: columns["person"].in_(people))

    def _stands(self, wanted: str, whose: Callable[[Mapping[str, Any]], Any]) -> sa.Select[Any] | None:
        spec = self.tables.manifest.portals[self.portal].spec.stand_ins
        entity = self.tables.manifest.entity(self.portal, spec.of) if spec is not None else None
        if spec is None or entity is None or self.today is None:
            return None
        stored = self.tables.of(entity.key)
        row, user = stored.table.alias(), self._users()
        names = {"person": spec.person, "deputy": spec.deputy, "from": spec.from_, "to": spec.to}
        columns = {key: row.c[entity.columns[name]] for key, name in names.items()}
        until = sa.or_(columns["to"].is_(None), columns["to"] >= self.today)
        living = (user.c.alive == 0, user.c.status != CLOSED, user.c.portal == self.portal)
        found = sa.select(columns[wanted]).join(user, user.c.id == columns["person"]).where(*living)
        found = found.where(whose(columns), columns["from"] <= self.today, until)
        return found.where(row.c.alive == 0) if stored.soft else found

    def holders(self, post: str | None, org: int | None, *columns: str) -> sa.Select[Any]:
        """Who holds the post now, at the organisation or, where there is none, anywhere: key and named columns."""
        user = self._users()
        here = [] if org is None else [self.station(user) == org]
        living = (user.c.alive == 0, user.c.status != CLOSED, user.c.portal == self.portal)
        holding = sa.or_(sa.false(), *self._holding(user, sa.literal(post)))
        chosen = [user.c[name] for name in ("id", *columns)]
        return sa.select(*chosen).where(*living, holding, *here).order_by(user.c.id)

    def colleagues(self, me: int, inside: tuple[str, ...], *columns: str) -> sa.Select[Any]:
        """Who stands for the same organisation as this account and is inside: key and named columns."""
        user, own = self._users(), self._users()
        here = sa.select(self.station(own)).where(own.c.id == me).scalar_subquery()
        living = (user.c.alive == 0, user.c.status == "enabled", user.c.portal == self.portal)
        roles = (self._by_role(user, sa.literal(name)) for name in inside)
        known = sa.or_(user.c.kind.in_(inside), *roles) if inside else sa.true()
        chosen = [user.c[name] for name in ("id", *columns)]
        return (
            sa.select(*chosen)
            .where(*living, known, self.station(user) == here)
            .order_by(user.c.name, user.c.id)
        )

    def station(self, user: sa.FromClause) -> ColumnElement[Any]:
        """The organisation for which an account stands: its own, of an office the one that the office is part of."""
        offices = self.levels.offices if self.levels is not None else ()
        if not offices:
            column: ColumnElement[Any] = user.c.org
            return column
        stored = self.tables.of(f"{BASE}.org")
        above, org = self._closure("org"), stored.table.alias()
        nearest = sa.select(above.c.ancestor).join(org, org.c.id == above.c.ancestor)
        nearest = nearest.where(above.c.descendant == user.c.org, org.c.kind.not_in(offices))
        return nearest.order_by(above.c.depth).limit(1).correlate(user).scalar_subquery()

    def answering(self, level: str, axis: str, place: int) -> sa.Select[Any]:
        """The organisation of the level that answers for a region, or that an organisation belongs to."""
        org, above = self.tables.of(f"{BASE}.org").table.alias(), self._closure(axis)
        own = org.c.region if axis == "region" else org.c.id
        found = sa.select(org.c.id).join(above, above.c.ancestor == own).where(above.c.descendant == place)
        standing = (org.c.kind == level, org.c.portal == self.portal, org.c.alive == 0)
        return found.where(*standing).order_by(above.c.depth, org.c.id).limit(1)

    @property
    def levels(self) -> Levels | None:
        return self.tables.manifest.portals[self.portal].spec.levels

    def _users(self) -> sa.FromClause:
        return self.tables.of(f"{BASE}.user").table.alias()

    def _closure(self, axis: str) -> sa.FromClause:
        closure = self.tables.of(f"{BASE}.{axis}").closure
        assert closure is not None
        return closure.alias()

    def _holding(self, user: sa.FromClause, post: Any) -> Iterator[ColumnElement[bool]]:
        """The ways in which an account holds a post: by a role of the portal, by a field of its own."""
        fields = {flow.posts for flow in self._approvals()}
        if None in fields:
            yield self._by_role(user, post)
        for name in sorted(name for name in fields if name is not None):
            yield from self._by_field(user, name, post)

    def _by_role(self, user: sa.FromClause, code: Any) -> ColumnElement[bool]:
        stored, role = self.tables.of(f"{BASE}.user"), self.tables.of(f"{BASE}.role").table.alias()
        held = stored.side["roles"].alias()
        codes = sa.select(role.c.code).join(held, held.c.value == role.c.id)
        built = (role.c.portal == self.portal, role.c.alive == 0, role.c.builtin.is_(True))
        found: ColumnElement[bool] = code.in_(
            codes.where(held.c.owner_id == user.c.id, *built).correlate(user)
        )
        return found

    def _by_field(self, user: sa.FromClause, name: str, post: Any) -> Iterator[ColumnElement[bool]]:
        entity = self.tables.manifest.entity(self.portal, f"{BASE}.user")
        views = [one for one in self.tables.manifest.of_portal(self.portal) if one.owner == f"{BASE}.user"]
        for view in (*views, entity):
            if view is not None and name in view.fields:
                column = view.columns[name]
                side = self.tables.of(view.key).side.get(name)
                if side is None:
                    yield post == sa.literal(f"{name}=") + user.c[column]
                else:
                    one = side.alias()
                    keys = sa.select(sa.literal(f"{name}=") + one.c.value)
                    yield post.in_(keys.where(one.c.owner_id == user.c.id).correlate(user))
                return

    def _approvals(self) -> Iterator[Approval]:
        for entity in self.tables.manifest.of_portal(self.portal):
            for _, flow in flows(entity):
                if flow.approval is not None:
                    yield flow.approval
