"""Who is awaited is told so, and told again when the time limit has passed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fab_app.access.awaited import Posts
from fab_app.access.principal import Principal
from fab_app.expr import parse
from fab_app.runtime.notices.telling import notify
from fab_app.runtime.storing import Storer
from fab_app.spec.manifest import Entity
from fab_app.spec.notice import Receiver

CLOCK: Final = "chains.due"
"""The kind of the runs that look for what is overdue, and the name of the principal that then decides."""

MOST: Final = 100


def by_the_clock(who: Principal) -> bool:
    """Whether the time limit decides in the stead of who is awaited."""
    return who.everything and not who.subject and who.account == CLOCK


def tell(writer: Storer, entity: Entity, id_: int, event: str, task: Mapping[str, Any]) -> int:
    """Tells those for whom the task waits; in the caller's transaction."""
    people = awaited(writer, entity.portal, task)
    if not people:
        return 0
    listed = ", ".join(str(person) for person in people)
    return notify(writer, entity, id_, event, (Receiver(accounts=parse(f"id in [{listed}]")),))


def awaited(writer: Storer, portal: str, task: Mapping[str, Any]) -> list[int]:
    """Those for whom the task waits, and who acts in their stead today."""
    posts = Posts.now(writer.world.tables, portal, writer.world.clock)
    people = [int(task["user_id"])] if task.get("user_id") is not None else []
    if not people:
        holders = posts.holders(task["post"], task["org_id"]).limit(MOST)
        people = list(writer.fetch(holders).scalars())
    deputies = posts.deputies(people)
    more = writer.fetch(deputies.limit(MOST)).scalars() if deputies is not None and people else ()
    return list(dict.fromkeys((*people, *more)))
