"""Timers of records as they are written now, and as they were when cases that still run began.

A timer that a changed workflow no longer has, or has otherwise, goes on for the records that began with it, on
times of its own; a timer that was left as it was is one for all of them.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from fab_app.core.problems import Refused
from fab_app.expr import Expr
from fab_app.jobs.outbox import enqueue
from fab_app.jobs.schedules import Schedule
from fab_app.runtime import cases
from fab_app.runtime.env import Fetch
from fab_app.runtime.storing import Storer
from fab_app.runtime.world import World
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.timer import Timer

KIND = "timers.fire"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clockwork:
    """One timer of an entity. ``version`` is "" of that which is written now.

    ``only``: the digests of the workflows whose records it is for; ``never``: those whose records have another.
    """

    entity: Entity
    workflow: str
    name: str
    timer: Timer
    version: str = ""
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for every version: what was done to a record once was done."""
        return f"{self.entity.key}:{self.workflow}:{self.name}"

    @property
    def when(self) -> tuple[Expr, ...]:
        """That of the workflow as it is written now, which chooses among several, and the timer's own."""
        around = self.entity.spec.workflows[self.workflow].when if self.workflow else None
        return (self.timer.when,) if around is None else (around, self.timer.when)


def clockworks(manifest: Manifest) -> Iterator[Clockwork]:
    """As they are written now."""
    for entity in manifest.entities.values():
        for name, timer in entity.spec.timers.items():
            yield Clockwork(entity, "", name, timer)
        for workflow, spec in entity.spec.workflows.items():
            for name, timer in spec.timers.items():
                yield Clockwork(entity, workflow, name, timer)


def schedules(world: World, fetch: Fetch) -> Iterator[Schedule]:
    for one in (*clockworks(world.manifest), *_kept(world, fetch)):
        if one.timer.woken:
            continue
        arguments = {"entity": one.entity.key, "workflow": one.workflow, "timer": one.name}
        portal, name = one.entity.portal, f"timer:{one.key}"
        zone = world.manifest.portals[portal].spec.zone
        if one.version:
            own = {**arguments, "version": one.version}
            yield Schedule(
                f"{name}@{one.version}",
                portal,
                one.timer.timing,
                KIND,
                zone,
                own,
                title=one.key,
                follows=name,
            )
        else:
            yield Schedule(name, portal, one.timer.timing, KIND, zone, arguments, title=one.key)


def wake(writer: Storer, portal: str, timer: str) -> None:
    """The timer of an entity (``report.again``) runs after the commit; its marks are of this moment."""
    name, _, code = timer.rpartition(".")
    entity = writer.world.manifest.entity(portal, name)
    assert entity is not None, timer
    due = f"{writer.world.clock.now().isoformat()}/{uuid4().hex[:8]}"
    arguments = {"entity": entity.key, "workflow": "", "timer": code, "due": due}
    enqueue(writer.session.execute, KIND, arguments, portal=portal, title=f"{entity.key}::{code}")


def clockwork(world: World, fetch: Fetch, arguments: dict[str, Any]) -> Clockwork | None:
    """That of a run; None where the definitions no longer have it."""
    entity = world.manifest.entities.get(arguments["entity"])
    name, workflow, version = arguments["timer"], arguments["workflow"], arguments.get("version", "")
    if entity is None or (workflow and workflow not in entity.spec.workflows):
        return None
    older = cases.older(world, fetch, entity, workflow) if workflow else []
    if version:
        return next(
            (
                one
                for one in _of(world, entity, workflow, older)
                if (one.name, one.version) == (name, version)
            ),
            None,
        )
    timer = (entity.spec.workflows[workflow] if workflow else entity.spec).timers.get(name)
    if timer is None:
        return None
    now = _version(cases.timers_of(entity, workflow).get(name)) if workflow else ""
    others = tuple(one.digest for one in older if _version(one.timers.get(name)) != now)
    return Clockwork(entity, workflow, name, timer, never=others)


def _kept(world: World, fetch: Fetch) -> Iterator[Clockwork]:
    """Of every workflow those timers that records of before have otherwise."""
    older: dict[tuple[str, str], list[cases.Older]] = {}
    for one in cases.older(world, fetch):
        older.setdefault((one.entity, one.workflow), []).append(one)
    for (key, workflow), found in older.items():
        entity = world.manifest.entities.get(key)
        if entity is not None and workflow in entity.spec.workflows:
            yield from _of(world, entity, workflow, found)


def _of(world: World, entity: Entity, workflow: str, older: Sequence[cases.Older]) -> list[Clockwork]:
    """One for each way in which a timer was written and is no longer. What cannot be read any more is told and left."""
    current = {name: _version(raw) for name, raw in cases.timers_of(entity, workflow).items()}
    found: dict[tuple[str, str], Clockwork] = {}
    for one in older:
        for name, raw in one.timers.items():
            version = _version(raw)
            if current.get(name) == version:
                continue
            known = found.get((name, version))
            if known is not None:
                found[name, version] = replace(known, only=(*known.only, one.digest))
                continue
            try:
                timer = cases.read(world.manifest, entity, workflow, one.written).timers[name]
            except Refused as refused:
                log.warning("timer %s of %s as it was before: %s", name, entity.key, refused.sentence)
                continue
            found[name, version] = Clockwork(entity, workflow, name, timer, version, only=(one.digest,))
    return list(found.values())


def _version(raw: object) -> str:
    """Tells ways of writing a timer apart; "" where there is none."""
    if raw is None:
        return ""
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()[:8]
