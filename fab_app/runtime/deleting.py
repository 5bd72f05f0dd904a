"""Deleting a record: what refers to it restricts, lets go or goes too, as each reference says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from fab_app.access.principal import Principal
from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.runtime import cases
from fab_app.runtime.chains.rounds import drop
from fab_app.runtime.dictionaries import deleted
from fab_app.runtime.env import Fetch
from fab_app.runtime.judging import Conflict
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity
from fab_app.store.trees import remove_node


@dataclass(frozen=True)
class Deleting:
    world: World
    fetch: Fetch
    session: AnySession
    principal: Principal

    def delete(self, entity: Entity, id_: int, version: int) -> None:
        """Raises Refused with the count of what still refers to it, Conflict where somebody was faster."""
        self._restricted(entity, id_)
        for child, name in self._referring(entity, "clear"):
            self._let_go(child, name, id_)
        for child, name in self._referring(entity, "delete"):
            self._delete_children(child, name, id_)
        if not self.world.stored(entity).soft:
            self._forget(entity, id_)
        drop(self.world, self.fetch, entity, id_)
        self._remove(entity, id_, version)
        deleted(self.world, self.session, entity)

    def _let_go(self, child: Entity, name: str, id_: int) -> None:
        stored = self.world.stored(child)
        if name in stored.side:
            side = stored.side[name]
            self.fetch(sa.delete(side).where(side.c.value == id_))
            return
        column = stored.column(name)
        self.fetch(sa.update(stored.table).where(column == id_).values({column: None}))

    def _forget(self, entity: Entity, id_: int) -> None:
        """Deleted rows that still name a row about to be gone for good no longer do."""
        for policy in ("restrict", "delete"):
            for child, name in self._referring(entity, policy):
                if self.world.stored(child).soft:
                    self._let_go(child, name, id_)

    def _restricted(self, entity: Entity, id_: int) -> None:
        restricting = self._referring(entity, "restrict")
        if not restricting:
            return
        counts = [self._count(*place, id_).label(f"n{i}") for i, place in enumerate(restricting)]
        row = self.fetch(sa.select(*counts)).one()
        for (child, name), count in zip(restricting, row, strict=True):
            if count:
                message = getattr(child.fields[name], "restrict_message", None)
                if message is not None:
                    raise Refused(message.of(locale.get()).replace("{count}", str(count)))
                label = child.spec.label.of(locale.get())
                raise Refused(say("{count} records of {label} refer to it", count=count, label=label))

    def _count(self, child: Entity, name: str, id_: int) -> Any:
        stored = self.world.stored(child)
        row = stored.table.alias()
        living = [row.c.alive == 0] if stored.soft else []
        if name in stored.side:
            side = stored.side[name].alias()
            refers: Any = sa.exists().where(side.c.owner_id == row.c.id, side.c.value == id_)
        else:
            refers = row.c[child.columns[name]] == id_
        return sa.select(sa.func.count()).select_from(row).where(refers, *living).scalar_subquery()

    def _referring(self, entity: Entity, policy: str) -> list[tuple[Entity, str]]:
        """References to the entity's table, each once though several views may show its table.

        Those of the entity's own portal come first: they say it in the portal's words.
        """
        seen: set[tuple[str, str]] = set()
        found = []
        manifest = self.world.manifest
        referring = (*manifest.referring(entity), *manifest.holding(entity))
        for child, name in sorted(referring, key=lambda place: place[0].portal != entity.portal):
            place = (child.table, child.columns.get(name, ""))
            field = child.fields[name]
            stored = field.storage in ("column", "side")
            if stored and getattr(field, "on_delete", "") == policy and place not in seen:
                if name in ("created_by", "updated_by"):
                    continue
                seen.add(place)
                found.append((child, name))
        return found

    def _delete_children(self, child: Entity, name: str, id_: int) -> None:
        stored = self.world.stored(child)
        living = [stored.table.c.alive == 0] if stored.soft else []
        where = (stored.column(name) == id_, *living)
        for key, version in self.fetch(
            sa.select(stored.table.c.id, stored.table.c[child.version]).where(*where)
        ).all():
            self.delete(child, key, version)

    def _remove(self, entity: Entity, id_: int, version: int) -> None:
        stored = self.world.stored(entity)
        table = stored.table
        where = (table.c.id == id_, table.c[entity.version] == version)
        if stored.closure is not None:
            try:
                remove_node(self.session.connection(), stored.closure, id_)
            except ValueError as error:
                raise Refused(say("Something still hangs below this node.")) from error
        if stored.soft:
            gone = {
                "alive": table.c.id,
                "deleted_at": self.world.clock.now(),
                "deleted_by": self.principal.subject or None,
                entity.version: version + 1,
            }
            statement: Any = sa.update(table).where(*where, table.c.alive == 0).values(gone)
        else:
            statement = sa.delete(table).where(*where)
        if self.fetch(statement).rowcount != 1:
            raise Conflict(say("Someone just changed this record"))
        if entity.spec.workflows and not stored.soft:
            cases.end(self.world, self.fetch, entity, id_)
