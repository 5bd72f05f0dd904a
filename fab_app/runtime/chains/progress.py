"""Where a record stands in its chain and what was decided, as those may be told it who ask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fab_app.access.awaited import Posts
from fab_app.access.principal import Principal
from fab_app.core.text import Text
from fab_app.core.words import locale, say
from fab_app.runtime import cases
from fab_app.runtime.env import Fetch
from fab_app.runtime.world import World
from fab_app.spec.chain import Approval
from fab_app.spec.manifest import BASE, Entity
from fab_app.spec.workflow import Workflow

MOST = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One task. ``who``: ``name[post]`` of who decided, or of those awaited. Names and opinions are told inside."""

    round: int
    level: int
    label: str
    state: str
    act: str
    who: tuple[str, ...]
    opinion: str
    note: str
    named: str
    opened_at: datetime
    due_on: Any
    decided_at: datetime | None
    move: int | None
    opening: int

    @property
    def waits(self) -> bool:
        return self.state == "waiting"


@dataclass(frozen=True, slots=True)
class Progress:
    """``round`` is the newest one; ``lines`` of all rounds, the oldest first; ``inside``: whether all is told."""

    workflow: Workflow
    state: str
    round: int
    applicant: str
    submitted_at: datetime
    lines: tuple[Line, ...]
    inside: bool

    @property
    def approval(self) -> Approval:
        assert self.workflow.approval is not None
        return self.workflow.approval


def inside(world: World, who: Principal, entity: Entity) -> bool:
    """Whether opinions and names of the entity's chains are told to this person."""
    awaited = world.grants.awaited.get((entity.key, "read"))
    return who.everything or (awaited is not None and awaited.of(who))


def progress(world: World, fetch: Fetch, who: Principal, entity: Entity, id_: int) -> Progress | None:
    """None for a record that was never submitted. Whether the record may be read is the caller's question."""
    rows = fetch(_statement(world, entity, id_)).mappings().all()
    if not rows:
        return None
    newest, told = rows[-1], inside(world, who, entity)
    awaited = _awaited(world, fetch, entity, rows) if told else {}
    workflow = cases.definition(world, fetch, entity, id_, newest["workflow"])
    lines = tuple(
        _line(world, entity, row, awaited, told)
        for row in rows
        if row["id"] is not None and row["workflow"] == newest["workflow"]
    )
    applicant, at = newest["applicant"] or "", newest["submitted_at"]
    return Progress(workflow, newest["run_state"], newest["number"], applicant, at, lines, told)


def _statement(world: World, entity: Entity, id_: int) -> sa.Select[Any]:
    run, task = world.tables.platform("base_approval"), world.tables.platform("base_task")
    user = world.tables.of(f"{BASE}.user").table
    decider, named, applicant, to, away = (user.alias() for _ in range(5))
    source = run.outerjoin(task, task.c.approval_id == run.c.id)
    source = source.outerjoin(decider, decider.c.id == task.c.decided_by)
    source = source.outerjoin(named, named.c.id == task.c.user_id)
    source = source.outerjoin(to, to.c.id == task.c.named_id)
    source = source.outerjoin(away, away.c.id == task.c.for_id)
    source = source.outerjoin(applicant, applicant.c.id == run.c.applicant_id)
    own = (run.c.workflow, run.c.round.label("number"), run.c.state.label("run_state"), run.c.submitted_at)
    names = (
        decider.c.name.label("decider"),
        named.c.name.label("person"),
        to.c.name.label("named"),
        away.c.name.label("away"),
        applicant.c.name.label("applicant"),
    )
    tasks = [column for column in task.c if column.name not in ("workflow", "round")]
    here = (run.c.entity == entity.key, run.c.record_id == id_)
    statement = sa.select(*own, *names, *tasks).select_from(source).where(*here)
    return statement.order_by(run.c.id, task.c.id)


def _awaited(world: World, fetch: Fetch, entity: Entity, rows: Any) -> dict[int, tuple[str, ...]]:
    """The names of those for whom the open tasks of a post wait: one statement for all of them."""
    posts = Posts(world.tables, entity.portal)
    waiting = [row for row in rows if row["state"] == "waiting" and row["user_id"] is None]
    parts = []
    for row in waiting:
        found = posts.holders(row["post"], row["org_id"], "name").limit(MOST).subquery()
        parts.append(sa.select(sa.literal(row["id"]).label("task"), found.c.name))
    names: dict[int, tuple[str, ...]] = {}
    for task, name in fetch(sa.union_all(*parts)).all() if parts else ():
        names[task] = (*names.get(task, ()), name)
    return names


def _line(
    world: World, entity: Entity, row: Mapping[Any, Any], awaited: Mapping[int, tuple[str, ...]], told: bool
) -> Line:
    post = post_label(world, entity.portal, row["post"])
    decider = (
        say("{name} for {other}", name=row["decider"], other=row["away"]) if row["away"] else row["decider"]
    )
    names = (decider,) if row["decided_by"] else awaited.get(row["id"], (row["person"],))
    return Line(
        round=row["number"],
        level=row["level"],
        label=Text.read(json.loads(row["label"])).of(locale.get()),
        state=row["state"],
        act=row["act"],
        who=tuple(f"{name}[{post}]" if post else name for name in names if name) if told else (),
        opinion=(row["opinion"] or "") if told else "",
        note=row["note"] or "",
        named=(row["named"] or "") if told else "",
        opened_at=row["opened_at"],
        due_on=row["due_on"],
        decided_at=row["decided_at"],
        move=row["move_id"],
        opening=row["opening"],
    )


def post_label(world: World, portal: str, post: str | None) -> str:
    """The post in words: the label of the role, or of the option of the field of accounts."""
    field, _, code = (post or "").rpartition("=")
    if not field:
        role = world.manifest.roles.get(f"{portal}.{code}")
        return role.spec.label.of(locale.get()) if role is not None else code
    show = world.show(portal, locale.get())
    views = [one for one in world.manifest.of_portal(portal) if one.owner == f"{BASE}.user"]
    found = next((one.fields[field] for one in views if field in one.fields), None)
    return code if found is None else found.text((code,) if found.many else code, show)
