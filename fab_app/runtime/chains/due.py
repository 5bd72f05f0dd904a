"""Tasks that wait longer than their time limit: reminded of once, or decided by the system, by the clock.

Each stands in a savepoint of its own and is marked by compare-and-set, and all are kept with the end of the run:
however often and in however many processes it runs, nobody is reminded twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

import sqlalchemy as sa

from fab_app.access.principal import system
from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.jobs.schedules import Schedule
from fab_app.runtime import cases
from fab_app.runtime.chains.telling import CLOCK, tell
from fab_app.runtime.moves import fire
from fab_app.runtime.working import Work
from fab_app.runtime.writing import Writer
from fab_app.spec.kept import flows
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.timing import At
from fab_app.spec.workflow import Workflow

MOST = 1_000


def schedules(manifest: Manifest) -> list[Schedule]:
    """Each morning, for the portals whose chains have time limits."""
    found = {
        entity.portal
        for entity in manifest.entities.values()
        for _, flow in flows(entity)
        if flow.approval is not None and any(flow.approval.limit(level) for level in flow.approval.chain)
    }
    return [
        Schedule(
            f"{CLOCK}.{portal}",
            portal,
            At((time(8),)),
            CLOCK,
            manifest.portals[portal].spec.zone,
            title="Time limits of approvals",
        )
        for portal in sorted(found)
    ]


def run(work: Work) -> None:
    """Every task of the portal that is overdue and was not looked at."""
    world = work.world
    writer = Writer(world, work.session, system(CLOCK), trusted=True)
    for task in _overdue(writer, work.run.portal):
        entity = world.manifest.entities.get(task["entity"])
        if entity is None or task["workflow"] not in entity.spec.workflows:
            continue
        flow = cases.definition(world, writer.fetch, entity, task["record_id"], task["workflow"])
        try:
            with work.session.begin_nested():
                _passed(writer, entity, flow, task)
        except Refused as refused:
            work.run.log(f"{task['entity']} {task['record_id']}: {refused.sentence}")


def _overdue(writer: Writer, portal: str) -> list[Mapping[str, Any]]:
    task = writer.world.tables.platform("base_task")
    today = writer.world.clock.today(writer.world.manifest.portals[portal].spec.zone)
    here = (task.c.portal == portal, task.c.state == "waiting", task.c.due_on < today)
    found = sa.select(task).where(*here, task.c.reminded_at.is_(None)).order_by(task.c.due_on, task.c.id)
    return [dict(row) for row in writer.fetch(found.limit(MOST)).mappings()]


def _passed(writer: Writer, entity: Entity, flow: Workflow, task: Mapping[str, Any]) -> None:
    approval = flow.approval
    if approval is None or not _mark(writer, task["id"]):
        return
    limit = approval.limit(approval.chain[task["level"]])
    then = limit.then if limit is not None else "remind"
    code = (
        flow.deciding("agree") if then == "agree" else flow.deciding("disagree") if then == "return" else ""
    )
    if code:
        sentence = say("The time limit has passed")
        dialog = flow.moves[code].dialog
        said = {name: sentence for name in (approval.opinion, approval.note) if name in dialog}
        fire(writer, entity, task["record_id"], code, said)
    elif approval.tells.overdue is not None:
        tell(writer, entity, task["record_id"], approval.tells.overdue, task)


def _mark(writer: Writer, id_: int) -> bool:
    """Of two who come to it at once one goes on."""
    task = writer.world.tables.platform("base_task")
    here = (task.c.id == id_, task.c.state == "waiting", task.c.reminded_at.is_(None))
    update = sa.update(task).where(*here).values(reminded_at=writer.world.clock.now())
    return bool(writer.fetch(update).rowcount == 1)
