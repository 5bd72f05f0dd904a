"""The rounds of a record and their tasks, as they stand in the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from fab_app.access.awaited import Posts
from fab_app.runtime.env import Fetch
from fab_app.runtime.world import World
from fab_app.spec.kept import flows
from fab_app.spec.manifest import Entity

OPEN = ("waiting", "queued")
Run = tuple[int, int]
"""The key of a round and its number."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """One row of ``base_task``. ``mine``: whether it waits, or waited, for the person who asks."""

    id: int
    round: int
    level: int
    step: str
    act: str
    post: str | None
    org_id: int | None
    user_id: int | None
    state: str
    opened_at: datetime
    decided_at: datetime | None
    decided_by: int | None
    named_id: int | None
    opening: int
    extra: bool
    due_on: date | None
    mine: bool = False

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Round:
    """The newest round of a record in one workflow; ``tasks`` in the order in which they were opened."""

    id: int
    number: int
    state: str
    applicant_id: int | None
    tasks: tuple[Task, ...]

    @property
    def opening(self) -> int:
        """The number of the newest opening of a level."""
        return max((task.opening for task in self.tasks), default=0)


def newest(world: World, fetch: Fetch, entity: Entity, id_: int, workflow: str, me: int) -> Round | None:
    """The newest round with its tasks, in one statement; None where the record was never submitted."""
    table, task = world.tables.platform("base_approval"), world.tables.platform("base_task").alias()
    run = table.alias()
    columns = [task.c[name] for name in Task.__dataclass_fields__ if name != "mine"]
    posts = Posts.now(world.tables, entity.portal, world.clock)
    mine = sa.case((posts.awaits(task, me), 1), else_=0).label("mine")
    here = (run.c.entity == entity.key, run.c.record_id == id_, run.c.workflow == workflow)
    last = sa.select(run.c.id).where(*here).order_by(run.c.round.desc()).limit(1).scalar_subquery()
    source = table.outerjoin(task, task.c.approval_id == table.c.id)
    own = (table.c.id.label("run"), table.c.round.label("number"), table.c.state.label("ended"))
    statement = sa.select(*own, table.c.applicant_id, *columns, mine).select_from(source)
    rows = fetch(statement.where(table.c.id == last).order_by(task.c.id)).mappings().all()
    if not rows:
        return None
    tasks = tuple(_task(row) for row in rows if row["id"] is not None)
    first = rows[0]
    return Round(first["run"], first["number"], first["ended"], first["applicant_id"], tasks)


def _task(row: Mapping[Any, Any]) -> Task:
    return Task(**{**{name: row[name] for name in Task.__dataclass_fields__}, "mine": bool(row["mine"])})


def submitted(world: World, fetch: Fetch, entity: Entity, id_: int, workflow: str) -> bool:
    """Whether the record was ever submitted in this workflow."""
    run = world.tables.platform("base_approval")
    here = (run.c.entity == entity.key, run.c.record_id == id_, run.c.workflow == workflow)
    return fetch(sa.select(run.c.id).where(*here).limit(1)).first() is not None


def close(world: World, fetch: Fetch, task: Task, state: str, who: int, **said: Any) -> bool:
    """Decides the task; of two who do it at once one gets True."""
    table = world.tables.platform("base_task")
    values = {"state": state, "decided_by": who or None, "decided_at": world.clock.now(), **said}
    update = sa.update(table).where(table.c.id == task.id, table.c.state == "waiting").values(values)
    return bool(fetch(update).rowcount == 1)


def stead(world: World, fetch: Fetch, portal: str, task: Task, me: int) -> int | None:
    """For whom this account decides the task; None where it waits for the account itself."""
    posts = Posts.now(world.tables, portal, world.clock)
    absent = posts.absent(me)
    if absent is None or task.user_id == me:
        return None
    if task.user_id is not None:
        return task.user_id
    holders = [int(key) for key in fetch(posts.holders(task.post, task.org_id)).scalars()]
    away = sorted(set(holders) & {int(key) for key in fetch(absent).scalars()})
    return away[0] if away and me not in holders else None


def wait(world: World, fetch: Fetch, task: Task) -> None:
    """The turn of a queued task comes."""
    table, now = world.tables.platform("base_task"), world.clock.now()
    here = (table.c.id == task.id, table.c.state == "queued")
    fetch(sa.update(table).where(*here).values(state="waiting", opened_at=now))


def lapse(world: World, fetch: Fetch, tasks: Iterable[Task]) -> None:
    """These are asked no more."""
    keys = [task.id for task in tasks if task.open]
    if keys:
        table = world.tables.platform("base_task")
        fetch(sa.update(table).where(table.c.id.in_(keys), table.c.state.in_(OPEN)).values(state="lapsed"))


def end(world: World, fetch: Fetch, run: int, state: str) -> None:
    """What the round came to; what is still open of it is asked no more."""
    runs, task = world.tables.platform("base_approval"), world.tables.platform("base_task")
    still = (task.c.approval_id == run, task.c.state.in_(OPEN))
    fetch(sa.update(task).where(*still).values(state="lapsed"))
    fetch(sa.update(runs).where(runs.c.id == run).values(state=state, ended_at=world.clock.now()))


def add(world: World, fetch: Fetch, entity: Entity, id_: int, workflow: str, run: Run, row: Row) -> None:
    """A task of the round."""
    own = {"portal": entity.portal, "entity": entity.key, "record_id": id_, "workflow": workflow}
    table = world.tables.platform("base_task")
    fetch(sa.insert(table).values(approval_id=run[0], round=run[1], **own, **row))


def drop(world: World, fetch: Fetch, entity: Entity, id_: int) -> None:
    """The record is gone: nobody is asked about it any more. Nothing where its kind has no approval."""
    if all(flow.approval is None for _, flow in flows(entity)):
        return
    run, task = world.tables.platform("base_approval"), world.tables.platform("base_task")
    for table, open_, state in ((task, OPEN, "lapsed"), (run, ("running",), "dropped")):
        here = (table.c.entity == entity.key, table.c.record_id == id_, table.c.state.in_(open_))
        fetch(sa.update(table).where(*here).values(state=state))
