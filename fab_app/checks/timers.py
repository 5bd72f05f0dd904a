"""Timers: their conditions are read over the record, their effects as those of a move without a dialog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fab_app.checks.dialogs import written
from fab_app.checks.effects import effects_at
from fab_app.checks.workflows import Here
from fab_app.core.problems import Problem
from fab_app.core.source import Loc
from fab_app.expr import Kind
from fab_app.expr import check as misfits
from fab_app.spec.manifest import Entity, Manifest
from fab_app.spec.timer import Timer
from fab_app.spec.typing import ManifestTypes

_NOT_ONE = (Kind.many, Kind.children, Kind.json)


@dataclass(frozen=True)
class At(Here):
    """One timer where it is written."""

    place: Loc
    timer: Timer

    @property
    def loc(self) -> Loc:
        return self.place


def check(manifest: Manifest) -> Iterator[Problem]:
    for entity in manifest.entities.values():
        yield from timers_of(manifest, entity)


def timers_of(manifest: Manifest, entity: Entity) -> Iterator[Problem]:
    for at in _timers(manifest, entity):
        yield from written(at, at.timer.when, ("when",), dialog=False)
        yield from written(at, at.timer.once, ("once",), None, dialog=False)
        yield from _once(at)
        yield from effects_at(at, at.timer.effects)


def _once(at: At) -> Iterator[Problem]:
    """What it is done once for is one value."""
    once = at.timer.once
    types = ManifestTypes(at.manifest)
    if once is not None and any(not misfits(once, types, at.asks, kind) for kind in _NOT_ONE):
        yield at.problem(
            "move.E016", f"'{once.text}' is not one value", "name a date, a number or a text", "once"
        )


def _timers(manifest: Manifest, entity: Entity) -> Iterator[At]:
    for name, timer in entity.spec.timers.items():
        yield At(manifest, entity, ("timers", name), timer)
    for workflow, spec in entity.spec.workflows.items():
        for name, timer in spec.timers.items():
            yield At(manifest, entity, ("workflows", workflow, "timers", name), timer)
