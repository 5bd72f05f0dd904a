"""What explanations see: rows read whole, for those who may ask why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from fab_app.access.awaited import Posts
from fab_app.access.explanation import Found
from fab_app.access.grants import Grants
from fab_app.access.principal import Principal
from fab_app.runtime.env import RecordEnv, from_row
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.spec.manifest import BASE, Entity, Manifest

_OPTIONS = {"authorised": "explain"}


@dataclass(frozen=True)
class Rows:
    """``explain.Sight`` over one session. Reads alone, and keeps nothing."""

    world: World
    session: AnySession

    @property
    def manifest(self) -> Manifest:
        return self.world.manifest

    @property
    def grants(self) -> Grants:
        return self.world.grants

    def look(self, entity: Entity, id_: int, principal: Principal) -> Found | None:
        table = self.world.stored(entity).table
        row = self._fetch(sa.select(table).where(table.c.id == id_)).mappings().first()
        if row is None:
            return None
        env = RecordEnv(self.world, entity, from_row(entity, row), principal, self._fetch, id_)
        return Found(entity, id_, dict(row), env)

    def below(self, axis: str, node: int, ancestor: int) -> bool:
        closure = self.world.tables.of(f"{BASE}.{axis}").closure
        assert closure is not None
        found = sa.select(closure.c.depth).where(closure.c.descendant == node, closure.c.ancestor == ancestor)
        return self._fetch(found).first() is not None

    def called(self, role: str) -> str:
        portal, _, number = role.partition(".#")
        if not number:
            return role
        table = self.world.tables.of(f"{BASE}.role").table
        name = self._fetch(sa.select(table.c.name).where(table.c.id == int(number))).scalar()
        return f"{portal}.{name}" if name else role

    def awaits(self, found: Found, principal: Principal, act: str) -> tuple[bool, bool]:
        posts = Posts.now(self.world.tables, found.entity.portal, self.world.clock)
        task, me = self.world.tables.platform("base_task").alias(), principal.subject
        here = (task.c.entity == found.entity.key, task.c.record_id == found.id)
        kind = (task.c.act == act,) if act else ()
        waiting = (task.c.state == "waiting", posts.awaits(task, me), *kind)
        asked = (waiting, (task.c.decided_by == me,))
        waits, answered = (
            self._fetch(sa.select(task.c.id).where(*here, *more).limit(1)).first() is not None
            for more in asked
        )
        return waits, answered

    def began(self, found: Found, digests: tuple[str, ...]) -> bool:
        case = self.world.tables.platform("base_case")
        here = (case.c.entity == found.entity.key, case.c.record_id == found.id, case.c.digest.in_(digests))
        return self._fetch(sa.select(case.c.digest).where(*here).limit(1)).first() is not None

    def axis(self, entity: Entity, axis: str) -> str:
        return self.world.stored(entity).belongs.get(axis, "")

    def _fetch(self, statement: sa.Executable) -> Any:
        return self.session.execute(statement, execution_options=_OPTIONS)
