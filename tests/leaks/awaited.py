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
        at = task["org_id"] in (None, self.who.values.get("org"))
        return task["user_id"] == self.who.id or (
            task["user_id"] is None and task["post"] in self._posts() and at
        )

    def _posts(self) -> set[str]:
        return {key.partition(".")[2] for key in self.who.roles}
