"""A second opinion on whom a chain waits for: rows of its tasks against the roles and organisation of a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fab_app.spec.manifest import Entity

if TYPE_CHECKING:
    from tests.leaks.rows import Person, Rows

DECIDE = ("agree", "assign", "disagree")


@dataclass(frozen=True)
class Awaiting:
    rows: Rows
    who: Person

    def may(self, entity: Entity, action: str) -> bool:
        """Whether a chain of the entity may ask this person at all."""
        own = {self.who.values.get("kind"), *self._posts()}
        return entity.portal == self.who.portal and any(
            action == "read" or self.decides(entity, action)
            for flow in entity.spec.workflows.values()
            if flow.approval is not None and (not flow.approval.inside or own & {*flow.approval.inside})
        )

    def decides(self, entity: Entity, action: str) -> bool:
        """Whether the action is a move that only those make who are awaited."""
        kind, _, code = action.partition(":")
        return kind == "move" and any(move.approval in DECIDE for move in entity.moves.get(code, ()))

    def ids(self, entity: Entity, action: str) -> Iterator[int]:
        """The records whose task waits for the person; to read also those that he decided on."""
        standing = self.rows.of(entity)
        for task in self.rows.tasks:
            if task["entity"] == entity.key and task["record_id"] in standing:
                decided = action == "read" and task["decided_by"] == self.who.id
                if decided or (task["state"] == "waiting" and self._holds(task)):
                    yield task["record_id"]

    def answered(self, entity: Entity) -> set[int]:
        """The records of which a chain asked the person, or his post, and got its answer."""
        done = (t for t in self.rows.tasks if t["entity"] == entity.key and t["state"] != "waiting")
        return {task["record_id"] for task in done if self._holds(task)}

    def _holds(self, task: Mapping[str, Any]) -> bool:
        """Whether it asks the person, or somebody in whose stead he acts today."""
        return any(_asked(task, one) for one in (self.who, *self._absent()))

    def _absent(self) -> Iterator[Person]:
        portal = self.rows.manifest.portals.get(self.who.portal)
        spec = portal.spec.stand_ins if portal is not None else None
        entity = self.rows.manifest.entity(self.who.portal, spec.of) if spec is not None else None
        if spec is None or entity is None:
            return
        today, people = self.rows.site.world.clock.today(), self.rows.tables["base.user"]
        for row in self.rows.of(entity).values():
            first, last, person = row[spec.from_], row[spec.to], row[spec.person]
            stands = first is not None and first <= today and (last is None or last >= today)
            if row[spec.deputy] == self.who.id and stands and person in people:
                yield self.rows.person(people[person]["account"])

    def _posts(self) -> set[str]:
        return _posts(self.who)


def _asked(task: Mapping[str, Any], who: Person) -> bool:
    at = task["org_id"] in (None, who.values.get("org"))
    return task["user_id"] == who.id or (task["user_id"] is None and task["post"] in _posts(who) and at)


def _posts(who: Person) -> set[str]:
    return {key.partition(".")[2] for key in who.roles}
