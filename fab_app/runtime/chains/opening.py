"""Whom a level asks: found when the record comes to it, from the record and from who stands where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from fab_app.access.awaited import Posts
from fab_app.core import workdays
from fab_app.core.words import locale, say
from fab_app.runtime.chains.rounds import Round
from fab_app.runtime.env import Fetch, RecordEnv
from fab_app.runtime.judging import Conflict
from fab_app.runtime.world import World
from fab_app.spec.chain import Approval, By, Level
from fab_app.spec.login import CLOSED
from fab_app.spec.manifest import BASE, Entity

MOST: Final = 100
"""People of one level who are asked one by one."""


@dataclass(frozen=True, slots=True)
class Whom:
    """``user_id``, or who holds ``post`` at ``org_id`` (None: anywhere)."""

    post: str | None = None
    org_id: int | None = None
    user_id: int | None = None


@dataclass(frozen=True)
class Opening:
    """Finds whom a level asks. Raises Conflict where there is nobody."""

    world: World
    fetch: Fetch
    entity: Entity
    approval: Approval
    env: RecordEnv
    named: Mapping[str, int] = field(default_factory=dict)
    """Whom the move itself names: by the step that he decides on."""

    @property
    def posts(self) -> Posts:
        return Posts(self.world.tables, self.entity.portal)

    def whom(self, level: Level, before: Round | None) -> Whom:
        found = self._whom(level.by, before)
        if not (self._stands(found) if found is not None else False):
            label = level.label.of(locale.get())
            raise Conflict(
                say("Nobody is set up to decide on the step '{step}', ask the administrator", step=label)
            )
        assert found is not None
        return found

    def _whom(self, by: By, before: Round | None) -> Whom | None:
        """None where the record does not lead to anybody."""
        if by.assigned is not None:
            named = self._named(by.assigned, before)
            return None if named is None else Whom(user_id=named)
        if by.user is not None:
            account = self.env.value(tuple(by.user.split(".")))
            return None if account is None else Whom(user_id=account)
        assert by.post is not None
        key = self.approval.post_key(by.post)
        if by.level is None and by.org is None:
            return Whom(post=key)
        org = self.org(by, before)
        return None if org is None else Whom(post=key, org_id=org)

    def org(self, by: By, before: Round | None) -> Any:
        if by.org == "same":
            return before.tasks[-1].org_id if before is not None and before.tasks else None
        if by.org is not None:
            return self.env.value(tuple(by.org.split(".")))
        path, axis = placed(self.world, self.entity, by)
        place = self.env.value(path)
        if place is None or by.level is None:
            return None
        return self.fetch(self.posts.answering(by.level, axis, place)).scalar()

    def _named(self, step: str, before: Round | None) -> int | None:
        """Whom the level that assigns this step named last."""
        if step in self.named:
            return self.named[step]
        steps = {level.step for level in self.approval.chain if level.assign == step}
        named = [t.named_id for t in (before.tasks if before is not None else ()) if t.step in steps]
        return next((id_ for id_ in reversed(named) if id_ is not None), None)

    def _stands(self, whom: Whom) -> bool:
        if whom.user_id is None:
            return self.fetch(self.posts.holders(whom.post, whom.org_id).limit(1)).first() is not None
        user = self.world.tables.of(f"{BASE}.user").table
        living = (user.c.id == whom.user_id, user.c.alive == 0, user.c.status != CLOSED)
        return self.fetch(sa.select(user.c.id).where(*living)).first() is not None

    def rows(self, index: int, before: Round | None) -> list[dict[str, Any]]:
        """The tasks of a level, but for the round they belong to: one, or one for each who is asked now."""
        level = self.approval.chain[index]
        whom = self.whom(level, before)
        opening = before.opening + 1 if before is not None else 1
        row = self.row(index, opening) | {"post": whom.post, "org_id": whom.org_id}
        if level.mode == "one" or whom.user_id is not None:
            return [row | {"user_id": whom.user_id}]
        people = list(self.fetch(self.posts.holders(whom.post, whom.org_id).limit(MOST)).scalars())
        first = "queued" if level.mode == "sequence" else "waiting"
        return [
            row | {"user_id": person, "state": first if number else "waiting"}
            for number, person in enumerate(people)
        ]

    def row(self, index: int, opening: int) -> dict[str, Any]:
        """What every task of the level holds."""
        level = self.approval.chain[index]
        words = {"zh": level.label.of("zh"), "en": level.label.of("en")}
        limit = self.approval.limit(level)
        today = self.world.clock.today(self.world.manifest.portals[self.entity.portal].spec.zone)
        return {
            "level": index,
            "step": level.step,
            "label": json.dumps(words, ensure_ascii=False),
            "act": "decide" if level.assign is None else "assign",
            "state": "waiting",
            "opened_at": self.world.clock.now(),
            "due_on": workdays.after(today, limit.working_days) if limit is not None else None,
            "opening": opening,
        }


def placed(world: World, entity: Entity, by: By) -> tuple[tuple[str, ...], str]:
    """The path to the place of a record, and its axis: region or org."""
    if by.of is not None:
        path = tuple(by.of.split("."))
        found = world.manifest.walk(entity, path)
        target = world.manifest.target(found[0], path[-1]) if found is not None else None
        return path, "region" if target is not None and target.owner == f"{BASE}.region" else "org"
    axis = "region" if "region" in entity.spec.belongs else "org"
    return tuple(entity.spec.belongs[axis].split(".")), axis
