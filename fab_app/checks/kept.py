"""Workflows as they were: whether they can still run over the definitions of now. Nobody can mend what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fab_app.checks.chains import chained
from fab_app.checks.dialogs import asked_at
from fab_app.checks.effects import effects_at
from fab_app.checks.timers import timers_of
from fab_app.checks.workflows import moves, states
from fab_app.core.problems import Problem
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.workflow import Workflow


def broken(manifest: Manifest, entity: Entity, name: str, flow: Workflow) -> Problem | None:
    """The first thing that keeps a workflow from running as it was; roles that are gone do not."""
    spec = entity.spec.model_copy(update={"workflows": {name: flow}})
    was = replace(entity, spec=spec, kept={})
    then = replace(manifest, entities={**manifest.entities, entity.key: was})
    return next((problem for problem in _problems(then, was, name, flow) if problem.stops), None)


def _problems(manifest: Manifest, entity: Entity, name: str, flow: Workflow) -> Iterator[Problem]:
    yield from states(entity, name, flow)
    for at in moves(manifest, entity, name):
        yield from asked_at(at)
        yield from effects_at(at, at.move.effects)
    yield from timers_of(manifest, entity)
    if flow.approval is not None:
        yield from chained(manifest, entity, name, flow.approval)
